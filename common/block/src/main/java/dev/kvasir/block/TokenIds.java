package dev.kvasir.block;

import java.util.Arrays;

/** An immutable sequence of token ids, compared by value. */
public final class TokenIds {
  private final int[] ids;

  private TokenIds(int[] ids) {
    this.ids = ids;
  }

  public static TokenIds of(int... ids) {
    return new TokenIds(ids.clone());
  }

  public int size() {
    return ids.length;
  }

  public int at(int index) {
    return ids[index];
  }

  /** The ids {@code from} to {@code to}. */
  public TokenIds slice(int from, int to) {
    return new TokenIds(Arrays.copyOfRange(ids, from, to));
  }

  public int[] toArray() {
    return ids.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenIds tokens && Arrays.equals(ids, tokens.ids);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ids);
  }

  @Override
  public String toString() {
    return Arrays.toString(ids);
  }
}
