package dev.kvasir.engine.kernel.vector;

import dev.kvasir.engine.kernel.HalfPanels;
import dev.kvasir.engine.kernel.Q4Panels;
import dev.kvasir.engine.kernel.Q8Panels;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Quantised and float16 panels to float panels, element (k, lane) at {@code 16k + lane}. A nibble
 * or byte times a float16 scale is exact in a float, so the fused form rounds no other way than
 * product and sum.
 */
final class Widen {
  static final VectorSpecies<Integer> INTS = Lanes.SPECIES.withLanes(int.class);
  private static final int NIBBLE_BITS = 4;
  private static final int BYTE_BITS = 8;

  /** From a float16 in the high 16 bits to a float's places, the sign in every bit between. */
  private static final int HALF_SHIFT = 3;

  /** Sign, exponent and fraction of a float16 at a float's places. */
  private static final int HALF_BITS = 0x8FFF_E000;

  /** What the exponents' biases differ by; makes up for it exactly, below the normal range, too. */
  private static final float HALF_SCALE = 0x1p112f;

  private Widen() {}

  /** Groups {@code groups} of one panel, from {@code at} on. */
  static void q4(Q4Panels w, int panel, Share groups, float[] target, int at) {
    for (int group = groups.from(); group < groups.to(); group++) {
      int to = at + (group - groups.from()) * Q4Panels.GROUP * Tile.COLUMNS;
      for (int lane = 0; lane < Tile.COLUMNS; lane += Lanes.COUNT) {
        q4(
            w.quants(),
            w.quantsAt(panel, group) + lane,
            w.scales(),
            w.scalesAt(panel, group) + lane,
            target,
            to + lane);
      }
    }
  }

  private static void q4(
      int[] quants, int from, float[] scales, int scale, float[] target, int to) {
    FloatVector d = Lanes.load(scales, scale);
    FloatVector m = Lanes.load(scales, scale + Tile.COLUMNS);
    for (int run = 0; run < Q4Panels.GROUP / Q4Panels.RUN; run++) {
      IntVector packed = IntVector.fromArray(INTS, quants, from + run * Tile.COLUMNS);
      int at = to + run * Q4Panels.RUN * Tile.COLUMNS;
      for (int i = 0; i < Q4Panels.RUN; i++) {
        nibble(packed).fma(d, m).intoArray(target, at + i * Tile.COLUMNS);
        packed = packed.lanewise(VectorOperators.LSHR, NIBBLE_BITS);
      }
    }
  }

  /** Groups {@code groups} of one panel, from {@code at} on. */
  static void q8(Q8Panels w, int panel, Share groups, float[] target, int at) {
    for (int group = groups.from(); group < groups.to(); group++) {
      int to = at + (group - groups.from()) * Q8Panels.GROUP * Tile.COLUMNS;
      for (int lane = 0; lane < Tile.COLUMNS; lane += Lanes.COUNT) {
        q8(
            w.quants(),
            w.quantsAt(panel, group) + lane,
            w.scales(),
            w.scalesAt(panel, group) + lane,
            target,
            to + lane);
      }
    }
  }

  private static void q8(
      int[] quants, int from, float[] scales, int scale, float[] target, int to) {
    FloatVector d = Lanes.load(scales, scale);
    for (int run = 0; run < Q8Panels.GROUP / Q8Panels.RUN; run++) {
      IntVector packed = IntVector.fromArray(INTS, quants, from + run * Tile.COLUMNS);
      int at = to + run * Q8Panels.RUN * Tile.COLUMNS;
      for (int i = 0; i < Q8Panels.RUN; i++) {
        lowByte(packed).mul(d).intoArray(target, at + i * Tile.COLUMNS);
        packed = packed.lanewise(VectorOperators.LSHR, BYTE_BITS);
      }
    }
  }

  /** Groups {@code groups} of one panel, from {@code at} on. */
  static void half(HalfPanels w, int panel, Share groups, float[] target, int at) {
    int from = w.pairsAt(panel, groups.from());
    int runs = groups.count() * HalfPanels.GROUP / HalfPanels.RUN;
    for (int lane = 0; lane < Tile.COLUMNS; lane += Lanes.COUNT) {
      for (int run = 0; run < runs; run++) {
        IntVector pair = IntVector.fromArray(INTS, w.pairs(), from + run * Tile.COLUMNS + lane);
        int to = at + run * HalfPanels.RUN * Tile.COLUMNS + lane;
        lowHalf(pair).intoArray(target, to);
        highHalf(pair).intoArray(target, to + Tile.COLUMNS);
      }
    }
  }

  /** The low 16 bits as a float16 number. */
  static FloatVector lowHalf(IntVector pair) {
    return highHalf(pair.lanewise(VectorOperators.LSHL, Short.SIZE));
  }

  /** The high 16 bits as a float16 number. */
  static FloatVector highHalf(IntVector pair) {
    return pair.lanewise(VectorOperators.ASHR, HALF_SHIFT)
        .and(HALF_BITS)
        .reinterpretAsFloats()
        .mul(HALF_SCALE);
  }

  /** The lowest four bits as floats 0 to 15. */
  static FloatVector nibble(IntVector packed) {
    return (FloatVector) packed.and(0xF).convert(VectorOperators.I2F, 0);
  }

  /** The lowest byte, signed, as floats. */
  static FloatVector lowByte(IntVector packed) {
    int shift = Integer.SIZE - BYTE_BITS;
    IntVector signed =
        packed.lanewise(VectorOperators.LSHL, shift).lanewise(VectorOperators.ASHR, shift);
    return (FloatVector) signed.convert(VectorOperators.I2F, 0);
  }
}
