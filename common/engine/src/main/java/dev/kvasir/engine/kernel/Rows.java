package dev.kvasir.engine.kernel;

/**
 * A view of {@code rows} rows of {@code width} floats, the first at {@code offset}, {@code stride}
 * apart. Borrows its array.
 */
public record Rows(float[] data, int offset, int rows, int width, int stride) {
  public Rows {
    if (rows < 0 || width < 0 || stride < width || offset < 0) {
      throw new IllegalArgumentException(
          "bad view: offset=%d rows=%d width=%d stride=%d".formatted(offset, rows, width, stride));
    }
    if (rows > 0 && offset + (long) (rows - 1) * stride + width > data.length) {
      throw new IndexOutOfBoundsException(
          "view ends past its array: offset=%d rows=%d width=%d stride=%d length=%d"
              .formatted(offset, rows, width, stride, data.length));
    }
  }

  /** All of a fresh array. */
  public static Rows allocate(int rows, int width) {
    return new Rows(new float[rows * width], 0, rows, width, width);
  }

  /** Index in {@code data} of element (row, 0). */
  public int at(int row) {
    return offset + row * stride;
  }

  /** The columns from {@code first} on, {@code count} of them. */
  public Rows columns(int first, int count) {
    return new Rows(data, offset + first, rows, count, stride);
  }

  /** {@code count} rows from {@code first} on. */
  public Rows slice(int first, int count) {
    return new Rows(data, at(first), count, width, stride);
  }
}
