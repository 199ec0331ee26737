package dev.kvasir.engine.kernel;

/**
 * float16 weights: for every run of 2 inputs 16 ints, one for each output of the panel, with the
 * even input in the low half.
 */
public final class HalfPanels extends PackedMatrix {
  /** Inputs are a multiple of it, as in the quantised forms. */
  public static final int GROUP = 32;

  /** Inputs in an int. */
  public static final int RUN = 2;

  private final int[] pairs;

  HalfPanels(int outputs, int inputs, RowSource source) {
    super(outputs, inputs);
    if (inputs % GROUP != 0) {
      throw new IllegalArgumentException("inputs must be a multiple of 32: inputs=" + inputs);
    }
    pairs = new int[Math.multiplyExact(padded(outputs), inputs / RUN)];
    float[] row = new float[inputs];
    for (int output = 0; output < outputs; output++) {
      source.row(output).read(row);
      int base = pairsAt(output / PANEL, 0) + output % PANEL;
      for (int run = 0; run < inputs / RUN; run++) {
        pairs[base + run * PANEL] = bits(row[RUN * run]) | bits(row[RUN * run + 1]) << Short.SIZE;
      }
    }
  }

  private static int bits(float value) {
    return Short.toUnsignedInt(Float.floatToFloat16(value));
  }

  /** Runs of inputs, shared and never to be written. */
  public int[] pairs() {
    return pairs;
  }

  /** Index in {@link #pairs()} of the first run of a group of inputs. */
  public int pairsAt(int panel, int group) {
    return (panel * inputs() + group * GROUP) / RUN * PANEL;
  }

  @Override
  public long bytes() {
    return (long) pairs.length * Integer.BYTES;
  }

  @Override
  public float get(int output, int input) {
    int pair = pairs[pairsAt(output / PANEL, 0) + input / RUN * PANEL + output % PANEL];
    return Float.float16ToFloat((short) (pair >> (Short.SIZE * (input % RUN))));
  }
}
