package dev.kvasir.decode.audit;

import dev.kvasir.block.BlockCodec;
import dev.kvasir.block.TokenIds;
import dev.kvasir.decode.ServedPrompt;
import dev.kvasir.engine.ColdBlocks;
import dev.kvasir.engine.Engine;
import dev.kvasir.engine.RequestKv;
import dev.kvasir.engine.repair.BlockPrompt;
import java.util.List;

/**
 * First logits of a prompt once more: from blocks that are encoded afresh, without store or cache,
 * and under full attention. Between its pieces it waits for its turn.
 */
final class Recomputation {
  /** Tokens that others may have to wait for. */
  private static final int PIECE = 64;

  private final Engine engine;
  private final BlockCodec codec;
  private final Runnable turn;

  /**
   * @param turn returns when the next piece may run
   */
  Recomputation(Engine engine, BlockCodec codec, Runnable turn) {
    this.engine = engine;
    this.codec = codec;
    this.turn = turn;
  }

  float[] cold(ServedPrompt sample) {
    try (ColdBlocks blocks = new ColdBlocks(engine, codec)) {
      sample
          .prompt()
          .blocks()
          .forEach(block -> {
            turn.run();
            blocks.place(List.of(block));
          });
      BlockPrompt prompt =
          new BlockPrompt(engine, sample.prompt(), blocks.place(sample.prompt().blocks()));
      BlockPrompt.Read read = prompt.read(sample.repair(), () -> false);
      read.kv().close();
      return read.logits();
    }
  }

  float[] full(ServedPrompt sample) {
    TokenIds tokens = sample.prompt().allTokens();
    float[] logits = new float[0];
    try (RequestKv kv = new RequestKv(engine, List.of(), 0, tokens.size())) {
      for (int from = 0; from < tokens.size(); from += PIECE) {
        turn.run();
        int to = Math.min(tokens.size(), from + PIECE);
        logits = kv.append(tokens.slice(from, to), () -> false);
      }
    }
    return logits;
  }
}
