package dev.kvasir.engine.kernel.vector;

import dev.kvasir.engine.kernel.FloatPanels;
import dev.kvasir.engine.kernel.PackedMatrix;
import dev.kvasir.engine.kernel.Q4Panels;
import dev.kvasir.engine.kernel.Q8Panels;
import dev.kvasir.engine.kernel.Rows;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * One row times a matrix: bound by reading the weights, so they are widened in registers. The terms
 * are added in the order of k, as in {@link Tile}, so one row gives the same bits as many.
 */
final class Gemv {
  private static final int PANELS_AT_ONCE = 4;
  private static final int RUNS_IN_Q4_GROUP = Q4Panels.GROUP / Q4Panels.RUN;
  private static final int RUNS_IN_Q8_GROUP = Q8Panels.GROUP / Q8Panels.RUN;

  private Gemv() {}

  static void multiply(PackedMatrix w, Rows x, Rows out, Share panels) {
    switch (w) {
      case FloatPanels floats -> multiply(floats, x, out, panels);
      case Q4Panels q4 -> {
        for (int panel = panels.from(); panel < panels.to(); panel++) {
          for (int column = 0; column < Tile.COLUMNS; column += 2 * Lanes.COUNT) {
            q4(q4, x, out, panel, column);
          }
        }
      }
      case Q8Panels q8 -> {
        for (int panel = panels.from(); panel < panels.to(); panel++) {
          for (int column = 0; column < Tile.COLUMNS; column += 2 * Lanes.COUNT) {
            q8(q8, x, out, panel, column);
          }
        }
      }
    }
  }

  private static void multiply(FloatPanels w, Rows x, Rows out, Share panels) {
    int panel = panels.from();
    for (; panel + PANELS_AT_ONCE <= panels.to(); panel += PANELS_AT_ONCE) {
      for (int column = 0; column < Tile.COLUMNS; column += 2 * Lanes.COUNT) {
        fourPanels(w, x, out, panel, column);
      }
    }
    for (; panel < panels.to(); panel++) {
      for (int column = 0; column < Tile.COLUMNS; column += Lanes.COUNT) {
        onePanel(w, x, out, panel, column);
      }
    }
  }

  private static void fourPanels(FloatPanels w, Rows x, Rows out, int panel, int column) {
    float[] a = x.data();
    float[] b = w.panels();
    int n = Lanes.COUNT;
    int aAt = x.at(0);
    int b0 = w.at(panel, 0) + column;
    int b1 = w.at(panel + 1, 0) + column;
    int b2 = w.at(panel + 2, 0) + column;
    int b3 = w.at(panel + 3, 0) + column;
    FloatVector c00, c01, c10, c11, c20, c21, c30, c31;
    c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = FloatVector.zero(Lanes.SPECIES);
    for (int k = 0; k < w.inputs(); k++) {
      FloatVector value = Lanes.all(a[aAt + k]);
      int at = k * Tile.COLUMNS;
      c00 = value.fma(Lanes.load(b, b0 + at), c00);
      c01 = value.fma(Lanes.load(b, b0 + at + n), c01);
      c10 = value.fma(Lanes.load(b, b1 + at), c10);
      c11 = value.fma(Lanes.load(b, b1 + at + n), c11);
      c20 = value.fma(Lanes.load(b, b2 + at), c20);
      c21 = value.fma(Lanes.load(b, b2 + at + n), c21);
      c30 = value.fma(Lanes.load(b, b3 + at), c30);
      c31 = value.fma(Lanes.load(b, b3 + at + n), c31);
    }
    float[] c = out.data();
    int cAt = out.at(0) + panel * Tile.COLUMNS + column;
    c00.intoArray(c, cAt);
    c01.intoArray(c, cAt + n);
    c10.intoArray(c, cAt + Tile.COLUMNS);
    c11.intoArray(c, cAt + Tile.COLUMNS + n);
    c20.intoArray(c, cAt + 2 * Tile.COLUMNS);
    c21.intoArray(c, cAt + 2 * Tile.COLUMNS + n);
    c30.intoArray(c, cAt + 3 * Tile.COLUMNS);
    c31.intoArray(c, cAt + 3 * Tile.COLUMNS + n);
  }

