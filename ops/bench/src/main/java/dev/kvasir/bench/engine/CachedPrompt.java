package dev.kvasir.bench.engine;

import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.Engine;
import dev.kvasir.engine.Sequence;
import dev.kvasir.engine.Sequence.Placed;
import dev.kvasir.engine.kv.KvSegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Blocks that lie encoded in memory, the first one being the prefix that the others were encoded
 * behind, and the final block after them. Owns its segments.
 */
final class CachedPrompt implements AutoCloseable {
  private final Engine engine;
  private final TokenIds finalBlock;
  private final CanonicalForm canonical;
  private final List<Placed> context = new ArrayList<>();
  private int finalStart;

  /** Encodes the blocks. */
  CachedPrompt(Engine engine, List<TokenIds> blocks, TokenIds finalBlock) {
    this.engine = engine;
    this.finalBlock = finalBlock;
    this.canonical = new CanonicalForm(engine);
    add(blocks.getFirst(), List.of(), 0);
    List<Placed> prefix = List.copyOf(context);
    int start = finalStart;
    blocks.subList(1, blocks.size()).forEach(block -> add(block, prefix, start));
  }

  private void add(TokenIds block, List<Placed> prefix, int start) {
    KvSegment own = engine.newSegment(block.size());
    engine.forward(List.of(new Sequence(block, prefix, own, start, false)));
    context.add(
        new Placed(own.type() == engine.elementType() ? own : rounded(block, own), finalStart));
    finalStart += block.size();
  }

  /** Takes ownership of the segment. Of the same type, the canonical bytes would change nothing. */
  private KvSegment rounded(TokenIds block, KvSegment own) {
    try (own) {
      return canonical.installed(block, canonical.bytes(block, own));
    }
  }

  /** Computes the final block; the logits of its last token. */
  float[] answer() {
    try (KvSegment own = engine.newSegment(finalBlock.size())) {
      return engine
          .forward(List.of(new Sequence(finalBlock, context, own, finalStart, true)))
          .getFirst();
    }
  }

  @Override
  public void close() {
    context.forEach(placed -> placed.segment().close());
    canonical.close();
  }
}
