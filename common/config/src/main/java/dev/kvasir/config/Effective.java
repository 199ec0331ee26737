package dev.kvasir.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * What was read, and from where. Printed forms mask secrets.
 *
 * @param <T> type of the record
 */
public final class Effective<T extends Record> {
  private final T value;
  private final ObjectNode tree;
  private final Map<String, String> places;

  Effective(T value, ObjectNode tree, Map<String, String> places) {
    this.value = value;
    this.tree = tree;
    this.places = Map.copyOf(places);
  }

  public T value() {
    return value;
  }

  /**
   * Whether a source gave this key a value, even one that equals the default.
   *
   * @param key path such as {@code grid.backups}
   */
  public boolean isSet(String key) {
    return places.containsKey(key);
  }

  /** Every key with its value as YAML; what is not built in has its place as a comment. */
  public String yaml() {
    return new YamlPrinter(path -> places.containsKey(path) ? "from " + places.get(path) : "")
        .print(tree);
  }

  /** Every key with its value, by sections; a copy. */
  public ObjectNode tree() {
    return tree.deepCopy();
  }

  /** A line for each section: its name, then {@code key=value} with the place where one was set. */
  public List<String> lines() {
    return tree.properties().stream()
        .map(section -> new SectionLine(places).of(section.getKey(), section.getValue()))
        .toList();
  }
}
