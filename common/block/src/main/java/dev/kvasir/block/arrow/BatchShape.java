package dev.kvasir.block.arrow;

import dev.kvasir.block.ElementType;

/**
 * Shape of a chunk's record batch: columns {@code k} and {@code v}, lists of {@code headDim}
 * elements, and for types with scales {@code k_scale} and {@code v_scale}, plain numbers.
 */
record BatchShape(int rows, int headDim, ElementType type) {
  /** Columns 0 and 1 are lists; what follows are scales. */
  static final int LISTS = 2;

  int columns() {
    return type.scaleBytes() > 0 ? 2 * LISTS : LISTS;
  }

  /** Bytes of a row of one column. */
  static int rowBytes(int column, int headDim, ElementType type) {
    return column < LISTS ? headDim * type.bytes() : type.scaleBytes();
  }

  /** Bytes of one column, uncompressed. */
  int bytes(int column) {
    return rows * rowBytes(column, headDim, type);
  }

  /** Bytes of all columns, uncompressed. */
  long bytes() {
    return 2L * rows * type.rowBytes(headDim);
  }
}
