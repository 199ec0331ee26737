package dev.kvasir.engine.kernel;

import java.lang.foreign.MemorySegment;

/** The rows of a weight matrix as a model file has them. */
@FunctionalInterface
public interface RowSource {

  Row row(int output);

  /** One row: the weights of one output. */
  @FunctionalInterface
  interface Row {
    /** Writes the row's floats into {@code target}. */
    void read(float[] target);

    default Form form() {
      return Form.FLOATS;
    }

    /** The blocks of a row whose form is quantised; a view of the model file. */
    default MemorySegment blocks() {
      throw new IllegalStateException("a row of floats has no blocks");
    }
  }

  /** How a row's numbers are stored. */
  enum Form {
    FLOATS,
    /** Floats that are float16 numbers. */
    FLOAT16,
    /** Blocks of 32: f16 d, f16 m, 32 nibbles (low: 0 to 15, high: 16 to 31); d · q + m. */
    Q4_1,
    /** Blocks of 32: f16 d, 32 signed bytes; d · q. */
    Q8_0
  }
}
