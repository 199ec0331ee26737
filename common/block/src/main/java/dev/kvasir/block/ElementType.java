package dev.kvasir.block;

/** Element type of stored keys and values. */
public enum ElementType {
  FLOAT16(2),
  FLOAT32(4);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }
}
