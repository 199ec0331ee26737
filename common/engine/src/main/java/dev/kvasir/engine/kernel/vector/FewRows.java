package dev.kvasir.engine.kernel.vector;

import dev.kvasir.engine.kernel.HalfPanels;
import dev.kvasir.engine.kernel.Q4Panels;
import dev.kvasir.engine.kernel.Q8Panels;
import dev.kvasir.engine.kernel.Rows;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Up to 8 rows times a quantised or float16 matrix, as in decoding some requests at once: a weight
 * is used so few times that writing it down as a float and reading it again costs as much as the
 * products, so it is widened in registers as in {@link Gemv}. The same sums in the same order as
 * {@link Tile}.
 */
final class FewRows {
  static final int ROWS = 8;

  private FewRows() {}

  /** Packed rows {@code x}, element (k, row) at 16k + row, times panels of {@code w}. */
  static void q4(Q4Panels w, float[] x, Rows out, Share panels) {
    for (int panel = panels.from(); panel < panels.to(); panel++) {
      for (int lane = 0; lane < Tile.COLUMNS; lane += Lanes.COUNT) {
        q4(w, x, panel, lane, out);
      }
    }
  }

  private static void q4(Q4Panels w, float[] x, int panel, int lane, Rows out) {
    int[] quants = w.quants();
    float[] scales = w.scales();
    int from = w.quantsAt(panel, 0) + lane;
    int scale = w.scalesAt(panel, 0) + lane;
    FloatVector c0, c1, c2, c3, c4, c5, c6, c7;
    c0 = c1 = c2 = c3 = c4 = c5 = c6 = c7 = FloatVector.zero(Lanes.SPECIES);
    for (int run = 0; run < w.inputs() / Q4Panels.RUN; run++) {
      int group = scale + run / (Q4Panels.GROUP / Q4Panels.RUN) * 2 * Tile.COLUMNS;
      FloatVector d = Lanes.load(scales, group);
      FloatVector m = Lanes.load(scales, group + Tile.COLUMNS);
      IntVector packed = IntVector.fromArray(Widen.INTS, quants, from + run * Tile.COLUMNS);
      for (int i = 0; i < Q4Panels.RUN; i++) {
        FloatVector weight = Widen.nibble(packed).fma(d, m);
        packed = packed.lanewise(VectorOperators.LSHR, 4);
        int k = (run * Q4Panels.RUN + i) * Tile.COLUMNS;
        c0 = Lanes.all(x[k]).fma(weight, c0);
        c1 = Lanes.all(x[k + 1]).fma(weight, c1);
        c2 = Lanes.all(x[k + 2]).fma(weight, c2);
        c3 = Lanes.all(x[k + 3]).fma(weight, c3);
        c4 = Lanes.all(x[k + 4]).fma(weight, c4);
        c5 = Lanes.all(x[k + 5]).fma(weight, c5);
        c6 = Lanes.all(x[k + 6]).fma(weight, c6);
        c7 = Lanes.all(x[k + 7]).fma(weight, c7);
      }
    }
    float[] c = out.data();
    int at = out.at(0) + panel * Tile.COLUMNS + lane;
    c0.intoArray(c, at);
    c1.intoArray(c, at + out.stride());
    c2.intoArray(c, at + 2 * out.stride());
    c3.intoArray(c, at + 3 * out.stride());
    c4.intoArray(c, at + 4 * out.stride());
    c5.intoArray(c, at + 5 * out.stride());
    c6.intoArray(c, at + 6 * out.stride());
    c7.intoArray(c, at + 7 * out.stride());
  }

  /** Packed rows {@code x}, element (k, row) at 16k + row, times panels of {@code w}. */
  static void q8(Q8Panels w, float[] x, Rows out, Share panels) {
    for (int panel = panels.from(); panel < panels.to(); panel++) {
      for (int lane = 0; lane < Tile.COLUMNS; lane += Lanes.COUNT) {
        q8(w, x, panel, lane, out);
      }
    }
  }

