package dev.kvasir.engine.model;

import dev.kvasir.engine.kernel.RowSource;
import java.util.Optional;

/** Weights with an adapter merged in: rows that it changes are floats, others stay as they are. */
final class AdaptedWeights implements WeightSource {
  private final WeightSource base;
  private final LoraAdapter adapter;

  /** Refuses an adapter of another model. */
  AdaptedWeights(WeightSource base, LoraAdapter adapter, LlamaConfig config) {
    this.base = base;
    this.adapter = adapter;
    adapter.refuseStrangers(config);
  }

  @Override
  public boolean has(Weight weight) {
    return base.has(weight);
  }

  @Override
  public RowSource matrix(Weight weight, int layer, int outputs, int inputs) {
    RowSource rows = base.matrix(weight, layer, outputs, inputs);
    Optional<LoraUpdate> update = adapter.update(weight, layer, outputs, inputs);
    return update.isEmpty() ? rows : row -> merged(rows.row(row), row, update.get());
  }

  private static RowSource.Row merged(RowSource.Row base, int row, LoraUpdate update) {
    return target -> {
      base.read(target);
      update.addTo(row, target);
    };
  }

  @Override
  public float[] vector(Weight weight, int layer, int size) {
    return base.vector(weight, layer, size);
  }
}
