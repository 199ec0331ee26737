package dev.kvasir.admin.metric;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * A distribution out of the buckets of several processes.
 *
 * @param counts observations up to each bound, in seconds; cumulative, the last bound is infinite
 */
public record Histogram(Map<Double, Long> counts) {
  public Histogram {
    counts = new TreeMap<>(counts);
  }

  /** The sum of the {@code _bucket} samples by their bounds. */
  public static Histogram of(List<Sample> buckets) {
    Map<Double, Long> counts = new TreeMap<>();
    buckets.forEach(bucket -> {
      String bound = bucket.label("le");
      counts.merge(
          bound.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bound),
          (long) bucket.value(),
          Long::sum);
    });
    return new Histogram(counts);
  }

  /** Observations in all. */
  public long count() {
    return counts.values().stream().mapToLong(Long::longValue).max().orElse(0);
  }

  /** The bound below which that part of the observations lies; empty where no finite one is. */
  public OptionalDouble quantile(double part) {
    double wanted = part * count();
    return counts.entrySet().stream()
        .filter(bucket -> count() > 0 && bucket.getValue() >= wanted)
        .mapToDouble(Map.Entry::getKey)
        .filter(Double::isFinite)
        .findFirst();
  }
}
