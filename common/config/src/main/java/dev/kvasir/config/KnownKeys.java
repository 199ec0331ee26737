package dev.kvasir.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Refuses keys that no record has, before any value is looked at: a misspelt key would otherwise
 * show as the value that is missing.
 */
final class KnownKeys {
  private static final SnakeCaseStrategy NAMES = new SnakeCaseStrategy();

  private final Layer layer;
  private final Set<String> known;

  /**
   * For this layer.
   *
   * @param known paths of all sections and values of the defaults
   */
  KnownKeys(Layer layer, Set<String> known) {
    this.layer = layer;
    this.known = Set.copyOf(known);
  }

  /** The components of a record by their keys. */
  static Map<String, RecordComponent> of(Class<?> section) {
    Map<String, RecordComponent> keys = new TreeMap<>();
    for (RecordComponent component : section.getRecordComponents()) {
      keys.put(NAMES.translate(component.getName()), component);
    }
    return keys;
  }

  void check(Class<?> section) {
    check(section, layer.tree(), "");
  }

  private void check(Type type, JsonNode value, String path) {
    switch (type) {
      case Class<?> section when Refusal.isSection(section) && value instanceof ObjectNode fields ->
          checkFields(of(section), fields, path);
      case ParameterizedType list when value instanceof ArrayNode items -> {
        for (int i = 0; i < items.size(); i++) {
          check(list.getActualTypeArguments()[0], items.get(i), Paths.item(path, i));
        }
      }
      default -> {}
    }
  }

  private void checkFields(Map<String, RecordComponent> keys, ObjectNode fields, String section) {
    for (Map.Entry<String, JsonNode> field : fields.properties()) {
      String path = Paths.key(section, field.getKey());
      RecordComponent component = keys.get(field.getKey());
      if (component == null) {
        Set<String> candidates = new TreeSet<>(known);
        keys.keySet().forEach(sibling -> candidates.add(Paths.key(section, sibling)));
        throw new ConfigException(
            layer.placeOf(path),
            "there is no key %s: the nearest is %s"
                .formatted(path, NearestKey.of(path, candidates)));
      }
      check(component.getGenericType(), field.getValue(), path);
    }
  }
}
