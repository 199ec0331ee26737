package dev.kvasir.http.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.http.error.ApiException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads a request body strictly: UTF-8, one JSON object, no field twice, bounded nesting. */
public final class JsonBody {
  private static final int MAX_DEPTH = 32;
  private static final int MAX_NUMBER_DIGITS = 100;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(MAX_NUMBER_DIGITS)
                          .maxStringLength(Integer.MAX_VALUE)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonBody() {}

  /**
   * Reads a body.
   *
   * @throws ApiException if the bytes are not one JSON object
   */
  public static Fields parse(byte[] body) {
    if (body.length == 0) {
      throw ApiException.badJson("the body is empty: send one JSON object");
    }
    JsonNode node = tree(utf8(body));
    if (!(node instanceof ObjectNode object)) {
      throw ApiException.badJson(
          "the body must be a JSON object, but is " + JsonValue.kind(node) + ": send {...}");
    }
    return new Fields("", object);
  }

  private static String utf8(byte[] body) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw ApiException.badJson("the body is not valid UTF-8: send JSON in UTF-8");
    }
  }

  private static JsonNode tree(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (StreamConstraintsException e) {
      throw ApiException.badJson(
          "the body is nested deeper than %d levels or has a number of more than %d digits: send a simpler one"
              .formatted(MAX_DEPTH, MAX_NUMBER_DIGITS));
    } catch (JsonProcessingException e) {
      throw ApiException.badJson(reason(e) + at(e.getLocation()) + ": send one JSON object");
    }
  }

  private static String reason(JsonProcessingException e) {
    boolean twice = String.valueOf(e.getOriginalMessage()).startsWith("Duplicate field");
    return twice ? "the body has a field twice" : "the body is not valid JSON";
  }

  private static String at(JsonLocation location) {
    return location == null
        ? ""
        : " (line %d, column %d)".formatted(location.getLineNr(), location.getColumnNr());
  }
}
