package dev.kvasir.engine.kv;

/** A segment of plain rows (layer, kvHead, capacity, headDim), as the CPU's kernels read them. */
public sealed interface CpuSegment extends KvSegment permits NativeKvSegment, Int8KvSegment {

  /** Index of a token's row, in K and in V. */
  long row(int layer, int kvHead, int token);

  /** Reads {@code count} consecutive keys from {@code row} on as floats (count, headDim). */
  void readKeys(long row, int count, float[] target);

  /** Reads {@code count} consecutive values from {@code row} on as floats (count, headDim). */
  void readValues(long row, int count, float[] target);
}
