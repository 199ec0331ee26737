package dev.kvasir.engine.kernel.vector;

import dev.kvasir.engine.kv.CpuSegment;
import dev.kvasir.engine.kv.Int8KvSegment;
import dev.kvasir.engine.kv.NativeKvSegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Keys and values of a segment as floats (count, headDim). Of halves, C2 turns the segment's own
 * loop into vectors; of bytes it does not, so that they are widened here: {@code element · scale},
 * one product, the same at every width. Rows are multiples of 16 elements.
 */
final class WidenedRows {
  /** As many bytes as floats fit a vector, but no fewer than the smallest vector holds. */
  private static final VectorSpecies<Byte> BYTES =
      Lanes.COUNT == 16 ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;

  private static final int PARTS = BYTES.length() / Lanes.COUNT;

  private WidenedRows() {}

  static void keys(CpuSegment segment, long row, int count, float[] target) {
    switch (segment) {
      case NativeKvSegment floats -> floats.readKeys(row, count, target);
      case Int8KvSegment bytes ->
          widen(bytes.keys(), row, count, bytes.geometry().headDim(), target);
    }
  }

  static void values(CpuSegment segment, long row, int count, float[] target) {
    switch (segment) {
      case NativeKvSegment floats -> floats.readValues(row, count, target);
      case Int8KvSegment bytes ->
          widen(bytes.values(), row, count, bytes.geometry().headDim(), target);
    }
  }

  private static void widen(
      Int8KvSegment.Rows rows, long first, int count, int headDim, float[] target) {
    for (int row = 0; row < count; row++) {
      FloatVector scale = Lanes.all(rows.scale(first + row));
      long from = (first + row) * headDim;
      int to = row * headDim;
      for (int i = 0; i < headDim; i += BYTES.length()) {
        ByteVector elements =
            ByteVector.fromMemorySegment(BYTES, rows.elements(), from + i, ByteOrder.LITTLE_ENDIAN);
        for (int part = 0; part < PARTS; part++) {
          FloatVector floats =
              (FloatVector) elements.convertShape(VectorOperators.B2F, Lanes.SPECIES, part);
          floats.mul(scale).intoArray(target, to + i + part * Lanes.COUNT);
        }
      }
    }
  }
}
