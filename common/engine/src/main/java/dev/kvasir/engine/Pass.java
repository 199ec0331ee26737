package dev.kvasir.engine;

import java.util.ArrayList;
import java.util.List;

/** The pieces of sequences that run through the model together. */
record Pass(List<Piece> pieces) {

  /** Tokens {@code from} to {@code to} of sequence {@code sequence}. */
  record Piece(int sequence, int from, int to) {
    int tokens() {
      return to - from;
    }
  }

  int tokens() {
    return pieces.stream().mapToInt(Piece::tokens).sum();
  }

  /** Cuts a batch into passes of at most {@code maxTokens}, each sequence's pieces in order. */
  static List<Pass> plan(List<Sequence> batch, int maxTokens) {
    List<Pass> passes = new ArrayList<>();
    List<Piece> pieces = new ArrayList<>();
    int room = maxTokens;
    for (int sequence = 0; sequence < batch.size(); sequence++) {
      int total = batch.get(sequence).tokens().size();
      for (int from = 0; from < total; ) {
        int to = Math.min(total, from + room);
        pieces.add(new Piece(sequence, from, to));
        room -= to - from;
        from = to;
        if (room == 0) {
          passes.add(new Pass(List.copyOf(pieces)));
          pieces.clear();
          room = maxTokens;
        }
      }
    }
    if (!pieces.isEmpty()) {
      passes.add(new Pass(List.copyOf(pieces)));
    }
    return passes;
  }
}
