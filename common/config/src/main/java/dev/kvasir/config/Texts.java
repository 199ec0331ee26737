package dev.kvasir.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;

/** Gathers values that come as key and text, from variables and flags, into a layer. */
final class Texts {
  private final ObjectNode known;
  private final ObjectNode tree = JsonNodeFactory.instance.objectNode();
  private final Map<String, String> places = new TreeMap<>();

  /**
   * Nothing yet.
   *
   * @param known the defaults, which say which keys are lists
   */
  Texts(ObjectNode known) {
    this.known = known;
  }

  void put(String key, String text, String place) {
    String section = Paths.parent(key);
    ObjectNode at = section.isEmpty() ? tree : section(section, place);
    at.set(Paths.name(key), value(key, text, place));
    places.put(key, place);
  }

  private ObjectNode section(String path, String place) {
    places.put(path, place);
    ObjectNode at = tree;
    for (String name : path.split("\\.", -1)) {
      at = at.get(name) instanceof ObjectNode below ? below : at.putObject(name);
    }
    return at;
  }

  private JsonNode value(String key, String text, String place) {
    if (!(known.at(Paths.pointer(key)) instanceof ArrayNode)) {
      return JsonNodeFactory.instance.textNode(text);
    }
    if (text.strip().startsWith("[") && text.strip().endsWith("]")) {
      return YamlText.list(text, key, place);
    }
    ArrayNode items = JsonNodeFactory.instance.arrayNode();
    if (!text.isBlank()) {
      for (String item : text.split(",", -1)) {
        items.add(item.strip());
      }
    }
    return items;
  }

  Layer layer() {
    return new Layer(tree, places);
  }
}
