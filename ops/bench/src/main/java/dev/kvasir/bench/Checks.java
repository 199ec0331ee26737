package dev.kvasir.bench;

import java.util.Arrays;

/** What must hold, or the figures mean nothing. */
public final class Checks {
  private Checks() {}

  public static void finite(String what, float[] logits) {
    for (float logit : logits) {
      if (!Float.isFinite(logit)) {
        throw new BenchException(what + ": a logit is not finite");
      }
    }
  }

  public static void sameLogits(String what, float[] expected, float[] actual) {
    if (!Arrays.equals(expected, actual)) {
      throw new BenchException(what + ": the logits differ from those of the encoded blocks");
    }
  }

  public static void require(boolean condition, String message) {
    if (!condition) {
      throw new BenchException(message);
    }
  }
}
