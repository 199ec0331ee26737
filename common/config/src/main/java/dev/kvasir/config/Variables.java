package dev.kvasir.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Variables of the environment and the keys they set. */
final class Variables {
  static final String PREFIX = "KVASIR_";

  /** Read by the launcher or before the configuration is. */
  private static final Set<String> LAUNCHER =
      Set.of("KVASIR_HOME", "KVASIR_HEAP", "KVASIR_JAVA_OPTS", "KVASIR_JDKS");

  /** What Kubernetes and Docker links set for a service whose name begins with kvasir. */
  private static final Pattern SERVICE_NAME =
      Pattern.compile(
          "KVASIR_(.+_)?(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT_\\d+_(TCP|UDP|SCTP)(_.+)?)");

  private static final Pattern SERVICE_VALUE = Pattern.compile("(tcp|udp|sctp)://.*");

  private Variables() {}

  /** The variable that sets this key. */
  static String of(String key) {
    return PREFIX + key.replace('.', '_').toUpperCase(Locale.ROOT);
  }

  static Layer layer(Map<String, String> variables, ObjectNode known) {
    Map<String, String> keys = new TreeMap<>();
    Layer.valuePaths(known).forEach(key -> keys.put(of(key), key));
    Texts texts = new Texts(known);
    new TreeMap<>(variables)
        .forEach((name, text) -> {
          if (isOurs(name, text)) {
            texts.put(key(name, keys), text, "variable " + name);
          }
        });
    return texts.layer();
  }

  private static boolean isOurs(String name, String text) {
    return name.startsWith(PREFIX)
        && !text.isBlank()
        && !LAUNCHER.contains(name)
        && !SERVICE_NAME.matcher(name).matches()
        && !SERVICE_VALUE.matcher(text).matches();
  }

  private static String key(String name, Map<String, String> keys) {
    String key = keys.get(name);
    if (key == null) {
      throw new ConfigException(
          "variable " + name,
          "there is no such variable: the nearest is " + NearestKey.of(name, keys.keySet()));
    }
    return key;
  }
}
