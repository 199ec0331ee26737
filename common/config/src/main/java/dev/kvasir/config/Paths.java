package dev.kvasir.config;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonMappingException;
import java.util.List;

/** Paths of keys: {@code grid.backups}, {@code scopes.shared[0].tenants[1]}; the root is empty. */
final class Paths {
  private Paths() {}

  static String key(String section, String name) {
    return section.isEmpty() ? name : section + "." + name;
  }

  static String item(String list, int index) {
    return list + "[" + index + "]";
  }

  static String of(List<JsonMappingException.Reference> references) {
    String path = "";
    for (JsonMappingException.Reference at : references) {
      path = at.getFieldName() == null ? item(path, at.getIndex()) : key(path, at.getFieldName());
    }
    return path;
  }

  static boolean isAtOrBelow(String top, String path) {
    return path.startsWith(top)
        && (path.length() == top.length() || ".[".indexOf(path.charAt(top.length())) >= 0);
  }

  static String parent(String path) {
    return path.substring(0, Math.max(0, lastStep(path)));
  }

  static String name(String path) {
    return path.substring(lastStep(path) + 1);
  }

  private static int lastStep(String path) {
    return Math.max(path.lastIndexOf('.'), path.lastIndexOf('['));
  }

  static JsonPointer pointer(String path) {
    String steps = path.replace("~", "~0").replace("/", "~1").replace("]", "");
    return JsonPointer.valueOf(path.isEmpty() ? "" : "/" + steps.replaceAll("[.\\[]", "/"));
  }
}
