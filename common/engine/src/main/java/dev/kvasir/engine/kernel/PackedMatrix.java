package dev.kvasir.engine.kernel;

/**
 * A weight matrix of {@code outputs} rows by {@code inputs} columns, stored as panels of {@value
 * #PANEL} outputs: element (n, k) lies at {@code ((n / 16) * inputs + k) * 16 + n % 16}. Outputs
 * are padded with zeros to whole panels. Immutable after packing.
 */
public final class PackedMatrix {
  /** Outputs in a panel. */
  public static final int PANEL = 16;

  private final int outputs;
  private final int inputs;
  private final float[] panels;

  private PackedMatrix(int outputs, int inputs) {
    this.outputs = outputs;
    this.inputs = inputs;
    this.panels = new float[Math.multiplyExact(padded(outputs), inputs)];
  }

  /** Writes row {@code output} of the matrix, {@code inputs} floats, into {@code target}. */
  @FunctionalInterface
  public interface RowSource {
    void read(int output, float[] target);
  }

  /** Packs a matrix row by row. */
  public static PackedMatrix pack(int outputs, int inputs, RowSource source) {
    PackedMatrix matrix = new PackedMatrix(outputs, inputs);
    float[][] rows = new float[PANEL][inputs];
    for (int first = 0; first < outputs; first += PANEL) {
      int count = Math.min(PANEL, outputs - first);
      for (int row = 0; row < count; row++) {
        source.read(first + row, rows[row]);
      }
      matrix.interleave(first, rows, count);
    }
    return matrix;
  }

  private void interleave(int first, float[][] rows, int count) {
    int base = first * inputs;
    for (int k = 0; k < inputs; k++) {
      for (int row = 0; row < count; row++) {
        panels[base + k * PANEL + row] = rows[row][k];
      }
    }
  }

  public int outputs() {
    return outputs;
  }

  public int inputs() {
    return inputs;
  }

  public int panelCount() {
    return padded(outputs) / PANEL;
  }

  /** The packed floats, shared and never to be written. */
  public float[] panels() {
    return panels;
  }

  /** Index in {@link #panels()} of element (16 · panel, k). */
  public int at(int panel, int k) {
    return (panel * inputs + k) * PANEL;
  }

  /** Element (output, input), for oracles and tests. */
  public float get(int output, int input) {
    return panels[at(output / PANEL, input) + output % PANEL];
  }

  /** {@code outputs} rounded up to whole panels. */
  public static int padded(int outputs) {
    return (outputs + PANEL - 1) / PANEL * PANEL;
  }
}
