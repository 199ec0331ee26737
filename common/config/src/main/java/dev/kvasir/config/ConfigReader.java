package dev.kvasir.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Reads a record and the records in it from several sources. */
public final class ConfigReader {
  private static final JsonMapper MAPPER = Mapping.mapper();

  private ConfigReader() {}

  /**
   * The defaults with the values of all sources over them, later sources over earlier ones. A list
   * is replaced as a whole.
   *
   * @throws ConfigException if a source cannot be read, has an unknown key or a wrong value
   */
  public static <T extends Record> Effective<T> read(
      Class<T> type, T defaults, List<ConfigSource> sources) {
    ObjectNode known = tree(defaults);
    Layer merged = Layer.ofDefaults(known);
    for (ConfigSource source : sources) {
      merged = merged.under(layer(source, known));
    }
    try {
      T value = MAPPER.treeToValue(merged.tree(), type);
      return new Effective<>(value, tree(value), merged.places());
    } catch (JsonMappingException e) {
      throw new Refusal(merged, Layer.allPaths(known)).of(e);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree in memory has no syntax to be wrong", e);
    }
  }

  private static Layer layer(ConfigSource source, ObjectNode known) {
    return switch (source) {
      case ConfigSource.YamlFile yaml -> YamlText.file(yaml.file());
      case ConfigSource.Environment environment -> Variables.layer(environment.variables(), known);
      case ConfigSource.Flags flags -> {
        Texts texts = new Texts(known);
        flags.flags().forEach(flag -> texts.put(flag.key(), flag.text(), flag.name()));
        yield texts.layer();
      }
    };
  }

  private static ObjectNode tree(Record value) {
    return MAPPER.valueToTree(value);
  }
}
