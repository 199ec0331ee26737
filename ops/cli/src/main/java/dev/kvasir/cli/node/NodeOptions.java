package dev.kvasir.cli.node;

import dev.kvasir.block.ElementType;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a process serves, and with how much of the machine.
 *
 * @param model GGUF file, or folder in Hugging Face's layout
 * @param adapter folder of a LoRA adapter that is merged into the model
 * @param threads that compute
 * @param cacheBytes native memory of the local block cache
 * @param kv element type of blocks
 */
public record NodeOptions(
    Path model, Optional<Path> adapter, int threads, long cacheBytes, Grid grid, ElementType kv) {

  /** Where blocks are shared. */
  public enum Grid {
    /** An Ignite node inside the process. */
    IGNITE,
    /** A Hazelcast member inside the process; blocks take its heap. */
    HAZELCAST,
    /** A map on the heap: nothing is shared with other processes. */
    MEMORY
  }
}
