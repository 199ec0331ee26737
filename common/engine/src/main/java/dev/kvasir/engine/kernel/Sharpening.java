package dev.kvasir.engine.kernel;

/**
 * APE's two corrections for passages that were encoded in parallel (Yang et al., ICLR 2025): their
 * logits are divided by the temperature, and their common share of the softmax, the exponential of
 * their log-sum-exp {@code l}, becomes {@code exp(scale · temperature · l)}.
 *
 * @param segments how many of the first segments that a token sees it applies to; 0 changes nothing
 */
public record Sharpening(int segments, float temperature, float scale) {
  /** Changes nothing. */
  public static final Sharpening NONE = new Sharpening(0, 1, 1);

  public Sharpening {
    if (segments < 0 || !(temperature > 0) || !(scale > 0)) {
      throw new IllegalArgumentException(
          "temperature and scale must be above 0: segments=%d temperature=%s scale=%s"
              .formatted(segments, temperature, scale));
    }
  }

  /** What the logits of a segment are multiplied by. */
  public float factor(int segment) {
    return segment < segments ? 1 / temperature : 1;
  }

  /** The log of the passages' common share. */
  public float share(float logSumExp) {
    return scale * temperature * logSumExp;
  }
}
