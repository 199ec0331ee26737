package dev.kvasir.engine;

import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.kernel.Sharpening;
import dev.kvasir.engine.kv.KvSegment;
import java.util.List;

/**
 * One sequence's share of a forward pass. Its tokens see all of the context and the tokens of
 * {@code own} up to themselves; that includes what sequences before it in the same batch write to
 * segments of its context.
 *
 * @param tokens at least one
 * @param replaced indices in {@code own} of the rows that the tokens take, rising; empty if they
 *     are appended
 * @param context read-only segments with the position of their first token
 * @param own grows by the tokens, unless they replace some; its first token stands at {@code
 *     ownStart} of the prompt
 * @param sharpening how the first segments of the context are weighed
 * @param wantLogits whether the logits of the last token are wanted
 */
public record Sequence(
    TokenIds tokens,
    List<Integer> replaced,
    List<Placed> context,
    KvSegment own,
    int ownStart,
    Sharpening sharpening,
    boolean wantLogits) {
  public Sequence {
    replaced = List.copyOf(replaced);
    context = List.copyOf(context);
    if (tokens.size() == 0) {
      throw new IllegalArgumentException("a sequence needs at least one token");
    }
    if (!replaced.isEmpty() && replaced.size() != tokens.size()) {
      throw new IllegalArgumentException(
          "every token replaces a row or none does: tokens=%d rows=%d"
              .formatted(tokens.size(), replaced.size()));
    }
  }

  /** Tokens that are appended. */
  public Sequence(
      TokenIds tokens, List<Placed> context, KvSegment own, int ownStart, boolean wantLogits) {
    this(tokens, List.of(), context, own, ownStart, Sharpening.NONE, wantLogits);
  }

  /** Tokens that are computed again in the place of those rows of {@code own}. */
  public static Sequence replacing(
      TokenIds tokens, List<Integer> rows, List<Placed> context, KvSegment own, int ownStart) {
    return new Sequence(tokens, rows, context, own, ownStart, Sharpening.NONE, false);
  }

  /** The tokens {@code from} to {@code to}; their logits count only where the sequence ends. */
  public Sequence part(int from, int to) {
    boolean all = from == 0 && to == tokens.size();
    return all
        ? this
        : new Sequence(
            tokens.slice(from, to),
            replaced.isEmpty() ? replaced : replaced.subList(from, to),
            context,
            own,
            ownStart,
            sharpening,
            wantLogits && to == tokens.size());
  }

  /** Tokens that {@code own} will have. */
  int ownTokens() {
    return replaced.isEmpty() ? own.tokens() + tokens.size() : own.tokens();
  }

  /**
   * Refuses tokens that the model cannot take.
   *
   * @throws IllegalArgumentException if an id is unknown, or segment or context are too short
   */
  public void requireFits(ModelInfo model) {
    int grown = ownTokens();
    if (grown > own.capacity() || ownStart + grown > model.contextTokens()) {
      throw new IllegalArgumentException(
          "%d tokens at %d fit neither a segment of %d nor a context of %d"
              .formatted(grown, ownStart, own.capacity(), model.contextTokens()));
    }
    for (int i = 0; i < tokens.size(); i++) {
      int id = tokens.at(i);
      if (id < 0 || id >= model.vocabulary()) {
        throw new IllegalArgumentException("no such token: id=" + id);
      }
    }
    int before = -1;
    for (int row : replaced) {
      if (row <= before || row >= own.tokens()) {
        throw new IllegalArgumentException(
            "rows must rise within the segment: row=%d tokens=%d".formatted(row, own.tokens()));
      }
      before = row;
    }
  }

  /**
   * A segment at its place in a prompt.
   *
   * @param start position of the segment's first token
   * @param tokens that are read of it
   */
  public record Placed(KvSegment segment, int start, int tokens) {

    /** With all the tokens that it has by now. */
    public Placed(KvSegment segment, int start) {
      this(segment, start, segment.tokens());
    }
  }
}
