package dev.kvasir.admin.metric;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number that a process tells, in Prometheus' text format. */
public record Sample(String name, Map<String, String> labels, double value) {
  private static final Pattern LINE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? ([^ ]+)(?: [0-9-]+)?");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\",?");

  public Sample {
    labels = Map.copyOf(labels);
  }

  /** The label's value, empty if it has none. */
  public String label(String label) {
    return labels.getOrDefault(label, "");
  }

  /** Every sample of a text; lines that are none are left out. */
  public static List<Sample> parse(String text) {
    List<Sample> samples = new ArrayList<>();
    text.lines().forEach(line -> parseLine(line).ifPresent(samples::add));
    return samples;
  }

  private static Optional<Sample> parseLine(String line) {
    Matcher parts = LINE.matcher(line);
    if (!parts.matches()) {
      return Optional.empty();
    }
    Map<String, String> labels = new HashMap<>();
    Matcher label = LABEL.matcher(parts.group(2) == null ? "" : parts.group(2));
    while (label.find()) {
      labels.put(label.group(1), unescaped(label.group(2)));
    }
    return number(parts.group(3)).map(value -> new Sample(parts.group(1), labels, value));
  }

  private static Optional<Double> number(String text) {
    try {
      return Optional.of(
          switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
          });
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static String unescaped(String text) {
    return text.replace("\\n", "\n").replace("\\\"", "\"").replace("\\\\", "\\");
  }
}
