package dev.kvasir.decode.audit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** The last divergences of each collection and of what has none. Not thread-safe. */
final class Divergences {
  private final int window;
  private final Map<Optional<String>, Deque<Double>> last = new HashMap<>();

  Divergences(int window) {
    this.window = window;
  }

  /** Adds one; the mean of the last ones once there are enough. */
  OptionalDouble add(Optional<String> collection, double divergence) {
    Deque<Double> values = last.computeIfAbsent(collection, _ -> new ArrayDeque<>());
    values.addLast(divergence);
    if (values.size() > window) {
      values.removeFirst();
    }
    return values.size() < window
        ? OptionalDouble.empty()
        : values.stream().mapToDouble(Double::doubleValue).average();
  }
}
