package dev.kvasir.decode;

import dev.kvasir.engine.prompt.SegmentedPrompt;
import dev.kvasir.engine.repair.Repair;

/**
 * A prompt and how to answer it.
 *
 * @param repair what is done about blocks that were encoded alone; nothing in full mode
 */
public record GenerationRequest(
    SegmentedPrompt prompt, AttentionMode mode, Repair repair, Sampling sampling) {
  public GenerationRequest {
    if (mode == AttentionMode.FULL && !repair.equals(Repair.NONE)) {
      throw new IllegalArgumentException("full attention needs no repair: repair=" + repair);
    }
  }

  /** Blocks as they are, or none. */
  public GenerationRequest(SegmentedPrompt prompt, AttentionMode mode, Sampling sampling) {
    this(prompt, mode, Repair.NONE, sampling);
  }
}
