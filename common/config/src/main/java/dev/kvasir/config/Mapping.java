package dev.kvasir.config;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;

/** Between records and trees of texts: snake_case keys, strict, units in texts. */
final class Mapping {
  private Mapping() {}

  static JsonMapper mapper() {
    JsonMapper mapper =
        JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .enable(DeserializationFeature.READ_ENUMS_USING_TO_STRING)
            .enable(SerializationFeature.WRITE_ENUMS_USING_TO_STRING)
            .addModule(new Jdk8Module())
            .addModule(units())
            .build();
    mapper
        .coercionConfigDefaults()
        .setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail);
    return mapper;
  }

  private static SimpleModule units() {
    SimpleModule units = new SimpleModule("units");
    add(units, AdapterChoice.class, AdapterChoice::parse, AdapterChoice::toString);
    add(units, Bytes.class, Bytes::parse, Bytes::toString);
    add(units, Duration.class, Durations::parse, Durations::print);
    add(units, HostPort.class, HostPort::parse, HostPort::toString);
    add(units, Secret.class, Secret::parse, Secret::toString);
    add(units, Path.class, Mapping::path, Path::toString);
    return units;
  }

  private static <T> void add(
      SimpleModule units, Class<T> type, Function<String, T> parse, Function<T, String> print) {
    units.addDeserializer(type, new Parsed<>(type, parse));
    units.addSerializer(type, new Printed<>(type, print));
  }

  private static Path path(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("must not be blank: write a path or remove the key");
    }
    return Path.of(text);
  }

  /** Reads a value from its text. */
  private static final class Parsed<T> extends StdDeserializer<T> {
    private static final long serialVersionUID = 1L;

    private final transient Function<String, T> parse;

    Parsed(Class<T> type, Function<String, T> parse) {
      super(type);
      this.parse = parse;
    }

    @Override
    @SuppressWarnings("unchecked")
    public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      if (parser.currentToken() != JsonToken.VALUE_STRING) {
        return (T) context.handleUnexpectedToken(handledType(), parser);
      }
      try {
        return parse.apply(parser.getText());
      } catch (IllegalArgumentException e) {
        throw context.instantiationException(handledType(), e);
      }
    }
  }

  /** Writes a value as text. */
  private static final class Printed<T> extends StdSerializer<T> {
    private static final long serialVersionUID = 1L;

    private final transient Function<T, String> print;

    Printed(Class<T> type, Function<T, String> print) {
      super(type);
      this.print = print;
    }

    @Override
    public void serialize(T value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(print.apply(value));
    }
  }
}
