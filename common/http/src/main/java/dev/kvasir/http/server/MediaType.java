package dev.kvasir.http.server;

import java.util.List;
import java.util.Locale;

/** Reads a Content-Type header. */
final class MediaType {
  private MediaType() {}

  /** Whether it is JSON, and in UTF-8 if it names a charset. */
  static boolean isUtf8Json(String header) {
    List<String> parts = List.of(header.toLowerCase(Locale.ROOT).split(";", -1));
    return isJson(parts.getFirst().strip())
        && parts.stream().skip(1).map(String::strip).allMatch(MediaType::isHarmless);
  }

  private static boolean isJson(String type) {
    return type.equals("application/json")
        || (type.startsWith("application/") && type.endsWith("+json"));
  }

  private static boolean isHarmless(String parameter) {
    int equals = parameter.indexOf('=');
    if (equals < 0 || !parameter.substring(0, equals).strip().equals("charset")) {
      return true;
    }
    String charset = parameter.substring(equals + 1).strip().replace("\"", "");
    return charset.equals("utf-8") || charset.equals("utf8");
  }
}
