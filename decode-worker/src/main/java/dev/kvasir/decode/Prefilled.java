package dev.kvasir.decode;

import dev.kvasir.engine.RequestKv;

/**
 * A prompt that has been computed. Owns its blocks and its own KV.
 *
 * @param logits of the first answer token
 */
record Prefilled(ResolvedBlocks blocks, RequestKv kv, float[] logits, PromptReport report)
    implements AutoCloseable {

  @Override
  public void close() {
    kv.close();
    blocks.close();
  }
}
