package dev.kvasir.decode.http.read;

import dev.kvasir.http.error.ApiException;
import dev.kvasir.http.json.Fields;
import dev.kvasir.http.json.JsonValue;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads {@code max_tokens}, {@code temperature}, {@code top_p}, {@code seed} and {@code stop}. */
final class SamplingReader {
  private static final int MAX_STOPS = 4;
  private static final double MAX_TEMPERATURE = 2;

  private SamplingReader() {}

  /**
   * Reads the fields of a request.
   *
   * @param usualTemperature where the request names none
   */
  static SamplingFields read(Fields fields, double usualTemperature) {
    return new SamplingFields(
        maxTokens(fields),
        fields
            .find("temperature")
            .map(value -> value.asNumber(0, MAX_TEMPERATURE))
            .orElse(usualTemperature),
        fields.find("top_p").map(SamplingReader::topP).orElse(1.0),
        fields
            .find("seed")
            .map(value -> OptionalLong.of(value.asLong(Long.MIN_VALUE, Long.MAX_VALUE)))
            .orElse(OptionalLong.empty()),
        fields.find("stop").map(SamplingReader::stop).orElse(List.of()));
  }

  private static OptionalInt maxTokens(Fields fields) {
    Optional<Integer> older = tokens(fields, "max_tokens");
    Optional<Integer> newer = tokens(fields, "max_completion_tokens");
    if (older.isPresent() && newer.isPresent() && !older.equals(newer)) {
      throw ApiException.badField(
          "max_tokens", "max_tokens and max_completion_tokens differ: send one of them");
    }
    return newer.or(() -> older).map(OptionalInt::of).orElse(OptionalInt.empty());
  }

  private static Optional<Integer> tokens(Fields fields, String name) {
    return fields.find(name).map(value -> value.asInt(1, Integer.MAX_VALUE));
  }

  private static double topP(JsonValue value) {
    double topP = value.asNumber(0, 1);
    if (topP == 0) {
      throw ApiException.badField("top_p", "top_p must be above 0 and at most 1");
    }
    return topP;
  }

  private static List<String> stop(JsonValue value) {
    List<JsonValue> values = value.isText() ? List.of(value) : listOf(value);
    return values.stream().map(JsonValue::asNonEmptyText).toList();
  }

  private static List<JsonValue> listOf(JsonValue value) {
    if (!value.node().isArray()) {
      throw value.wrongType("a string or a list of up to 4 strings");
    }
    return value.asList(MAX_STOPS);
  }
}
