package dev.kvasir.engine.model;

import dev.kvasir.block.KvGeometry;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Shape of a model.
 *
 * @param width size of a hidden state
 * @param feedForward size of the gated hidden layer
 * @param ropeFrequencies (headDim / 2), radians that each pair turns a token
 */
public record LlamaConfig(
    Architecture architecture,
    int layers,
    int width,
    int feedForward,
    int heads,
    int kvHeads,
    int headDim,
    int contextTokens,
    int vocabulary,
    float rmsEpsilon,
    double[] ropeFrequencies) {

  /** No dimension is larger. */
  static final int MAX_SIZE = 1 << 20;

  private static final int HEAD_DIM_STEP = 16;
  private static final int MAX_HEAD_DIM = 512;

  /** What makes the numbers unfit for each other or the engine, if anything. */
  Optional<String> fault() {
    if (heads % kvHeads != 0) {
      return Optional.of(heads + " query heads cannot share " + kvHeads + " KV heads");
    }
    if (headDim % HEAD_DIM_STEP != 0 || headDim > MAX_HEAD_DIM) {
      return Optional.of(
          "heads must be a multiple of %d wide, up to %d: %d"
              .formatted(HEAD_DIM_STEP, MAX_HEAD_DIM, headDim));
    }
    if (headDim * heads != width) {
      return Optional.of(
          "%d heads of %d do not make a width of %d".formatted(heads, headDim, width));
    }
    if (!Arrays.stream(ropeFrequencies).allMatch(Double::isFinite)) {
      return Optional.of("RoPE frequencies must be finite numbers");
    }
    return Optional.empty();
  }

  /** The weights that a model of this architecture may have. */
  List<Weight> weights() {
    return Arrays.stream(Weight.values())
        .filter(weight -> architecture.qkvBias() || !weight.isQkvBias())
        .toList();
  }

  public KvGeometry geometry() {
    return new KvGeometry(layers, kvHeads, headDim);
  }

  /** Columns of the fused query, key and value projection. */
  public int qkvWidth() {
    return (heads + 2 * kvHeads) * headDim;
  }
}
