package dev.kvasir.decode.http.read;

import dev.kvasir.decode.PromptTooLongException;
import dev.kvasir.decode.Sampling;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How a request wants tokens to be chosen, before the size of its prompt is known.
 *
 * @param maxTokens empty if the request leaves the length of the answer to the server
 */
public record SamplingFields(
    OptionalInt maxTokens, double temperature, double topP, OptionalLong seed, List<String> stop) {
  public SamplingFields {
    stop = List.copyOf(stop);
  }

  /** These fields with an answer length where the request names none. */
  SamplingFields orMaxTokens(int usual) {
    return new SamplingFields(
        OptionalInt.of(maxTokens.orElse(usual)), temperature, topP, seed, stop);
  }

  /**
   * Fits the answer behind a prompt.
   *
   * @param usualMaxTokens answer length if the request names none, cut to what the context leaves
   * @throws PromptTooLongException if prompt and answer do not fit the context
   */
  public Sampling behind(int promptTokens, int contextTokens, int usualMaxTokens) {
    int left = contextTokens - promptTokens;
    int wanted = maxTokens.orElse(Math.clamp(left, 1, usualMaxTokens));
    if (wanted > left) {
      throw new PromptTooLongException(promptTokens, wanted, contextTokens);
    }
    return new Sampling(wanted, temperature, topP, seed, stop);
  }
}
