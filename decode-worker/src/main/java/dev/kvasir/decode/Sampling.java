package dev.kvasir.decode;

import java.util.List;
import java.util.OptionalLong;

/**
 * How tokens are chosen and when to stop.
 *
 * @param temperature 0 is greedy
 * @param topP in (0, 1]
 * @param stop strings that end the answer and are not part of it
 */
public record Sampling(
    int maxTokens, double temperature, double topP, OptionalLong seed, List<String> stop) {
  public Sampling {
    stop = List.copyOf(stop);
  }

  public static Sampling greedy(int maxTokens) {
    return new Sampling(maxTokens, 0, 1, OptionalLong.empty(), List.of());
  }
}
