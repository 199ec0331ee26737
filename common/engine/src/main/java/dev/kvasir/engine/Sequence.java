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

  /**
   * A segment at its place in a prompt.
   *
   * @param start position of the segment's first token
   */
  public record Placed(KvSegment segment, int start) {}
}
