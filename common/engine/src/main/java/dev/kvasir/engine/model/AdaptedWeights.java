package dev.kvasir.engine.model;

import dev.kvasir.engine.kernel.RowSource;
import dev.kvasir.engine.model.AdaptedModel.Precision;
import java.util.Optional;

/** Weights with an adapter merged in: rows that it changes are floats, others stay as they are. */
final class AdaptedWeights implements WeightSource {
  private final WeightSource base;
  private final LoraAdapter adapter;
  private final Precision precision;

  /** Refuses an adapter of another model. */
  AdaptedWeights(WeightSource base, LoraAdapter adapter, LlamaConfig config, Precision precision) {
    this.base = base;
    this.adapter = adapter;
    this.precision = precision;
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

  private RowSource.Row merged(RowSource.Row base, int row, LoraUpdate update) {
    RowSource.Row sum =
        target -> {
          base.read(target);
          update.addTo(row, target);
        };
    return switch (precision) {
      case FLOAT32 -> sum;
      case FLOAT16 -> new Halves(sum, adapter);
    };
  }

  /** A row rounded to float16. */
  private record Halves(RowSource.Row row, LoraAdapter adapter) implements RowSource.Row {
    @Override
    public void read(float[] target) {
      row.read(target);
      for (int k = 0; k < target.length; k++) {
        target[k] = Float.float16ToFloat(Float.floatToFloat16(target[k]));
        if (!Float.isFinite(target[k])) {
          throw adapter.fault("with the adapter a weight is beyond float16");
        }
      }
    }

    @Override
    public RowSource.Form form() {
      return RowSource.Form.FLOAT16;
    }
  }

  @Override
  public float[] vector(Weight weight, int layer, int size) {
    return base.vector(weight, layer, size);
  }
}
