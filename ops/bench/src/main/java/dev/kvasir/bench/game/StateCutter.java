package dev.kvasir.bench.game;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Cuts JSON into parts by one rule: what an object or array holds of plain values is a part, behind
 * its path; what it holds of objects and arrays is cut in turn, behind it. A change of one value
 * changes one part.
 */
public final class StateCutter {
  private StateCutter() {}

  /** The parts in the order of the state, a line each. */
  public static List<String> cut(JsonNode state) {
    List<String> parts = new ArrayList<>();
    cut("", state, parts);
    return parts;
  }

  private static void cut(String path, JsonNode node, List<String> parts) {
    JsonNode plain = node.isArray() ? plain((ArrayNode) node) : plain((ObjectNode) node);
    if (!plain.isEmpty()) {
      parts.add(path + plain + "\n");
    }
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        cutInner(path + i + " ", node.get(i), parts);
      }
      return;
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      cutInner(path + field.getKey() + " ", field.getValue(), parts);
    }
  }

  private static void cutInner(String path, JsonNode node, List<String> parts) {
    if (node.isContainerNode()) {
      cut(path, node, parts);
    }
  }

  private static ArrayNode plain(ArrayNode array) {
    ArrayNode plain = JsonNodeFactory.instance.arrayNode();
    array.forEach(value -> {
      if (value.isValueNode()) {
        plain.add(value);
      }
    });
    return plain;
  }

  private static ObjectNode plain(ObjectNode object) {
    ObjectNode plain = JsonNodeFactory.instance.objectNode();
    object
        .properties()
        .forEach(field -> {
          if (field.getValue().isValueNode()) {
            plain.set(field.getKey(), field.getValue());
          }
        });
    return plain;
  }
}
