package dev.kvasir.engine.safetensors;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.engine.gguf.ModelFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The fields of a JSON object in a model file, each with the place where it stands. Immutable. Null
 * counts as missing. Every getter throws {@link ModelFileException} where the field holds a value
 * of another type; the {@code require} forms also where it is missing.
 */
public final class JsonFields {
  private static final int MAX_FILE_BYTES = 16 << 20;
  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());

  private record Field(long offset, JsonNode value) {}

  private final Path file;
  private final long start;
  private final Map<String, Field> fields;

  private JsonFields(Path file, long start, Map<String, Field> fields) {
    this.file = file;
    this.start = start;
    this.fields = fields;
  }

  /** Reads a file that holds one object. */
  public static JsonFields read(Path file) {
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new ModelFileException(file, MAX_FILE_BYTES, "this file is too long");
      }
      return parse(file, Files.readAllBytes(file), 0);
    } catch (NoSuchFileException e) {
      throw new ModelFileException(file, 0, "there is no such file", e);
    } catch (IOException e) {
      throw new ModelFileException(file, 0, "cannot be read: " + e.getMessage(), e);
    }
  }

  /** Parses bytes that stand at {@code start} of a file and hold one object. */
  static JsonFields parse(Path file, byte[] bytes, long start) {
    Map<String, Field> fields = new LinkedHashMap<>();
    try (JsonParser parser = JSON.createParser(bytes)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new ModelFileException(file, start, "this is not a JSON object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        long at = start + parser.currentTokenLocation().getByteOffset();
        parser.nextToken();
        fields.put(name, new Field(at, parser.readValueAsTree()));
      }
      if (parser.nextToken() != null) {
        throw new ModelFileException(file, start, "more than one JSON value");
      }
      return new JsonFields(file, start, fields);
    } catch (JacksonException e) {
      throw new ModelFileException(file, start + offset(e), "bad JSON: " + reason(e), e);
    } catch (IOException e) {
      throw new ModelFileException(file, start, "bad JSON: " + e.getMessage(), e);
    }
  }

  private static long offset(JacksonException e) {
    return e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset());
  }

  private static String reason(JacksonException e) {
    return e.getOriginalMessage().lines().findFirst().orElse("damaged");
  }

  public Path file() {
    return file;
  }

  public Set<String> names() {
    return fields.keySet();
  }

  /** The value of a field, if there is one that is not null. */
  public Optional<JsonNode> value(String name) {
    return Optional.ofNullable(fields.get(name)).map(Field::value).filter(v -> !v.isNull());
  }

  public Optional<String> string(String name) {
    return typed(name, JsonNode::isTextual, "a string").map(JsonNode::textValue);
  }

  public Optional<Boolean> flag(String name) {
    return typed(name, JsonNode::isBoolean, "true or false").map(JsonNode::booleanValue);
  }

  /** A finite number. */
  public Optional<Double> real(String name) {
    return typed(
            name, v -> v.isNumber() && Double.isFinite(v.doubleValue()), "a number of usual size")
        .map(JsonNode::doubleValue);
  }

  public double requireReal(String name) {
    return real(name).orElseThrow(() -> missing(name));
  }

  /** A whole number that must lie in [min, max]. */
  public Optional<Integer> integer(String name, int min, int max) {
    return typed(
            name,
            v -> v.canConvertToExactIntegral() && v.canConvertToLong() && in(v, min, max),
            "a whole number in [%d, %d]".formatted(min, max))
        .map(JsonNode::intValue);
  }

  private static boolean in(JsonNode value, int min, int max) {
    return value.longValue() >= min && value.longValue() <= max;
  }

  /** A whole number that must lie in [min, max]. */
  public int requireInteger(String name, int min, int max) {
    return integer(name, min, max).orElseThrow(() -> missing(name));
  }

  /** An object; its fields are said to stand where it does. */
  public Optional<JsonFields> object(String name) {
    return typed(name, JsonNode::isObject, "an object")
        .map(value -> {
          long at = offset(name);
          Map<String, Field> inner = new LinkedHashMap<>();
          ((ObjectNode) value).properties().forEach(e -> inner.put(e.getKey(), field(at, e)));
          return new JsonFields(file, at, inner);
        });
  }

  private static Field field(long at, Map.Entry<String, JsonNode> entry) {
    return new Field(at, entry.getValue());
  }

  public JsonFields requireObject(String name) {
    return object(name).orElseThrow(() -> missing(name));
  }

  /** The error for a value that has the right type and still cannot be used. */
  public ModelFileException fault(String name, String reason) {
    return new ModelFileException(file, offset(name), reason);
  }

  private ModelFileException missing(String name) {
    return fault(name, "\"%s\" is missing".formatted(name));
  }

  private long offset(String name) {
    Field field = fields.get(name);
    return field == null ? start : field.offset();
  }

  private Optional<JsonNode> typed(String name, Predicate<JsonNode> test, String kind) {
    Optional<JsonNode> value = value(name);
    if (value.isPresent() && !test.test(value.get())) {
      throw fault(name, "\"%s\" must be %s: %s".formatted(name, kind, value.get()));
    }
    return value;
  }
}