  private static void onePanel(FloatPanels w, Rows x, Rows out, int panel, int column) {
    float[] a = x.data();
    float[] b = w.panels();
    int aAt = x.at(0);
    int bAt = w.at(panel, 0) + column;
    FloatVector sum = FloatVector.zero(Lanes.SPECIES);
    for (int k = 0; k < w.inputs(); k++) {
      sum = Lanes.all(a[aAt + k]).fma(Lanes.load(b, bAt + k * Tile.COLUMNS), sum);
    }
    sum.intoArray(out.data(), out.at(0) + panel * Tile.COLUMNS + column);
  }

  private static void q4(Q4Panels w, Rows x, Rows out, int panel, int column) {
    float[] a = x.data();
    int[] quants = w.quants();
    float[] scales = w.scales();
    int n = Lanes.COUNT;
    int aAt = x.at(0);
    int quantsAt = w.quantsAt(panel, 0) + column;
    int scalesAt = w.scalesAt(panel, 0) + column;
    FloatVector sum0 = FloatVector.zero(Lanes.SPECIES);
    FloatVector sum1 = sum0;
    for (int run = 0; run < w.inputs() / Q4Panels.RUN; run++) {
      int scale = scalesAt + run / RUNS_IN_Q4_GROUP * 2 * Tile.COLUMNS;
      FloatVector d0 = Lanes.load(scales, scale);
      FloatVector d1 = Lanes.load(scales, scale + n);
      FloatVector m0 = Lanes.load(scales, scale + Tile.COLUMNS);
      FloatVector m1 = Lanes.load(scales, scale + Tile.COLUMNS + n);
      IntVector low = IntVector.fromArray(Widen.INTS, quants, quantsAt + run * Tile.COLUMNS);
      IntVector high = IntVector.fromArray(Widen.INTS, quants, quantsAt + run * Tile.COLUMNS + n);
      for (int i = 0; i < Q4Panels.RUN; i++) {
        FloatVector value = Lanes.all(a[aAt + run * Q4Panels.RUN + i]);
        sum0 = value.fma(Widen.nibble(low).mul(d0).add(m0), sum0);
        sum1 = value.fma(Widen.nibble(high).mul(d1).add(m1), sum1);
        low = low.lanewise(VectorOperators.LSHR, 4);
        high = high.lanewise(VectorOperators.LSHR, 4);
      }
    }
    int to = out.at(0) + panel * Tile.COLUMNS + column;
    sum0.intoArray(out.data(), to);
    sum1.intoArray(out.data(), to + n);
  }

  private static void q8(Q8Panels w, Rows x, Rows out, int panel, int column) {
    float[] a = x.data();
    int[] quants = w.quants();
    float[] scales = w.scales();
    int n = Lanes.COUNT;
    int aAt = x.at(0);
    int quantsAt = w.quantsAt(panel, 0) + column;
    int scalesAt = w.scalesAt(panel, 0) + column;
    FloatVector sum0 = FloatVector.zero(Lanes.SPECIES);
    FloatVector sum1 = sum0;
    for (int run = 0; run < w.inputs() / Q8Panels.RUN; run++) {
      int scale = scalesAt + run / RUNS_IN_Q8_GROUP * Tile.COLUMNS;
      FloatVector d0 = Lanes.load(scales, scale);
      FloatVector d1 = Lanes.load(scales, scale + n);
      IntVector low = IntVector.fromArray(Widen.INTS, quants, quantsAt + run * Tile.COLUMNS);
      IntVector high = IntVector.fromArray(Widen.INTS, quants, quantsAt + run * Tile.COLUMNS + n);
      for (int i = 0; i < Q8Panels.RUN; i++) {
        FloatVector value = Lanes.all(a[aAt + run * Q8Panels.RUN + i]);
        sum0 = value.fma(Widen.lowByte(low).mul(d0), sum0);
        sum1 = value.fma(Widen.lowByte(high).mul(d1), sum1);
        low = low.lanewise(VectorOperators.LSHR, 8);
        high = high.lanewise(VectorOperators.LSHR, 8);
      }
    }
    int to = out.at(0) + panel * Tile.COLUMNS + column;
    sum0.intoArray(out.data(), to);
    sum1.intoArray(out.data(), to + n);
  }
}
