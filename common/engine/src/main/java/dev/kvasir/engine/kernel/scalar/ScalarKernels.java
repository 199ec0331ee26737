package dev.kvasir.engine.kernel.scalar;

import dev.kvasir.engine.kernel.AttentionCall;
import dev.kvasir.engine.kernel.AttentionCall.Query;
import dev.kvasir.engine.kernel.AttentionCall.Span;
import dev.kvasir.engine.kernel.Kernels;
import dev.kvasir.engine.kernel.PackedMatrix;
import dev.kvasir.engine.kernel.Rows;
import dev.kvasir.engine.kernel.Sharpening;
import java.util.Arrays;

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
    int visible = query.spans().stream().mapToInt(span -> query.visible(span, token)).sum();
    int d = headDim(call);
    double[] scores = new double[visible];
    float[][] values = new float[visible][];
    int seen = 0;
    int sharpened = 0;
    for (int i = 0; i < query.spans().size(); i++) {
      Span span = query.spans().get(i);
      int distance = query.positions()[token] - span.start();
      float[] rotated = rotatedQuery(call, query.firstRow() + token, head, distance);
      int kvHead = head / (call.heads() / span.segment().geometry().kvHeads());
      for (int row = 0; row < query.visible(span, token); row++, seen++) {
        long at = span.segment().row(call.layer(), kvHead, row);
        float[] key = new float[d];
        span.segment().readKeys(at, 1, key);
        scores[seen] = dot(rotated, key) / Math.sqrt(d) * query.sharpening().factor(i);
        values[seen] = new float[d];
        span.segment().readValues(at, 1, values[seen]);
      }
      sharpened = i < query.sharpening().segments() ? seen : sharpened;
    }
    sharpen(scores, sharpened, query.sharpening());
    weigh(scores, values, call.out(), call.out().at(query.firstRow() + token) + head * d);
  }

  /** Moves the first scores together, so that their log-sum-exp becomes the wanted one. */
  private static void sharpen(double[] scores, int count, Sharpening sharpening) {
    if (count == 0) {
      return;
    }
    double max = Arrays.stream(scores, 0, count).max().orElseThrow();
    double sum = Arrays.stream(scores, 0, count).map(score -> Math.exp(score - max)).sum();
    double logSumExp = max + Math.log(sum);
    double wanted = (double) sharpening.scale() * sharpening.temperature() * logSumExp;
    for (int i = 0; i < count; i++) {
      scores[i] += wanted - logSumExp;
    }
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
