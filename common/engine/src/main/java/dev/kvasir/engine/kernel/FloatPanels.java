package dev.kvasir.engine.kernel;

/** Floats: element (n, k) lies at {@code ((n / 16) · inputs + k) · 16 + n % 16}. */
public final class FloatPanels extends PackedMatrix {
  private final float[] panels;

  FloatPanels(int outputs, int inputs, RowSource source) {
    super(outputs, inputs);
    panels = new float[Math.multiplyExact(padded(outputs), inputs)];
    float[] row = new float[inputs];
    for (int output = 0; output < outputs; output++) {
      source.row(output).read(row);
      int base = at(output / PANEL, 0) + output % PANEL;
      for (int k = 0; k < inputs; k++) {
        panels[base + k * PANEL] = row[k];
      }
    }
  }

  /** The packed floats, shared and never to be written. */
  public float[] panels() {
    return panels;
  }

  /** Index in {@link #panels()} of element (16 · panel, k). */
  public int at(int panel, int k) {
    return (panel * inputs() + k) * PANEL;
  }

  @Override
  public long bytes() {
    return (long) panels.length * Float.BYTES;
  }

  @Override
  public float get(int output, int input) {
    return panels[at(output / PANEL, input) + output % PANEL];
  }
}
