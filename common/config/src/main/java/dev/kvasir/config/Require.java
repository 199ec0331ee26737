package dev.kvasir.config;

import java.time.Duration;
import java.util.regex.Pattern;

/** The rules that values have to keep; each failure is an {@link InvalidValue}. */
final class Require {
  private static final Pattern NAME = Pattern.compile("[a-z0-9._-]{1,64}");
  private static final int LAST_PORT = 65_535;
  private static final int FIRST_UNPRIVILEGED_PORT = 1_024;

  private Require() {}

  static void that(boolean kept, String key, String rule) {
    if (!kept) {
      throw new InvalidValue(key, rule);
    }
  }

  static void range(String key, long value, long least, long most) {
    that(
        value >= least && value <= most,
        key,
        "must be from %d to %d, not %d".formatted(least, most, value));
  }

  static void atLeast(String key, long value, long least) {
    that(value >= least, key, "must be at least %d, not %d".formatted(least, value));
  }

  static void atLeast(String key, Bytes value, Bytes least) {
    that(value.compareTo(least) >= 0, key, "must be at least %s, not %s".formatted(least, value));
  }

  static void below(String key, Bytes value, Bytes bound) {
    that(value.compareTo(bound) < 0, key, "must be below %s, not %s".formatted(bound, value));
  }

  /** At least a millisecond: the modules count in those. */
  static void positive(String key, Duration value) {
    that(
        value.compareTo(Duration.ofMillis(1)) >= 0,
        key,
        "must be at least 1ms, not " + Durations.print(value));
  }

  static void text(String key, String value) {
    that(!value.isBlank(), key, "must not be blank: write a value or remove the key");
  }

  /** A port to listen on; 0 takes any free one. */
  static void port(String key, int value) {
    range(key, value, 0, LAST_PORT);
  }

  /** A port of the grid, which runs without privileges; 0 takes any free one. */
  static void gridPort(String key, int value) {
    that(
        value == 0 || (value >= FIRST_UNPRIVILEGED_PORT && value <= LAST_PORT),
        key,
        "must be 0 (any free port) or from 1024 to 65535, not " + value);
  }

  /** A name that becomes part of a scope. */
  static void name(String key, String value) {
    that(
        NAME.matcher(value).matches(),
        key,
        "must be 1 to 64 of a-z, 0-9, dot, underscore and hyphen, not '%s'".formatted(value));
  }
}
