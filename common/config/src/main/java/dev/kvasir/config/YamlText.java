package dev.kvasir.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Reads YAML as sections, lists and texts, and notes where each was written. */
final class YamlText {
  private static final YAMLFactory YAML = new YAMLFactory();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final YAMLParser parser;
  private final IntFunction<String> places;
  private final Map<String, String> found = new HashMap<>();

  private YamlText(YAMLParser parser, IntFunction<String> places) {
    this.parser = parser;
    this.places = places;
  }

  /** The whole file; an empty one is an empty layer. */
  static Layer file(Path file) {
    String text = content(file);
    return read(text, line -> "%s, line %d".formatted(file, line), YamlText::document);
  }

  private static String content(Path file) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new ConfigException(file.toString(), "there is no readable file: check --config");
    }
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new ConfigException(file.toString(), "is no UTF-8 text: save it as UTF-8");
    } catch (IOException e) {
      throw new ConfigException(file.toString(), "cannot be read: check the disk it lies on");
    }
  }

  /** A list in brackets that is the value of this key. */
  static JsonNode list(String text, String key, String place) {
    return read(text, line -> place, yaml -> yaml.only(yaml.value(key)));
  }

  private static <T> T read(String text, IntFunction<String> places, Reading<T> reading) {
    try (YAMLParser parser = YAML.createParser(text)) {
      YamlText yaml = new YamlText(parser, places);
      parser.nextToken();
      return reading.read(yaml);
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw new ConfigException(
          places.apply(line),
          "is not YAML: check indentation (blanks, no tabs), colons and quotes there");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Layer document() throws IOException {
    JsonToken first = parser.currentToken();
    if (first == null || first == JsonToken.VALUE_NULL) {
      return only(new Layer(NODES.objectNode(), found));
    }
    if (value("") instanceof ObjectNode sections) {
      found.remove("");
      return only(new Layer(sections, found));
    }
    throw new ConfigException(
        found.getOrDefault("", places.apply(1)),
        "must begin with a section, such as 'grid:', and its keys indented below it");
  }

  private <T> T only(T value) throws IOException {
    if (parser.nextToken() != null) {
      throw new ConfigException(place(), "begins a second document: write one only");
    }
    return value;
  }

  private JsonNode value(String path) throws IOException {
    found.putIfAbsent(path, place());
    if (parser.isCurrentAlias()) {
      throw new ConfigException(
          place(), "%s is an alias (*), which is not supported: repeat the value".formatted(path));
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> section(path);
      case START_ARRAY -> items(path);
      case VALUE_NULL -> NODES.nullNode();
      default -> text(path);
    };
  }

  private JsonNode text(String path) throws IOException {
    @Nullable String text = parser.getText();
    if (text == null) {
      throw new ConfigException(place(), path + " is no text: write it without a YAML tag");
    }
    return NODES.textNode(text);
  }

  private ObjectNode section(String section) throws IOException {
    ObjectNode node = NODES.objectNode();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      String path = Paths.key(section, name);
      if (name.contains(".")) {
        throw new ConfigException(
            place(), "%s has a dot: write nested sections, one below the other".formatted(path));
      }
      if (node.has(name)) {
        throw new ConfigException(
            place(), "%s was given before (%s): keep one".formatted(path, found.get(path)));
      }
      found.put(path, place());
      parser.nextToken();
      node.set(name, value(path));
    }
    return node;
  }

  private ArrayNode items(String list) throws IOException {
    ArrayNode node = NODES.arrayNode();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      String path = Paths.item(list, node.size());
      JsonNode item = value(path);
      if (item.isNull()) {
        throw new ConfigException(place(), path + " is empty: write a value or remove it");
      }
      node.add(item);
    }
    return node;
  }

  private String place() {
    return places.apply(parser.currentTokenLocation().getLineNr());
  }

  /** One way to read. */
  private interface Reading<T> {
    T read(YamlText yaml) throws IOException;
  }
}
