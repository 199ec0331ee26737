package dev.kvasir.engine.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Q8_0 weights, 9 bits each: for every run of 4 inputs 16 ints, one for each output of the panel,
 * with input i of the run in byte i; for every 32 inputs 16 scales d as floats. An element is
 * {@code d · q}.
 */
public final class Q8Panels extends PackedMatrix {
  /** Inputs that share a scale. */
  public static final int GROUP = 32;

  /** Inputs in an int. */
  public static final int RUN = 4;

  private static final int BLOCK_BYTES = 34;
  private static final int QUANTS_AT = 2;
  private static final ValueLayout.OfShort HALF =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt FOUR_BYTES =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final int[] quants;
  private final float[] scales;

  Q8Panels(int outputs, int inputs, RowSource source) {
    super(outputs, inputs);
    if (inputs % GROUP != 0) {
      throw new IllegalArgumentException("inputs must be a multiple of 32: inputs=" + inputs);
    }
    quants = new int[Math.multiplyExact(padded(outputs), inputs / RUN)];
    scales = new float[padded(outputs) * (inputs / GROUP)];
    for (int output = 0; output < outputs; output++) {
      MemorySegment blocks = source.row(output).blocks();
      for (int group = 0; group < inputs / GROUP; group++) {
        pack(blocks, (long) group * BLOCK_BYTES, output, group);
      }
    }
  }

  private void pack(MemorySegment blocks, long at, int output, int group) {
    int panel = output / PANEL;
    int lane = output % PANEL;
    scales[scalesAt(panel, group) + lane] = Float.float16ToFloat(blocks.get(HALF, at));
    for (int run = 0; run < GROUP / RUN; run++) {
      quants[quantsAt(panel, group) + run * PANEL + lane] =
          blocks.get(FOUR_BYTES, at + QUANTS_AT + (long) run * RUN);
    }
  }

  /** Runs of inputs, shared and never to be written. */
  public int[] quants() {
    return quants;
  }

  /** Scales, shared and never to be written. */
  public float[] scales() {
    return scales;
  }

  /** Index in {@link #quants()} of the first run of a group of inputs. */
  public int quantsAt(int panel, int group) {
    return (panel * inputs() + group * GROUP) / RUN * PANEL;
  }

  /** Index in {@link #scales()} of a group's 16 scales. */
  public int scalesAt(int panel, int group) {
    return (panel * (inputs() / GROUP) + group) * PANEL;
  }

  @Override
  public long bytes() {
    return (long) quants.length * Integer.BYTES + (long) scales.length * Float.BYTES;
  }

  @Override
  public float get(int output, int input) {
    int panel = output / PANEL;
    int lane = output % PANEL;
    int group = input / GROUP;
    int run = quants[quantsAt(panel, group) + input % GROUP / RUN * PANEL + lane];
    byte q = (byte) (run >> (8 * (input % RUN)));
    return scales[scalesAt(panel, group) + lane] * q;
  }
}
