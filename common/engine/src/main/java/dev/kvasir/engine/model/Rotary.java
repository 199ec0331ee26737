package dev.kvasir.engine.model;

import java.util.Arrays;

/**
 * How positions turn a head: pair i is columns (i, i + headDim/2) after they were put in order.
 *
 * @param frequencies (headDim / 2), radians that each pair turns a token
 * @param order (headDim), the column of queries and keys that comes to each place; empty as they
 *     are
 */
public record Rotary(double[] frequencies, int[] order) {

  /** Columns as they are. */
  public Rotary(double[] frequencies) {
    this(frequencies, new int[0]);
  }

  /** This order applied to columns that another one has put in order already. */
  public Rotary after(Rotary first) {
    if (order.length == 0 || first.order.length == 0) {
      return new Rotary(frequencies, order.length == 0 ? first.order : order);
    }
    return new Rotary(frequencies, Arrays.stream(order).map(i -> first.order[i]).toArray());
  }
}
