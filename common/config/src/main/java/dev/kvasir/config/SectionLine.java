package dev.kvasir.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.StringJoiner;

/** A section in one line, for the log. */
record SectionLine(Map<String, String> places) {
  String of(String section, JsonNode values) {
    StringJoiner line = new StringJoiner(" ", section + ": ", "");
    add(line, section, "", values);
    return line.toString();
  }

  private void add(StringJoiner line, String path, String name, JsonNode value) {
    if (value instanceof ObjectNode section) {
      section
          .properties()
          .forEach(field ->
              add(
                  line,
                  Paths.key(path, field.getKey()),
                  Paths.key(name, field.getKey()),
                  field.getValue()));
      return;
    }
    String place = places.get(path);
    line.add(name + "=" + YamlPrinter.inline(value) + (place == null ? "" : " (" + place + ")"));
  }
}
