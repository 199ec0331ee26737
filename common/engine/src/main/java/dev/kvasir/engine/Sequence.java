package dev.kvasir.engine;

import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.kv.KvSegment;
import java.util.List;

/**
 * One sequence's share of a forward pass. Its tokens see all of the context, the tokens already in
 * {@code own}, and each other causally.
 *
 * @param tokens to be appended to {@code own}; at least one
 * @param context read-only segments with the position of their first token
 * @param own grows by the tokens; its first token stands at {@code ownStart} of the prompt
 * @param wantLogits whether the logits of the last token are wanted
 */
public record Sequence(
    TokenIds tokens, List<Placed> context, KvSegment own, int ownStart, boolean wantLogits) {
  public Sequence {
    context = List.copyOf(context);
    if (tokens.size() == 0) {
      throw new IllegalArgumentException("a sequence needs at least one token");
    }
  }

  /** The tokens {@code from} to {@code to}; their logits count only where the sequence ends. */
  public Sequence part(int from, int to) {
    boolean all = from == 0 && to == tokens.size();
    return all
        ? this
        : new Sequence(
            tokens.slice(from, to), context, own, ownStart, wantLogits && to == tokens.size());
  }

  /**
   * Refuses tokens that the model cannot append.
   *
   * @throws IllegalArgumentException if an id is unknown, or segment or context are too short
   */
  public void requireFits(ModelInfo model) {
    int grown = own.tokens() + tokens.size();
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
