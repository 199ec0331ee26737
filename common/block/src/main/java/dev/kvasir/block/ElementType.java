package dev.kvasir.block;

/** Element type of stored keys and values. */
public enum ElementType {
  FLOAT16(2, 0),
  FLOAT32(4, 0),
  /** Signed bytes; every row has a float32 scale, and a value is {@code element · scale}. */
  INT8(1, Float.BYTES);

  private final int bytes;
  private final int scaleBytes;

  ElementType(int bytes, int scaleBytes) {
    this.bytes = bytes;
    this.scaleBytes = scaleBytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** Bytes of a row's scale; 0 where the elements are the values. */
  public int scaleBytes() {
    return scaleBytes;
  }

  /** Bytes of a row of {@code headDim} elements, its scale included. */
  public long rowBytes(int headDim) {
    return (long) headDim * bytes + scaleBytes;
  }
}
