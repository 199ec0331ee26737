package dev.kvasir.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Values of one source or of several merged ones, as written.
 *
 * @param tree sections, lists and texts
 * @param places where each section, value and item was written, by its path
 */
record Layer(ObjectNode tree, Map<String, String> places) {
  static final String DEFAULTS = "built-in defaults";

  static Layer ofDefaults(ObjectNode tree) {
    return new Layer(tree, Map.of());
  }

  /** This layer with the other's values over its own. */
  Layer under(Layer upper) {
    ObjectNode merged = tree.deepCopy();
    Map<String, String> all = new TreeMap<>(places);
    merge(merged, upper.tree, "", all);
    all.putAll(upper.places);
    return new Layer(merged, all);
  }

  private static void merge(
      ObjectNode into, ObjectNode from, String section, Map<String, String> places) {
    for (Map.Entry<String, JsonNode> field : from.properties()) {
      String path = Paths.key(section, field.getKey());
      JsonNode below = into.get(field.getKey());
      JsonNode above = field.getValue();
      if (below instanceof ObjectNode known && above instanceof ObjectNode written) {
        merge(known, written, path, places);
      } else if (!(below instanceof ObjectNode && above instanceof NullNode)) {
        places.keySet().removeIf(place -> Paths.isAtOrBelow(path, place));
        into.set(field.getKey(), above);
      }
    }
  }

  /** Where this path was written; if it was not, the nearest section around it that was. */
  String placeOf(String path) {
    String place = places.get(path);
    if (place != null) {
      return place;
    }
    return path.isEmpty() ? DEFAULTS : placeOf(Paths.parent(path));
  }

  /** The value at this path, as a message shows it. */
  String shown(String path) {
    JsonNode node = tree.at(Paths.pointer(path));
    return switch (node) {
      case ObjectNode section -> "a section";
      case ArrayNode list -> "a list";
      case NullNode nothing -> "nothing";
      case MissingNode nothing -> "nothing";
      default -> "'" + node.asText() + "'";
    };
  }

  /** The paths of all values; a list is one value. */
  static TreeSet<String> valuePaths(ObjectNode tree) {
    TreeSet<String> paths = new TreeSet<>();
    collect(tree, "", false, paths);
    return paths;
  }

  /** The paths of all sections and values. */
  static TreeSet<String> allPaths(ObjectNode tree) {
    TreeSet<String> paths = new TreeSet<>();
    collect(tree, "", true, paths);
    return paths;
  }

  private static void collect(
      ObjectNode tree, String section, boolean sections, TreeSet<String> paths) {
    for (Map.Entry<String, JsonNode> field : tree.properties()) {
      String path = Paths.key(section, field.getKey());
      if (field.getValue() instanceof ObjectNode below) {
        collect(below, path, sections, paths);
      }
      if (sections || !(field.getValue() instanceof ObjectNode)) {
        paths.add(path);
      }
    }
  }
}
