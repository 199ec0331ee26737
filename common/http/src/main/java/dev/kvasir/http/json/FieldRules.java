package dev.kvasir.http.json;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvasir.http.error.ApiException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which fields an object may have. A field that would change the answer and is not supported may
 * only have the value that changes nothing; every unknown field is refused by name, because a typo
 * that is ignored is a wrong answer.
 */
public final class FieldRules {
  private record Neutral(String hint, Predicate<JsonNode> accepts) {}

  private final Set<String> allowed = new HashSet<>();
  private final Map<String, Neutral> neutral = new HashMap<>();

  /** Allows the given fields and no other. */
  public static FieldRules of(String... names) {
    return new FieldRules().allow(names);
  }

  /** Allows more fields, whether they are read or have no effect on the answer. */
  public FieldRules allow(String... names) {
    allowed.addAll(List.of(names));
    return this;
  }

  /**
   * Allows a field only with a value that changes nothing.
   *
   * @param hint what is refused, as in "n other than 1"
   */
  public FieldRules onlyNeutral(String name, String hint, Predicate<JsonNode> accepts) {
    neutral.put(name, new Neutral(hint, accepts));
    return this;
  }

  /** Knows fields that are not supported with any value. */
  public FieldRules refuse(String... names) {
    List.of(names).forEach(name -> onlyNeutral(name, "", node -> false));
    return this;
  }

  /**
   * Checks all fields of an object.
   *
   * @throws ApiException naming all fields that are refused
   */
  public void check(Fields fields) {
    List<String> unsupported = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    for (String name : fields.names()) {
      Neutral rule = neutral.get(name);
      if (rule != null) {
        if (!rule.accepts.test(fields.require(name).node())) {
          unsupported.add(name);
        }
      } else if (!allowed.contains(name)) {
        unknown.add(name);
      }
    }
    refuseUnsupported(fields, unsupported);
    refuseUnknown(fields, unknown);
  }

  private void refuseUnsupported(Fields fields, List<String> names) {
    if (names.isEmpty()) {
      return;
    }
    List<String> hints =
        names.stream().map(name -> hintOf(fields.pathOf(name), neutral.get(name))).toList();
    throw ApiException.unsupported(
        fields.pathOf(names.getFirst()),
        "not supported here: " + String.join(", ", hints) + "; " + leaveOut(names));
  }

  private static String hintOf(String path, @Nullable Neutral rule) {
    return rule == null || rule.hint.isEmpty() ? path : path + " " + rule.hint;
  }

  private static void refuseUnknown(Fields fields, List<String> names) {
    if (names.isEmpty()) {
      return;
    }
    List<String> paths = names.stream().limit(8).map(fields::pathOf).toList();
    throw ApiException.badRequest(
        "unknown_parameter",
        paths.getFirst(),
        "unknown field: " + String.join(", ", paths) + "; " + leaveOut(names));
  }

  private static String leaveOut(List<String> names) {
    return names.size() == 1 ? "leave it out" : "leave them out";
  }
}
