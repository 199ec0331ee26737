package dev.kvasir.engine.gate;

import dev.kvasir.engine.model.Rotary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** Mistakes that are made when a model's rotary embedding is declared or its rows are ordered. */
final class RotaryGuesses {
  private static final double BASE_FACTOR = 10;

  private RotaryGuesses() {}

  /**
   * What the model may have been trained with instead, and how to say so.
   *
   * @param isBase whether it differs by the base alone
   */
  record Guess(String name, Rotary rotary, boolean isBase) {
    Guess(String name, Rotary rotary) {
      this(name, rotary, false);
    }
  }

  /** Guesses that differ from the declared rotation in one thing. */
  static List<Guess> of(Rotary declared) {
    double[] frequencies = declared.frequencies();
    int half = frequencies.length;
    List<Guess> guesses = new ArrayList<>();
    guesses.add(new Guess("a RoPE base ten times as large", based(frequencies, BASE_FACTOR), true));
    guesses.add(
        new Guess("a RoPE base a tenth as large", based(frequencies, 1 / BASE_FACTOR), true));
    guesses.add(
        new Guess("pairs of neighbouring columns", ordered(frequencies, i -> neighbour(i, half))));
    guesses.add(
        new Guess("pairs of columns half a head apart", ordered(frequencies, i -> apart(i, half))));
    if (half % 2 == 0) {
      guesses.add(partial(frequencies));
      guesses.add(whole(frequencies));
    }
    return guesses;
  }

  private static Rotary based(double[] frequencies, double factor) {
    int half = frequencies.length;
    return new Rotary(
        IntStream.range(0, half)
            .mapToDouble(i -> frequencies[i] * Math.pow(factor, -(double) i / half))
            .toArray());
  }

  private static Rotary ordered(double[] frequencies, IntUnaryOperator column) {
    return new Rotary(
        frequencies, IntStream.range(0, 2 * frequencies.length).map(column).toArray());
  }

  private static int neighbour(int place, int half) {
    return place < half ? 2 * place : 2 * (place - half) + 1;
  }

  private static int apart(int place, int half) {
    return place % 2 == 0 ? place / 2 : half + place / 2;
  }

  /** Only the first half of each head turns, as a head of that size would. */
  private static Guess partial(double[] frequencies) {
    int half = frequencies.length;
    double[] slower = new double[half];
    Arrays.setAll(slower, i -> i < half / 2 ? frequencies[2 * i] : 0);
    return new Guess(
        "rotation of the first half of each head", new Rotary(slower, swappedMiddle(half)));
  }

  /** All of each head turns, where half of it was said to. */
  private static Guess whole(double[] frequencies) {
    int half = frequencies.length;
    double[] all = new double[half];
    Arrays.setAll(all, i -> Math.pow(frequencies[1], i / 2.0));
    return new Guess("rotation of whole heads", new Rotary(all, swappedMiddle(half)));
  }

  /** The second and third quarter of a head change places; twice is as before. */
  private static int[] swappedMiddle(int half) {
    int quarter = half / 2;
    return IntStream.range(0, 2 * half)
        .map(i ->
            i >= quarter && i < half
                ? i + quarter
                : i >= half && i < half + quarter ? i - quarter : i)
        .toArray();
  }
}
