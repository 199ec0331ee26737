package dev.kvasir.engine.kernel.vector;

import dev.kvasir.engine.kernel.Rows;
import jdk.incubator.vector.FloatVector;

/** Operations on single rows. Widths that are no multiple of the lanes end in scalar steps. */
final class Rowwise {
  private Rowwise() {}

  static void rmsNorm(Rows x, int row, float[] gain, float epsilon, Rows out) {
    float mean = squares(x.data(), x.at(row), x.width()) / x.width();
    float scale = (float) (1 / Math.sqrt((double) mean + epsilon));
    int from = x.at(row);
    int to = out.at(row);
    int i = 0;
    for (; i + Lanes.COUNT <= x.width(); i += Lanes.COUNT) {
      Lanes.load(x.data(), from + i)
          .mul(scale)
          .mul(Lanes.load(gain, i))
          .intoArray(out.data(), to + i);
    }
    for (; i < x.width(); i++) {
      out.data()[to + i] = x.data()[from + i] * scale * gain[i];
    }
  }

  /** Sum of squares in 16 partial sums (i mod 16), added up as a fixed tree. */
  private static float squares(float[] data, int at, int count) {
    float[] partials = new float[Lanes.PARTIALS];
    int whole = count - count % Lanes.PARTIALS;
    for (int part = 0; part < Lanes.PARTIALS; part += Lanes.COUNT) {
      FloatVector sum = FloatVector.zero(Lanes.SPECIES);
      for (int i = part; i < whole; i += Lanes.PARTIALS) {
        FloatVector value = Lanes.load(data, at + i);
        sum = value.fma(value, sum);
      }
      sum.intoArray(partials, part);
    }
    for (int i = whole; i < count; i++) {
      float value = data[at + i];
      partials[i - whole] = Math.fma(value, value, partials[i - whole]);
    }
    return Lanes.sum(partials);
  }

  static void add(Rows accumulator, Rows x, int row) {
    float[] sum = accumulator.data();
    float[] data = x.data();
    int to = accumulator.at(row);
    int from = x.at(row);
    for (int i = 0; i < x.width(); i++) {
      sum[to + i] += data[from + i];
    }
  }

  static void addBias(Rows x, int row, float[] bias) {
    float[] data = x.data();
    int at = x.at(row);
    for (int i = 0; i < x.width(); i++) {
      data[at + i] += bias[i];
    }
  }

  /** silu(gate) · up; the tail runs through the same vector code on a padded copy. */
  static void swiGlu(Rows gateUp, int row, Rows out) {
    int width = out.width();
    int gate = gateUp.at(row);
    int up = gate + width;
    int to = out.at(row);
    int i = 0;
    for (; i + Lanes.COUNT <= width; i += Lanes.COUNT) {
      silu(Lanes.load(gateUp.data(), gate + i))
          .mul(Lanes.load(gateUp.data(), up + i))
          .intoArray(out.data(), to + i);
    }
    if (i < width) {
      float[] gates = new float[Lanes.COUNT];
      System.arraycopy(gateUp.data(), gate + i, gates, 0, width - i);
      silu(Lanes.load(gates, 0)).intoArray(gates, 0);
      for (int j = 0; i + j < width; j++) {
        out.data()[to + i + j] = gates[j] * gateUp.data()[up + i + j];
      }
    }
  }

  private static FloatVector silu(FloatVector gate) {
    return gate.div(Exp.exp(gate.neg()).add(1f));
  }
}
