package dev.kvasir.engine.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Q4_1 weights, 6 bits each: for every run of 8 inputs 16 ints, one for each output of the panel,
 * with input i of the run in bits 4i to 4i + 3; for every 32 inputs 16 scales d and 16 offsets m as
 * floats. An element is {@code d · q + m}, product and sum rounded one after the other.
 */
public final class Q4Panels extends PackedMatrix {
  /** Inputs that share a scale. */
  public static final int GROUP = 32;

  /** Inputs in an int. */
  public static final int RUN = 8;

  private static final int BLOCK_BYTES = 20;
  private static final int QUANTS_AT = 4;
  private static final ValueLayout.OfShort HALF =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final int[] quants;
  private final float[] scales;

  Q4Panels(int outputs, int inputs, RowSource source) {
    super(outputs, inputs);
    if (inputs % GROUP != 0) {
      throw new IllegalArgumentException("inputs must be a multiple of 32: inputs=" + inputs);
    }
    quants = new int[Math.multiplyExact(padded(outputs), inputs / RUN)];
    scales = new float[2 * padded(outputs) * (inputs / GROUP)];
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
    int scale = scalesAt(panel, group) + lane;
    scales[scale] = Float.float16ToFloat(blocks.get(HALF, at));
    scales[scale + PANEL] = Float.float16ToFloat(blocks.get(HALF, at + Short.BYTES));
    for (int run = 0; run < GROUP / RUN; run++) {
      int packed = 0;
      for (int i = RUN - 1; i >= 0; i--) {
        packed = (packed << 4) | nibble(blocks, at + QUANTS_AT, run * RUN + i);
      }
      quants[quantsAt(panel, group) + run * PANEL + lane] = packed;
    }
  }

  private static int nibble(MemorySegment blocks, long at, int index) {
    int half = GROUP / 2;
    int pair = blocks.get(ValueLayout.JAVA_BYTE, at + index % half);
    return index < half ? pair & 0xF : (pair >> 4) & 0xF;
  }

  /** Runs of inputs, shared and never to be written. */
  public int[] quants() {
    return quants;
  }

  /** Scales and offsets, shared and never to be written. */
  public float[] scales() {
    return scales;
  }

  /** Index in {@link #quants()} of the first run of a group of inputs. */
  public int quantsAt(int panel, int group) {
    return (panel * inputs() + group * GROUP) / RUN * PANEL;
  }

  /** Index in {@link #scales()} of a group's 16 scales; its 16 offsets follow. */
  public int scalesAt(int panel, int group) {
    return (panel * (inputs() / GROUP) + group) * 2 * PANEL;
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
    int q = (run >>> (4 * (input % RUN))) & 0xF;
    int scale = scalesAt(panel, group) + lane;
    float product = scales[scale] * q;
    return product + scales[scale + PANEL];
  }
}
