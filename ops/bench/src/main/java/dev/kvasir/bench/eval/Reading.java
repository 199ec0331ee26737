package dev.kvasir.bench.eval;

import dev.kvasir.engine.RequestKv;
import java.time.Duration;

/**
 * A prompt that has been read. Owns its state.
 *
 * @param tokens of the prompt
 * @param computed share of them that ran through the model
 * @param logits of the first answer token (vocabulary)
 * @param elapsed from installed blocks to the logits
 */
record Reading(RequestKv kv, int tokens, double computed, float[] logits, Duration elapsed)
    implements AutoCloseable {

  double millis() {
    return elapsed.toNanos() / 1e6;
  }

  @Override
  public void close() {
    kv.close();
  }
}
