package dev.kvasir.engine.model;

import dev.kvasir.engine.kernel.PackedMatrix;
import dev.kvasir.engine.kernel.RowSource;
import java.util.List;

/**
 * Weights in the form the kernels read. Query and key rows are in Hugging Face's order (pairs i, i
 * + headDim/2).
 *
 * @param embedding (vocabulary, width), read row by row
 * @param head (vocabulary, width); the embedding where the file has no own
 */
public record LlamaWeights(
    RowSource embedding, List<Layer> layers, float[] outputNorm, PackedMatrix head) {

  /**
   * One layer.
   *
   * @param qkv (heads + 2 · kvHeads) · headDim outputs: queries, keys, values
   * @param qkvBias one number for each of them, or none at all
   * @param gateUp 2 · feedForward outputs: gates, then ups
   */
  public record Layer(
      float[] attentionNorm,
      PackedMatrix qkv,
      float[] qkvBias,
      PackedMatrix output,
      float[] feedForwardNorm,
      PackedMatrix gateUp,
      PackedMatrix down) {}
}
