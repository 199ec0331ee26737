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
  private final List<Placed> context = new ArrayList<>();
  private int finalStart;

  /** Encodes the blocks. */
  CachedPrompt(Engine engine, List<TokenIds> blocks, TokenIds finalBlock) {
    this.engine = engine;
    this.finalBlock = finalBlock;
    add(encode(List.of(blocks.getFirst()), List.of(), 0));
    List<Placed> prefix = List.copyOf(context);
    add(encode(blocks.subList(1, blocks.size()), prefix, finalStart));
  }

  private List<KvSegment> encode(List<TokenIds> blocks, List<Placed> prefix, int start) {
    List<KvSegment> segments = new ArrayList<>();
    List<Sequence> batch = new ArrayList<>();
    for (TokenIds block : blocks) {
      KvSegment own = engine.newSegment(block.size());
      segments.add(own);
      batch.add(new Sequence(block, prefix, own, start, false));
    }
    engine.forward(batch);
    return segments;
  }

  private void add(List<KvSegment> segments) {
    for (KvSegment segment : segments) {
      context.add(new Placed(segment, finalStart));
      finalStart += segment.tokens();
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
  }
}
