package dev.kvasir.engine;

import dev.kvasir.block.ElementType;

/**
 * How to run a model.
 *
 * @param threads members of the kernel pool, the calling thread included
 * @param elementType element type of blocks; what is not int8 is that of all keys and values
 */
public record EngineOptions(Backend backend, int threads, ElementType elementType) {
  /** Who computes. */
  public enum Backend {
    /** Textbook loops, the oracle. */
    SCALAR,
    /** JDK Vector API. */
    VECTOR
  }

  public EngineOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be positive: threads=" + threads);
    }
  }

  /** Vector backend, float16, a thread for every processor. */
  public static EngineOptions defaults() {
    return new EngineOptions(
        Backend.VECTOR, Runtime.getRuntime().availableProcessors(), ElementType.FLOAT16);
  }
}