  private static void q8(Q8Panels w, float[] x, int panel, int lane, Rows out) {
    int[] quants = w.quants();
    float[] scales = w.scales();
    int from = w.quantsAt(panel, 0) + lane;
    int scale = w.scalesAt(panel, 0) + lane;
    FloatVector c0, c1, c2, c3, c4, c5, c6, c7;
    c0 = c1 = c2 = c3 = c4 = c5 = c6 = c7 = FloatVector.zero(Lanes.SPECIES);
    for (int run = 0; run < w.inputs() / Q8Panels.RUN; run++) {
      int group = scale + run / (Q8Panels.GROUP / Q8Panels.RUN) * Tile.COLUMNS;
      FloatVector d = Lanes.load(scales, group);
      IntVector packed = IntVector.fromArray(Widen.INTS, quants, from + run * Tile.COLUMNS);
      for (int i = 0; i < Q8Panels.RUN; i++) {
        FloatVector weight = Widen.lowByte(packed).mul(d);
        packed = packed.lanewise(VectorOperators.LSHR, 8);
        int k = (run * Q8Panels.RUN + i) * Tile.COLUMNS;
        c0 = Lanes.all(x[k]).fma(weight, c0);
        c1 = Lanes.all(x[k + 1]).fma(weight, c1);
        c2 = Lanes.all(x[k + 2]).fma(weight, c2);
        c3 = Lanes.all(x[k + 3]).fma(weight, c3);
        c4 = Lanes.all(x[k + 4]).fma(weight, c4);
        c5 = Lanes.all(x[k + 5]).fma(weight, c5);
        c6 = Lanes.all(x[k + 6]).fma(weight, c6);
        c7 = Lanes.all(x[k + 7]).fma(weight, c7);
      }
    }
    float[] c = out.data();
    int at = out.at(0) + panel * Tile.COLUMNS + lane;
    c0.intoArray(c, at);
    c1.intoArray(c, at + out.stride());
    c2.intoArray(c, at + 2 * out.stride());
    c3.intoArray(c, at + 3 * out.stride());
    c4.intoArray(c, at + 4 * out.stride());
    c5.intoArray(c, at + 5 * out.stride());
    c6.intoArray(c, at + 6 * out.stride());
    c7.intoArray(c, at + 7 * out.stride());
  }

  /** Packed rows {@code x}, element (k, row) at 16k + row, times panels of {@code w}. */
  static void half(HalfPanels w, float[] x, Rows out, Share panels) {
    for (int panel = panels.from(); panel < panels.to(); panel++) {
      for (int lane = 0; lane < Tile.COLUMNS; lane += Lanes.COUNT) {
        half(w, x, panel, lane, out);
      }
    }
  }

  private static void half(HalfPanels w, float[] x, int panel, int lane, Rows out) {
    int[] pairs = w.pairs();
    int from = w.pairsAt(panel, 0) + lane;
    FloatVector c0, c1, c2, c3, c4, c5, c6, c7;
    c0 = c1 = c2 = c3 = c4 = c5 = c6 = c7 = FloatVector.zero(Lanes.SPECIES);
    for (int run = 0; run < w.inputs() / HalfPanels.RUN; run++) {
      IntVector pair = IntVector.fromArray(Widen.INTS, pairs, from + run * Tile.COLUMNS);
      FloatVector even = Widen.lowHalf(pair);
      FloatVector odd = Widen.highHalf(pair);
      int k = run * HalfPanels.RUN * Tile.COLUMNS;
      int next = k + Tile.COLUMNS;
      c0 = Lanes.all(x[next]).fma(odd, Lanes.all(x[k]).fma(even, c0));
      c1 = Lanes.all(x[next + 1]).fma(odd, Lanes.all(x[k + 1]).fma(even, c1));
      c2 = Lanes.all(x[next + 2]).fma(odd, Lanes.all(x[k + 2]).fma(even, c2));
      c3 = Lanes.all(x[next + 3]).fma(odd, Lanes.all(x[k + 3]).fma(even, c3));
      c4 = Lanes.all(x[next + 4]).fma(odd, Lanes.all(x[k + 4]).fma(even, c4));
      c5 = Lanes.all(x[next + 5]).fma(odd, Lanes.all(x[k + 5]).fma(even, c5));
      c6 = Lanes.all(x[next + 6]).fma(odd, Lanes.all(x[k + 6]).fma(even, c6));
      c7 = Lanes.all(x[next + 7]).fma(odd, Lanes.all(x[k + 7]).fma(even, c7));
    }
    float[] c = out.data();
    int at = out.at(0) + panel * Tile.COLUMNS + lane;
    c0.intoArray(c, at);
    c1.intoArray(c, at + out.stride());
    c2.intoArray(c, at + 2 * out.stride());
    c3.intoArray(c, at + 3 * out.stride());
    c4.intoArray(c, at + 4 * out.stride());
    c5.intoArray(c, at + 5 * out.stride());
    c6.intoArray(c, at + 6 * out.stride());
    c7.intoArray(c, at + 7 * out.stride());
  }
}
