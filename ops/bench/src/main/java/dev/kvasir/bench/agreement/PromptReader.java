package dev.kvasir.bench.agreement;

import dev.kvasir.bench.engine.OpenModel;
import dev.kvasir.block.TokenIds;
import dev.kvasir.block.arrow.ArrowBlockCodec;
import dev.kvasir.engine.ColdBlocks;
import dev.kvasir.engine.Engine;
import dev.kvasir.engine.Sequence;
import dev.kvasir.engine.Sequence.Placed;
import dev.kvasir.engine.kv.KvSegment;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import java.util.List;

/** Reads prompts with one model. Borrows the model. Not thread-safe. */
final class PromptReader implements AutoCloseable {
  private final Engine engine;
  private final ArrowBlockCodec codec = new ArrowBlockCodec();
  private final ColdBlocks blocks;

  PromptReader(OpenModel model) {
    this.engine = model.engine();
    this.blocks = new ColdBlocks(engine, codec);
  }

  /** The logits (vocabulary) behind the prompt's last token. */
  float[] read(SegmentedPrompt prompt, Mode mode) {
    return switch (mode) {
      case FULL -> behind(List.of(), prompt.allTokens(), 0);
      case BLOCKS -> readBlocks(prompt);
    };
  }

  private float[] readBlocks(SegmentedPrompt prompt) {
    try {
      return behind(blocks.place(prompt.blocks()), prompt.finalBlock(), prompt.finalStart());
    } finally {
      blocks.forget();
    }
  }

  private float[] behind(List<Placed> context, TokenIds tokens, int start) {
    try (KvSegment own = engine.newSegment(tokens.size())) {
      return engine.forward(List.of(new Sequence(tokens, context, own, start, true))).getFirst();
    }
  }

  @Override
  public void close() {
    blocks.close();
    codec.close();
  }
}
