package dev.kvasir.engine.batch;

import dev.kvasir.engine.Sequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One call's sequences on their way through the passes. Guarded by the engine's lock. */
final class Job {
  private final List<Sequence> sequences;
  private final BooleanSupplier abandoned;
  private final Condition news;
  private final Thread caller = Thread.currentThread();
  private final float[][] logits;
  private int sequence;
  private int from;
  private int remaining;
  private boolean ended;
  private @Nullable Throwable failure;

  /** Tokens of one of the job's sequences, the last ones of it or not. */
  record Piece(Sequence part, boolean last) {}

  /**
   * Made by the caller itself.
   *
   * @param news signalled when the job ends or its caller is to run the passes
   */
  Job(List<Sequence> batch, BooleanSupplier abandoned, Condition news) {
    sequences = List.copyOf(batch);
    this.abandoned = abandoned;
    this.news = news;
    logits = new float[sequences.size()][0];
    remaining = sequences.stream().mapToInt(each -> each.tokens().size()).sum();
    ended = remaining == 0;
  }

  /** Whether this is one step of an answer. */
  boolean isStep() {
    return sequences.size() == 1 && sequences.getFirst().tokens().size() == 1;
  }

  /** Whether the caller will want another token behind this one. */
  boolean leadsToAStep() {
    return !sequences.isEmpty() && sequences.getLast().wantLogits();
  }

  boolean isAbandoned() {
    return abandoned.getAsBoolean();
  }

  Thread caller() {
    return caller;
  }

  Condition news() {
    return news;
  }

  /** Tokens not yet computed. */
  int remaining() {
    return remaining;
  }

  boolean ended() {
    return ended;
  }

  /** The next {@code tokens} tokens, in order. */
  List<Piece> pieces(int tokens) {
    List<Piece> pieces = new ArrayList<>();
    int start = from;
    int left = tokens;
    for (int i = sequence; left > 0; i++) {
      Sequence whole = sequences.get(i);
      int end = Math.min(whole.tokens().size(), start + left);
      pieces.add(new Piece(whole.part(start, end), end == whole.tokens().size()));
      left -= end - start;
      start = 0;
    }
    return pieces;
  }

  /** The pieces have been computed, with these results. */
  void advance(List<Piece> pieces, List<float[]> results) {
    for (int i = 0; i < pieces.size(); i++) {
      Piece piece = pieces.get(i);
      int tokens = piece.part().tokens().size();
      remaining -= tokens;
      from += tokens;
      if (piece.last()) {
        logits[sequence] = results.get(i);
        sequence++;
        from = 0;
      }
    }
    if (remaining == 0) {
      end();
    }
  }

  void fail(Throwable cause) {
    failure = cause;
    end();
  }

  private void end() {
    ended = true;
    news.signal();
  }

  /** For each sequence its logits; throws what made the job fail. */
  List<float[]> result() {
    return switch (failure) {
      case null -> Arrays.asList(logits);
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    };
  }
}
