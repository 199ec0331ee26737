package dev.kvasir.engine.golden;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/** What {@code ops/golden/make_golden.py} computed with transformers in float32. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record GoldenPrompts(
    @JsonProperty("sink_ids") int[] sinkIds,
    @JsonProperty("sampled_ids") int[] sampledIds,
    List<Prompt> prompts) {

  /** One prompt, as texts and as the ids of its blocks. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Prompt(
      String name,
      @JsonProperty("header_ids") int[] headerIds,
      @JsonProperty("passage_ids") int[][] passageIds,
      @JsonProperty("final_ids") int[] finalIds,
      Map<String, Logits> logits) {

    boolean hasDefaultHeader(GoldenPrompts golden) {
      return Arrays.equals(headerIds, golden.sinkIds());
    }
  }

  /** Logits of the last position: the largest, a spread sample, and two sums over all. */
  public record Logits(
      @JsonProperty("top_ids") int[] topIds,
      @JsonProperty("top_values") float[] topValues,
      @JsonProperty("sampled_values") float[] sampledValues,
      @JsonProperty("log_sum_exp") double logSumExp,
      @JsonProperty("l2_norm") double l2Norm) {

    /** Largest difference over the top and the sampled logits. */
    public double difference(float[] logits, int[] sampledIds) {
      double worst = 0;
      for (int i = 0; i < topIds.length; i++) {
        worst = Math.max(worst, Math.abs(logits[topIds[i]] - topValues[i]));
      }
      for (int i = 0; i < sampledIds.length; i++) {
        worst = Math.max(worst, Math.abs(logits[sampledIds[i]] - sampledValues[i]));
      }
      return worst;
    }
  }

  /** The single prompt of models-data.md. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Eiffel(
      int[] ids,
      @JsonProperty("top_ids") int[] topIds,
      @JsonProperty("top_values") float[] topValues) {}

  public static GoldenPrompts load() {
    return read("/golden/prompts.json.gz", GoldenPrompts.class, true);
  }

  /** Of the default model with its default adapter ({@code ops/golden/tuned_logits.py}). */
  static GoldenPrompts tuned() {
    return read("/golden/tuned.json", GoldenPrompts.class, false);
  }

  /** Of the default model under a repair ({@code ops/golden/repaired_logits.py}). */
  public static GoldenPrompts repaired() {
    return read("/golden/repaired.json", GoldenPrompts.class, false);
  }

  static Eiffel eiffel() {
    return read("/golden/eiffel.json", Eiffel.class, false);
  }

  private static <T> T read(String resource, Class<T> type, boolean zipped) {
    try (InputStream in =
        Objects.requireNonNull(GoldenPrompts.class.getResourceAsStream(resource), resource)) {
      return new ObjectMapper().readValue(zipped ? new GZIPInputStream(in) : in, type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
