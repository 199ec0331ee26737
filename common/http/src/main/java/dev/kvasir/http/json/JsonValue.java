package dev.kvasir.http.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.http.error.ApiException;
import java.util.ArrayList;
import java.util.List;

/**
 * A value of a request, with its path; every accessor checks the type and names the path.
 *
 * @param path such as {@code messages[1].content}
 */
public record JsonValue(String path, JsonNode node) {

  /** A string of well-formed Unicode. */
  public String asText() {
    if (!node.isTextual()) {
      throw wrongType("a string");
    }
    String text = node.textValue();
    if (!Unicode.wellFormed(text)) {
      throw ApiException.badField(
          path, path + " has half of a surrogate pair: send well-formed Unicode");
    }
    return text;
  }

  /** A string with at least one character that is not white space. */
  public String asFilledText() {
    String text = asText();
    if (text.isBlank()) {
      throw ApiException.badField(path, path + " is empty: send some text or leave it out");
    }
    return text;
  }

  /** A string with at least one character. */
  public String asNonEmptyText() {
    String text = asText();
    if (text.isEmpty()) {
      throw ApiException.badField(path, path + " is an empty string: send some text");
    }
    return text;
  }

  public boolean asBoolean() {
    if (!node.isBoolean()) {
      throw wrongType("true or false");
    }
    return node.booleanValue();
  }

  /** An integer in [min, max]. */
  public int asInt(int min, int max) {
    return (int) asLong(min, max);
  }

  /** An integer in [min, max]. */
  public long asLong(long min, long max) {
    if (!node.isIntegralNumber()) {
      throw wrongType("an integer");
    }
    if (!node.canConvertToLong() || node.longValue() < min || node.longValue() > max) {
      throw outOfRange("an integer from %d to %d".formatted(min, max));
    }
    return node.longValue();
  }

  /** A finite number in [min, max]. */
  public double asNumber(double min, double max) {
    if (!node.isNumber()) {
      throw wrongType("a number");
    }
    double value = node.doubleValue();
    if (!(value >= min && value <= max)) {
      throw outOfRange("a number from %s to %s".formatted(min, max));
    }
    return value;
  }

  public Fields asObject() {
    if (!(node instanceof ObjectNode object)) {
      throw wrongType("an object");
    }
    return new Fields(path, object);
  }

  /** The elements of a list that has from 1 to {@code max} of them. */
  public List<JsonValue> asFilledList(int max) {
    List<JsonValue> values = asList(max);
    if (values.isEmpty()) {
      throw ApiException.badField(path, path + " is empty: send at least one element");
    }
    return values;
  }

  /** The elements of a list that has at most {@code max} of them. */
  public List<JsonValue> asList(int max) {
    if (!node.isArray()) {
      throw wrongType("a list");
    }
    if (node.size() > max) {
      throw ApiException.badField(
          path, "%s has %d elements: send at most %d".formatted(path, node.size(), max));
    }
    List<JsonValue> values = new ArrayList<>(node.size());
    for (int i = 0; i < node.size(); i++) {
      values.add(new JsonValue("%s[%d]".formatted(path, i), node.get(i)));
    }
    return values;
  }

  public boolean isText() {
    return node.isTextual();
  }

  /** The error for a value of another type than {@code expected}. */
  public ApiException wrongType(String expected) {
    return ApiException.badField(
        path, "%s must be %s, but is %s".formatted(path, expected, kind(node)));
  }

  private ApiException outOfRange(String expected) {
    return ApiException.badField(path, "%s must be %s".formatted(path, expected));
  }

  static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "a list";
      case OBJECT, POJO -> "an object";
      case STRING, BINARY -> "a string";
      case NUMBER -> "a number";
      case BOOLEAN -> "a boolean";
      case NULL -> "null";
      case MISSING -> "missing";
    };
  }
}
