package dev.kvasir.http.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/** Writes JSON trees. */
public final class Json {
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();
  private static final double NANOS_PER_MICRO = 1e3;
  private static final double MICROS_PER_MILLI = 1e3;
  private static final double SHARES = 1e4;

  private Json() {}

  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** The bytes of a tree, in UTF-8 on one line. */
  public static byte[] bytes(ObjectNode node) {
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values always has a JSON form", e);
    }
  }

  /** The part of a whole with four decimals; may be above 1. */
  public static double share(int part, int whole) {
    return Math.round(SHARES * part / whole) / SHARES;
  }

  /** Milliseconds with three decimals. */
  public static double millis(Duration duration) {
    return Math.round(duration.toNanos() / NANOS_PER_MICRO) / MICROS_PER_MILLI;
  }
}
