package dev.kvasir.engine.kernel.scalar;

import dev.kvasir.engine.kernel.AttentionCall;
import dev.kvasir.engine.kernel.AttentionCall.Query;
import dev.kvasir.engine.kernel.AttentionCall.Span;
import dev.kvasir.engine.kernel.Kernels;
import dev.kvasir.engine.kernel.PackedMatrix;
import dev.kvasir.engine.kernel.Rows;

/** Every operation as its formula says it, one thread, sums in double. Never tuned. */
public final class ScalarKernels implements Kernels {

  @Override
  public String description() {
    return "scalar (oracle, one thread)";
  }

  @Override
  public void matmul(PackedMatrix w, Rows x, Rows out) {
    for (int r = 0; r < x.rows(); r++) {
      for (int n = 0; n < w.outputs(); n++) {
        double sum = 0;
        for (int k = 0; k < w.inputs(); k++) {
          sum += (double) x.data()[x.at(r) + k] * w.get(n, k);
        }
        out.data()[out.at(r) + n] = (float) sum;
      }
    }
  }

  @Override
  public void rmsNorm(Rows x, float[] gain, float epsilon, Rows out) {
    for (int r = 0; r < x.rows(); r++) {
      double squares = 0;
      for (int i = 0; i < x.width(); i++) {
        double value = x.data()[x.at(r) + i];
        squares += value * value;
      }
      double scale = 1 / Math.sqrt(squares / x.width() + epsilon);
      for (int i = 0; i < x.width(); i++) {
        out.data()[out.at(r) + i] = (float) (x.data()[x.at(r) + i] * scale * gain[i]);
      }
    }
  }

  @Override
  public void add(Rows accumulator, Rows x) {
    for (int r = 0; r < x.rows(); r++) {
      for (int i = 0; i < x.width(); i++) {
        accumulator.data()[accumulator.at(r) + i] += x.data()[x.at(r) + i];
      }
    }
  }

  @Override
  public void addBias(Rows x, float[] bias) {
    for (int r = 0; r < x.rows(); r++) {
      for (int i = 0; i < x.width(); i++) {
        x.data()[x.at(r) + i] += bias[i];
      }
    }
  }

  @Override
  public void swiGlu(Rows gateUp, Rows out) {
    for (int r = 0; r < out.rows(); r++) {
      for (int i = 0; i < out.width(); i++) {
        double gate = gateUp.data()[gateUp.at(r) + i];
        double up = gateUp.data()[gateUp.at(r) + out.width() + i];
        out.data()[out.at(r) + i] = (float) (gate / (1 + Math.exp(-gate)) * up);
      }
    }
  }

  @Override
  public void attention(AttentionCall call) {
    for (Query query : call.sequences()) {
      for (int token = 0; token < query.tokens(); token++) {
        for (int head = 0; head < call.heads(); head++) {
          attend(call, query, token, head);
        }
      }
    }
  }

  /** One head of one token over all its spans: scores, softmax, weighted values. */
  private static void attend(AttentionCall call, Query query, int token, int head) {
    int position = query.firstPosition() + token;
    int visible = query.spans().stream().mapToInt(span -> visible(span, position)).sum();
    int d = headDim(call);
    double[] scores = new double[visible];
    float[][] values = new float[visible][];
    int seen = 0;
    for (Span span : query.spans()) {
      float[] rotated = rotatedQuery(call, query.firstRow() + token, head, position - span.start());
      int kvHead = head / (call.heads() / span.segment().geometry().kvHeads());
      for (int row = 0; row < visible(span, position); row++, seen++) {
        long at = span.segment().row(call.layer(), kvHead, row);
        float[] key = new float[d];
        span.segment().readKeys(at, 1, key);
        scores[seen] = dot(rotated, key) / Math.sqrt(d);
        values[seen] = new float[d];
        span.segment().readValues(at, 1, values[seen]);
      }
    }
    weigh(scores, values, call.out(), call.out().at(query.firstRow() + token) + head * d);
  }

  private static int visible(Span span, int position) {
    return span.causal() ? Math.min(span.tokens(), position - span.start() + 1) : span.tokens();
  }

  private static int headDim(AttentionCall call) {
    return 2 * call.rope().half();
  }

  private static float[] rotatedQuery(AttentionCall call, int row, int head, int distance) {
    int d = headDim(call);
    float[] rotated = new float[d];
    Rows queries = call.queries();
    call.rope().rotate(queries.data(), queries.at(row) + head * d, distance, rotated, 0);
    return rotated;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  private static void weigh(double[] scores, float[][] values, Rows out, int at) {
    double max = Double.NEGATIVE_INFINITY;
    for (double score : scores) {
      max = Math.max(max, score);
    }
    double[] sums = new double[values[0].length];
    double total = 0;
    for (int n = 0; n < scores.length; n++) {
      double weight = Math.exp(scores[n] - max);
      total += weight;
      for (int i = 0; i < sums.length; i++) {
        sums[i] += weight * values[n][i];
      }
    }
    for (int i = 0; i < sums.length; i++) {
      out.data()[at + i] = (float) (sums[i] / total);
    }
  }

  @Override
  public void close() {}
}
