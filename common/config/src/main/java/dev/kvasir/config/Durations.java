package dev.kvasir.config;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How durations are written: {@code 200ms}, {@code 10s}, {@code 5m}, {@code 1.5h} or ISO 8601. */
public final class Durations {
  static final String FORM =
      "a duration such as 200ms, 10s, 5m, 1h or PT10S (units: ms, s, m, h, d)";

  private static final Pattern WRITTEN = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,9})?) ?([a-z]+)");
  private static final Map<String, Long> UNIT_MILLIS = unitMillis();

  private Durations() {}

  private static Map<String, Long> unitMillis() {
    Map<String, Long> units = new LinkedHashMap<>();
    units.put("d", 86_400_000L);
    units.put("h", 3_600_000L);
    units.put("m", 60_000L);
    units.put("s", 1_000L);
    units.put("ms", 1L);
    return units;
  }

  /**
   * Reads a duration, to the nanosecond, below 292 years.
   *
   * @throws IllegalArgumentException whose message says how durations are written
   */
  public static Duration parse(String text) {
    try {
      Matcher written = WRITTEN.matcher(text.strip());
      if (!written.matches()) {
        return Duration.ofNanos(Duration.parse(text.strip()).toNanos());
      }
      Long unit = UNIT_MILLIS.get(written.group(2));
      if (unit != null) {
        BigDecimal nanos =
            new BigDecimal(written.group(1)).multiply(BigDecimal.valueOf(unit)).movePointRight(6);
        return Duration.ofNanos(nanos.longValueExact());
      }
    } catch (ArithmeticException | DateTimeException e) {
      throw new IllegalArgumentException(refusal(text), e);
    }
    throw new IllegalArgumentException(refusal(text));
  }

  private static String refusal(String text) {
    return "must be %s, not '%s'".formatted(FORM, text);
  }

  /** In the largest unit that keeps it whole, else in ISO 8601; {@link #parse} reads it back. */
  public static String print(Duration value) {
    if (value.isNegative() || value.toNanosPart() % 1_000_000 != 0) {
      return value.toString();
    }
    long millis = value.toMillis();
    if (millis == 0) {
      return "0s";
    }
    return UNIT_MILLIS.entrySet().stream()
        .filter(unit -> millis % unit.getValue() == 0)
        .findFirst()
        .map(unit -> millis / unit.getValue() + unit.getKey())
        .orElseThrow();
  }
}
