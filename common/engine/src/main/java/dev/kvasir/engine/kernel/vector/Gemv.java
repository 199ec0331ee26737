package dev.kvasir.engine.kernel.vector;

import dev.kvasir.engine.kernel.FloatPanels;
import dev.kvasir.engine.kernel.HalfPanels;
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
      case FloatPanels floats -> floats(floats, x, out, panels);
      case HalfPanels half ->
          eachPair(panels, (first, second) -> half(half, x, out, first, second));
      case Q4Panels q4 -> eachPair(panels, (first, second) -> q4(q4, x, out, first, second));
      case Q8Panels q8 -> eachPair(panels, (first, second) -> q8(q8, x, out, first, second));
    }
  }

  /** Two vectors of outputs; the index of an output is 16 · panel + lane. */
  private interface Pair {
    void multiply(int first, int second);
  }

  /** Pairs of neighbouring vectors; an odd one is done twice. */
  private static void eachPair(Share panels, Pair pair) {
    int end = panels.to() * Tile.COLUMNS;
    for (int output = panels.from() * Tile.COLUMNS; output < end; output += 2 * Lanes.COUNT) {
      int next = output + Lanes.COUNT;
      pair.multiply(output, next < end ? next : output);
    }
  }

  private static void floats(FloatPanels w, Rows x, Rows out, Share panels) {
    int panel = panels.from();
    for (; panel + PANELS_AT_ONCE <= panels.to(); panel += PANELS_AT_ONCE) {
      for (int column = 0; column < Tile.COLUMNS; column += Lanes.COUNT) {
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
    int aAt = x.at(0);
    int b0 = w.at(panel, 0) + column;
    int b1 = w.at(panel + 1, 0) + column;
    int b2 = w.at(panel + 2, 0) + column;
    int b3 = w.at(panel + 3, 0) + column;
    FloatVector c0, c1, c2, c3;
    c0 = c1 = c2 = c3 = FloatVector.zero(Lanes.SPECIES);
    for (int k = 0; k < w.inputs(); k++) {
      FloatVector value = Lanes.all(a[aAt + k]);
      int at = k * Tile.COLUMNS;
      c0 = value.fma(Lanes.load(b, b0 + at), c0);
      c1 = value.fma(Lanes.load(b, b1 + at), c1);
      c2 = value.fma(Lanes.load(b, b2 + at), c2);
      c3 = value.fma(Lanes.load(b, b3 + at), c3);
    }
    float[] c = out.data();
    int cAt = out.at(0) + panel * Tile.COLUMNS + column;
    c0.intoArray(c, cAt);
    c1.intoArray(c, cAt + Tile.COLUMNS);
    c2.intoArray(c, cAt + 2 * Tile.COLUMNS);
    c3.intoArray(c, cAt + 3 * Tile.COLUMNS);
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

  private static void half(HalfPanels w, Rows x, Rows out, int first, int second) {
    float[] a = x.data();
    int[] pairs = w.pairs();
    int aAt = x.at(0);
    int pairs0 = w.pairsAt(first / Tile.COLUMNS, 0) + first % Tile.COLUMNS;
    int pairs1 = w.pairsAt(second / Tile.COLUMNS, 0) + second % Tile.COLUMNS;
    FloatVector sum0 = FloatVector.zero(Lanes.SPECIES);
    FloatVector sum1 = sum0;
    for (int run = 0; run < w.inputs() / HalfPanels.RUN; run++) {
      IntVector pair0 = IntVector.fromArray(Widen.INTS, pairs, pairs0 + run * Tile.COLUMNS);
      IntVector pair1 = IntVector.fromArray(Widen.INTS, pairs, pairs1 + run * Tile.COLUMNS);
      FloatVector even = Lanes.all(a[aAt + run * HalfPanels.RUN]);
      FloatVector odd = Lanes.all(a[aAt + run * HalfPanels.RUN + 1]);
      sum0 = odd.fma(Widen.highHalf(pair0), even.fma(Widen.lowHalf(pair0), sum0));
      sum1 = odd.fma(Widen.highHalf(pair1), even.fma(Widen.lowHalf(pair1), sum1));
    }
    sum0.intoArray(out.data(), out.at(0) + first);
    sum1.intoArray(out.data(), out.at(0) + second);
  }

  private static void q4(Q4Panels w, Rows x, Rows out, int first, int second) {
    float[] a = x.data();
    int[] quants = w.quants();
    float[] scales = w.scales();
    int aAt = x.at(0);
    int quants0 = w.quantsAt(first / Tile.COLUMNS, 0) + first % Tile.COLUMNS;
    int quants1 = w.quantsAt(second / Tile.COLUMNS, 0) + second % Tile.COLUMNS;
    int scales0 = w.scalesAt(first / Tile.COLUMNS, 0) + first % Tile.COLUMNS;
    int scales1 = w.scalesAt(second / Tile.COLUMNS, 0) + second % Tile.COLUMNS;
    FloatVector sum0 = FloatVector.zero(Lanes.SPECIES);
    FloatVector sum1 = sum0;
    for (int run = 0; run < w.inputs() / Q4Panels.RUN; run++) {
      int scale = run / RUNS_IN_Q4_GROUP * 2 * Tile.COLUMNS;
      FloatVector d0 = Lanes.load(scales, scales0 + scale);
      FloatVector d1 = Lanes.load(scales, scales1 + scale);
      FloatVector m0 = Lanes.load(scales, scales0 + scale + Tile.COLUMNS);
      FloatVector m1 = Lanes.load(scales, scales1 + scale + Tile.COLUMNS);
      IntVector low = IntVector.fromArray(Widen.INTS, quants, quants0 + run * Tile.COLUMNS);
      IntVector high = IntVector.fromArray(Widen.INTS, quants, quants1 + run * Tile.COLUMNS);
      for (int i = 0; i < Q4Panels.RUN; i++) {
        FloatVector value = Lanes.all(a[aAt + run * Q4Panels.RUN + i]);
        sum0 = value.fma(Widen.nibble(low).fma(d0, m0), sum0);
        sum1 = value.fma(Widen.nibble(high).fma(d1, m1), sum1);
        low = low.lanewise(VectorOperators.LSHR, 4);
        high = high.lanewise(VectorOperators.LSHR, 4);
      }
    }
    sum0.intoArray(out.data(), out.at(0) + first);
    sum1.intoArray(out.data(), out.at(0) + second);
  }

  private static void q8(Q8Panels w, Rows x, Rows out, int first, int second) {
    float[] a = x.data();
    int[] quants = w.quants();
    float[] scales = w.scales();
    int aAt = x.at(0);
    int quants0 = w.quantsAt(first / Tile.COLUMNS, 0) + first % Tile.COLUMNS;
    int quants1 = w.quantsAt(second / Tile.COLUMNS, 0) + second % Tile.COLUMNS;
    int scales0 = w.scalesAt(first / Tile.COLUMNS, 0) + first % Tile.COLUMNS;
    int scales1 = w.scalesAt(second / Tile.COLUMNS, 0) + second % Tile.COLUMNS;
    FloatVector sum0 = FloatVector.zero(Lanes.SPECIES);
    FloatVector sum1 = sum0;
    for (int run = 0; run < w.inputs() / Q8Panels.RUN; run++) {
      int scale = run / RUNS_IN_Q8_GROUP * Tile.COLUMNS;
      FloatVector d0 = Lanes.load(scales, scales0 + scale);
      FloatVector d1 = Lanes.load(scales, scales1 + scale);
      IntVector low = IntVector.fromArray(Widen.INTS, quants, quants0 + run * Tile.COLUMNS);
      IntVector high = IntVector.fromArray(Widen.INTS, quants, quants1 + run * Tile.COLUMNS);
      for (int i = 0; i < Q8Panels.RUN; i++) {
        FloatVector value = Lanes.all(a[aAt + run * Q8Panels.RUN + i]);
        sum0 = value.fma(Widen.lowByte(low).mul(d0), sum0);
        sum1 = value.fma(Widen.lowByte(high).mul(d1), sum1);
        low = low.lanewise(VectorOperators.LSHR, 8);
        high = high.lanewise(VectorOperators.LSHR, 8);
      }
    }
    sum0.intoArray(out.data(), out.at(0) + first);
    sum1.intoArray(out.data(), out.at(0) + second);
  }
}
