package dev.kvasir.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Writes a tree as YAML, one line for each key, with a comment of its own behind it. */
final class YamlPrinter {
  /** Texts that every YAML reader takes as they stand. */
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z0-9/][A-Za-z0-9 ._/+-]*(:[A-Za-z0-9._/+-]+)*");

  private static final Set<String> NOT_TEXTS = Set.of("null", "Null", "NULL");

  private final UnaryOperator<String> comments;

  /**
   * A printer.
   *
   * @param comments the comment of a path, empty for none
   */
  YamlPrinter(UnaryOperator<String> comments) {
    this.comments = comments;
  }

  String print(ObjectNode tree) {
    StringBuilder out = new StringBuilder();
    print(tree, "", "", out);
    return out.toString();
  }

  private void print(ObjectNode tree, String section, String indent, StringBuilder out) {
    for (Map.Entry<String, JsonNode> field : tree.properties()) {
      String path = Paths.key(section, field.getKey());
      out.append(indent).append(field.getKey()).append(':');
      if (field.getValue() instanceof ObjectNode below) {
        out.append('\n');
        print(below, path, indent + "  ", out);
      } else {
        String text = inline(field.getValue());
        String comment = comments.apply(path);
        out.append(text.isEmpty() ? "" : " " + text)
            .append(comment.isEmpty() ? "" : "  # " + comment)
            .append('\n');
      }
    }
  }

  /** A value in one line; nothing at all for none. */
  static String inline(JsonNode value) {
    return switch (value) {
      case ArrayNode list -> list.toString();
      case JsonNode nothing when nothing.isNull() -> "";
      case JsonNode text when text.isTextual() && !isPlain(text.asText()) -> text.toString();
      default -> value.asText();
    };
  }

  private static boolean isPlain(String text) {
    return PLAIN.matcher(text).matches() && !text.endsWith(" ") && !NOT_TEXTS.contains(text);
  }
}
