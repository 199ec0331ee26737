package dev.kvasir.engine.model;

/**
 * Llama 3's scaling of rotary frequencies (Grattafiori et al. 2024; transformers' {@code llama3}):
 * waves longer than the original context / low factor are stretched by the factor, those shorter
 * than the original context / high factor stay, those between are blended.
 *
 * @param factor how much longer the context became
 * @param originalContext tokens that the model was first trained for
 */
record RopeScaling(double factor, double lowFactor, double highFactor, double originalContext) {

  /** Scales frequencies, in radians a token, in place. */
  void apply(double[] frequencies) {
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = scaled(frequencies[i]);
    }
  }

  /** Whether the numbers make sense together. */
  boolean isSound() {
    return factor > 0 && lowFactor > 0 && lowFactor < highFactor && originalContext > 0;
  }

  private double scaled(double frequency) {
    double waves = originalContext * frequency / (2 * Math.PI);
    if (waves > highFactor) {
      return frequency;
    }
    if (waves < lowFactor) {
      return frequency / factor;
    }
    double smooth = (waves - lowFactor) / (highFactor - lowFactor);
    return (1 - smooth) * frequency / factor + smooth * frequency;
  }

  /** Why RoPE of this type is refused. */
  static String refusal(String type) {
    String reason =
        switch (type) {
          case "dynamic" ->
              "its angles change with the prompt's length, so that no cached block would fit";
          case "mrope" -> "its positions have several axes";
          default -> "only none and llama3 are";
        };
    return "RoPE type \"%s\" is not supported: %s".formatted(type, reason);
  }
}
