package dev.kvasir.block;

/** Shape of a model's KV state: one key and one value row per layer, KV head and token. */
public record KvGeometry(int layers, int kvHeads, int headDim) {
  public KvGeometry {
    positive("layers", layers);
    positive("kvHeads", kvHeads);
    positive("headDim", headDim);
  }

  /** Rows (of {@code headDim} elements) that {@code tokens} tokens have, in K or in V. */
  public long rows(int tokens) {
    return (long) layers * kvHeads * tokens;
  }

  /** Bytes of K and V together for {@code tokens} tokens, scales included. */
  public long bytes(int tokens, ElementType type) {
    return 2 * rows(tokens) * type.rowBytes(headDim);
  }

  private static void positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be positive: " + name + "=" + value);
    }
  }
}
