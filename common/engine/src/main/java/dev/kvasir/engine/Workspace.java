package dev.kvasir.engine;

import dev.kvasir.engine.kernel.Kernels;
import dev.kvasir.engine.kernel.PackedMatrix;
import dev.kvasir.engine.kernel.Rows;
import dev.kvasir.engine.model.LlamaConfig;

/** Activations of one forward pass, allocated once for the largest pass. */
final class Workspace {
  private final float[] hidden;
  private final float[] normed;
  private final float[] qkv;
  private final float[] attended;
  private final float[] projected;
  private final float[] gateUp;
  private final float[] gated;
  private final LlamaConfig config;

  Workspace(LlamaConfig config, int maxTokens) {
    this.config = config;
    int rows = Kernels.paddedRows(maxTokens);
    hidden = new float[rows * config.width()];
    normed = new float[rows * config.width()];
    qkv = new float[rows * PackedMatrix.padded(config.qkvWidth())];
    attended = new float[rows * config.width()];
    projected = new float[rows * PackedMatrix.padded(config.width())];
    gateUp = new float[rows * PackedMatrix.padded(2 * config.feedForward())];
    gated = new float[rows * config.feedForward()];
  }

  /** As {@link #hidden}, in memory of its own. */
  static Rows ownHidden(LlamaConfig config, int rows) {
    float[] memory = new float[Kernels.paddedRows(rows) * config.width()];
    return new Rows(memory, 0, rows, config.width(), config.width());
  }

  Rows hidden(int rows) {
    return new Rows(hidden, 0, rows, config.width(), config.width());
  }

  Rows normed(int rows) {
    return new Rows(normed, 0, rows, config.width(), config.width());
  }

  Rows qkv(int rows) {
    return new Rows(qkv, 0, rows, config.qkvWidth(), PackedMatrix.padded(config.qkvWidth()));
  }

  Rows attended(int rows) {
    return new Rows(attended, 0, rows, config.width(), config.width());
  }

  Rows projected(int rows) {
    return new Rows(projected, 0, rows, config.width(), PackedMatrix.padded(config.width()));
  }

  Rows gateUp(int rows) {
    int width = 2 * config.feedForward();
    return new Rows(gateUp, 0, rows, width, PackedMatrix.padded(width));
  }

  Rows gated(int rows) {
    return new Rows(gated, 0, rows, config.feedForward(), config.feedForward());
  }
}
