package dev.kvasir.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Where values come from. All values are texts until the records are made. */
public sealed interface ConfigSource {

  /** A YAML file of nested sections; aliases are refused, tags mean nothing. */
  record YamlFile(Path file) implements ConfigSource {}

  /**
   * Variables: {@code KVASIR_GRID_BACKUPS=2} is {@code grid.backups}. Blank ones do not count; nor
   * do those of other programs, those of the launcher, and those that Kubernetes sets for a service
   * whose name begins with kvasir.
   */
  record Environment(Map<String, String> variables) implements ConfigSource {
    public Environment {
      variables = Map.copyOf(variables);
    }
  }

  /** Flags of the command line, later ones over earlier ones. */
  record Flags(List<Flag> flags) implements ConfigSource {
    public Flags {
      flags = List.copyOf(flags);
    }
  }

  /**
   * One value.
   *
   * @param name as the user knows it, for messages
   * @param key path of the key, such as {@code grid.backups}
   * @param text of the value; the items of a list stand between commas, or it is YAML in brackets
   */
  record Flag(String name, String key, String text) {

    /**
     * Of {@code --set KEY=VALUE}.
     *
     * @throws ConfigException if there is no key or no equals sign
     */
    public static Flag set(String assignment) {
      int equals = assignment.indexOf('=');
      String key = equals < 0 ? "" : assignment.substring(0, equals).strip();
      if (key.isEmpty()) {
        throw new ConfigException("--set", "write KEY=VALUE, such as --set grid.backups=2");
      }
      return new Flag("--set " + key, key, assignment.substring(equals + 1));
    }
  }
}
