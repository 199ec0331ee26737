package dev.kvasir.bench.engine;

import dev.kvasir.bench.TtftRow;
import java.util.List;

/** Several measurements of one thing. */
public record Spread(double median, double min, double max) {

  public static Spread of(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return new Spread(TtftRow.median(sorted), sorted.getFirst(), sorted.getLast());
  }
}
