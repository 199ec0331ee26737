package dev.kvasir.config;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes, written as {@code 512}, {@code 64KiB}, {@code 1.5GiB} or {@code 10MB}.
 *
 * @param count at least 0
 */
public record Bytes(long count) implements Comparable<Bytes> {
  static final String FORM =
      "a size such as 512, 64KiB, 1.5GiB or 10MB (units: B, KB, MB, GB, TB, KiB, MiB, GiB, TiB)";

  private static final Pattern WRITTEN =
      Pattern.compile("(\\d{1,19}(?:\\.\\d{1,9})?) ?([KMGT]?i?B)?", Pattern.CASE_INSENSITIVE);
  private static final Map<String, Long> UNITS =
      Map.of(
          "b", 1L,
          "kb", 1_000L,
          "mb", 1_000_000L,
          "gb", 1_000_000_000L,
          "tb", 1_000_000_000_000L,
          "kib", 1L << 10,
          "mib", 1L << 20,
          "gib", 1L << 30,
          "tib", 1L << 40);

  public Bytes {
    if (count < 0) {
      throw new IllegalArgumentException("count must not be negative: count=" + count);
    }
  }

  public static Bytes ofMiB(long count) {
    return new Bytes(Math.multiplyExact(count, 1L << 20));
  }

  /**
   * Reads a size; the case of its unit does not matter.
   *
   * @throws IllegalArgumentException whose message says how sizes are written
   */
  public static Bytes parse(String text) {
    Matcher written = WRITTEN.matcher(text.strip());
    Long unit = written.matches() ? UNITS.get(unit(written)) : null;
    if (unit == null) {
      throw new IllegalArgumentException("must be %s, not '%s'".formatted(FORM, text));
    }
    try {
      BigDecimal bytes = new BigDecimal(written.group(1)).multiply(BigDecimal.valueOf(unit));
      return new Bytes(bytes.longValueExact());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "must be a whole number of bytes below 8 EiB, not '%s'".formatted(text), e);
    }
  }

  private static String unit(Matcher written) {
    String unit = written.group(2);
    return unit == null ? "b" : unit.toLowerCase(Locale.ROOT);
  }

  @Override
  public int compareTo(Bytes other) {
    return Long.compare(count, other.count);
  }

  /** In the largest unit of 1024 that keeps it whole; {@link #parse} reads it back. */
  @Override
  public String toString() {
    if (count == 0) {
      return "0";
    }
    String[] units = {"", "KiB", "MiB", "GiB", "TiB"};
    int power = Math.min(Long.numberOfTrailingZeros(count) / 10, units.length - 1);
    return (count >> (10 * power)) + units[power];
  }
}
