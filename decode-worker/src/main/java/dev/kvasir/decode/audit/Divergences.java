package dev.kvasir.decode.audit;

import dev.kvasir.decode.BlockPath.Part;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.OptionalDouble;
import java.util.SequencedMap;

/** The last divergences of each part, of those that were seen last. Not thread-safe. */
final class Divergences {
  private static final int MOST_PARTS = 1_000;

  private final int window;
  private final SequencedMap<Part, Deque<Double>> last = new LinkedHashMap<>();

  Divergences(int window) {
    this.window = window;
  }

  /** Adds one; the mean of the last ones once there are enough. */
  OptionalDouble add(Part part, double divergence) {
    Deque<Double> known = last.remove(part);
    Deque<Double> values = known == null ? new ArrayDeque<>() : known;
    if (last.size() == MOST_PARTS) {
      var _ = last.pollFirstEntry();
    }
    last.put(part, values);
    values.addLast(divergence);
    if (values.size() > window) {
      values.removeFirst();
    }
    return values.size() < window
        ? OptionalDouble.empty()
        : values.stream().mapToDouble(Double::doubleValue).average();
  }
}
