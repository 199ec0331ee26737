package dev.kvasir.bench.agreement;

import dev.kvasir.bench.engine.OpenModel;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.KvRows;
import dev.kvasir.block.TokenIds;
import dev.kvasir.block.arrow.ArrowBlockCodec;
import dev.kvasir.engine.BlockInstaller;
import dev.kvasir.engine.Engine;
import dev.kvasir.engine.Sequence;
import dev.kvasir.engine.Sequence.Placed;
import dev.kvasir.engine.kv.KvSegment;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/** Reads prompts with one model. Owns its codec, borrows the model. Not thread-safe. */
final class PromptReader implements AutoCloseable {
  private final Engine engine;
  private final ArrowBlockCodec codec = new ArrowBlockCodec();
  private final BlockInstaller installer;

  PromptReader(OpenModel model) {
    this.engine = model.engine();
    this.installer = new BlockInstaller(engine, codec);
  }

  /** The logits (vocabulary) behind the prompt's last token. */
  float[] read(SegmentedPrompt prompt, Mode mode) {
    return switch (mode) {
      case FULL -> behind(List.of(), prompt.allTokens(), 0);
      case BLOCKS -> readBlocks(prompt);
    };
  }

  private float[] readBlocks(SegmentedPrompt prompt) {
    List<Placed> installed = new ArrayList<>();
    try {
      List<CacheableBlock> blocks = prompt.blocks();
      install(blocks.subList(0, 1), List.of(), installed);
      install(blocks.subList(1, blocks.size()), List.copyOf(installed), installed);
      return behind(installed, prompt.finalBlock(), prompt.finalStart());
    } finally {
      installed.forEach(placed -> placed.segment().close());
    }
  }

  private float[] behind(List<Placed> context, TokenIds tokens, int start) {
    try (KvSegment own = engine.newSegment(tokens.size())) {
      return engine.forward(List.of(new Sequence(tokens, context, own, start, true))).getFirst();
    }
  }

  /** Encodes the blocks behind the prefix in one batch; installs them from their bytes, in turn. */
  private void install(List<CacheableBlock> blocks, List<Placed> prefix, List<Placed> installed) {
    List<KvSegment> encoded = new ArrayList<>();
    try {
      List<Sequence> batch = new ArrayList<>();
      for (CacheableBlock block : blocks) {
        KvSegment own = engine.newSegment(block.tokens().size());
        encoded.add(own);
        batch.add(new Sequence(block.tokens(), prefix, own, end(prefix), false));
      }
      engine.forward(batch);
      for (int i = 0; i < blocks.size(); i++) {
        KvSegment segment =
            installer.install(blocks.get(i).identity(), bytes(blocks.get(i), encoded.get(i)));
        installed.add(new Placed(segment, end(installed)));
      }
    } finally {
      encoded.forEach(KvSegment::close);
    }
  }

  private static int end(List<Placed> placed) {
    return placed.stream().mapToInt(each -> each.segment().tokens()).sum();
  }

  private EncodedBlock bytes(CacheableBlock block, KvSegment segment) {
    try (Arena arena = Arena.ofConfined()) {
      KvRows rows = segment.rows(arena).to(engine.elementType(), arena);
      return codec.encode(block.identity(), rows);
    }
  }

  @Override
  public void close() {
    codec.close();
  }
}
