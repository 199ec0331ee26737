package dev.kvasir.config;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;

/** Turns what the mapper found wrong into one sentence for the user. */
final class Refusal {
  private static final Map<Class<?>, String> FORMS =
      Map.of(
          AdapterChoice.class,
          AdapterChoice.FORM,
          Bytes.class,
          Bytes.FORM,
          Duration.class,
          Durations.FORM,
          HostPort.class,
          HostPort.FORM,
          Secret.class,
          Secret.FORM,
          Path.class,
          "a path",
          String.class,
          "a text",
          Integer.class,
          "a whole number",
          int.class,
          "a whole number",
          boolean.class,
          "true or false");

  private final Layer layer;

  /** For what was read from this layer. */
  Refusal(Layer layer) {
    this.layer = layer;
  }

  /** Whether this type holds keys; other records are values written as one text. */
  static boolean isSection(Class<?> type) {
    return type.isRecord() && !FORMS.containsKey(type);
  }

  ConfigException of(JsonMappingException problem) {
    String path = Paths.of(problem.getPath());
    return switch (problem) {
      case ValueInstantiationException refused -> refused(path, refused);
      case MismatchedInputException wrong ->
          at(path, "must be %s, not %s".formatted(form(wrong.getTargetType()), layer.shown(path)));
      default -> at(path, "cannot be read: " + problem.getOriginalMessage());
    };
  }

  private ConfigException refused(String path, ValueInstantiationException problem) {
    return switch (problem.getCause()) {
      case InvalidValue value -> at(Paths.key(path, value.key()), value.rule());
      case IllegalArgumentException form -> at(path, String.valueOf(form.getMessage()));
      case null, default -> at(path, "cannot be read: " + problem.getOriginalMessage());
    };
  }

  private ConfigException at(String path, String rule) {
    return new ConfigException(layer.placeOf(path), path + " " + rule);
  }

  private static String form(Class<?> type) {
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(Object::toString)
          .collect(Collectors.joining(", ", "one of ", ""));
    }
    if (isSection(type)) {
      return "a section with keys below it";
    }
    return Collection.class.isAssignableFrom(type)
        ? "a list, such as [a, b]"
        : FORMS.getOrDefault(type, "a value");
  }
}
