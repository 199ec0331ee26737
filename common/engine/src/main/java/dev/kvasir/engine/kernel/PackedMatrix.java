package dev.kvasir.engine.kernel;

import dev.kvasir.engine.kernel.RowSource.Form;

/**
 * A weight matrix of {@code outputs} rows by {@code inputs} columns, stored as panels of {@value
 * #PANEL} outputs, so that a product reads it from front to back. Outputs are padded with zeros to
 * whole panels. Immutable. Every form stands for exactly the floats that the model file's numbers
 * mean: which one is stored decides memory and speed, never a result.
 */
public abstract sealed class PackedMatrix permits FloatPanels, HalfPanels, Q4Panels, Q8Panels {
  /** Outputs in a panel. */
  public static final int PANEL = 16;

  private final int outputs;
  private final int inputs;

  PackedMatrix(int outputs, int inputs) {
    this.outputs = outputs;
    this.inputs = inputs;
  }

  /**
   * Packs a matrix row by row, in the form of the source if the kernels read it, else as floats.
   */
  public static PackedMatrix pack(int outputs, int inputs, RowSource source) {
    Form form = source.row(0).form();
    for (int row = 1; row < outputs; row++) {
      if (source.row(row).form() != form) {
        form = Form.FLOATS;
      }
    }
    return switch (form) {
      case FLOATS -> new FloatPanels(outputs, inputs, source);
      case FLOAT16 ->
          inputs % HalfPanels.GROUP == 0
              ? new HalfPanels(outputs, inputs, source)
              : new FloatPanels(outputs, inputs, source);
      case Q4_1 -> new Q4Panels(outputs, inputs, source);
      case Q8_0 -> new Q8Panels(outputs, inputs, source);
    };
  }

  public final int outputs() {
    return outputs;
  }

  public final int inputs() {
    return inputs;
  }

  public final int panelCount() {
    return padded(outputs) / PANEL;
  }

  /** Bytes the weights take. */
  public abstract long bytes();

  /** Element (output, input), for oracles and tests. */
  public abstract float get(int output, int input);

  /** {@code outputs} rounded up to whole panels. */
  public static int padded(int outputs) {
    return (outputs + PANEL - 1) / PANEL * PANEL;
  }
}
