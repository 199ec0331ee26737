package dev.kvasir.engine.kernel;

import dev.kvasir.engine.kv.CpuSegment;
import dev.kvasir.engine.kv.NativeKvSegment;

/**
 * The paper's position re-encoding (Block-Attention, section 2.3): every cached key is rotated by
 * the block's start, {@code R(start + j)·k = R(start)·R(j)·k}. The serving path rotates the queries
 * instead (DESIGN §3); this is its oracle and the path for kernels that cannot.
 */
public final class MovedKeys {
  private MovedKeys() {}

  /**
   * A copy of the segment whose keys stand at positions {@code start} on: to be placed at 0.
   *
   * @param copy empty, of the same geometry, filled by this call; its owner closes it
   */
  public static NativeKvSegment move(
      CpuSegment segment, int start, RopeTable rope, NativeKvSegment copy) {
    int d = segment.geometry().headDim();
    float[] row = new float[d];
    float[] rotated = new float[d];
    for (int layer = 0; layer < segment.geometry().layers(); layer++) {
      for (int head = 0; head < segment.geometry().kvHeads(); head++) {
        for (int token = 0; token < segment.tokens(); token++) {
          long from = segment.row(layer, head, token);
          long to = copy.offset(layer, head, token);
          segment.readKeys(from, 1, row);
          rope.rotate(row, 0, start, rotated, 0);
          copy.write(copy.keys(), to, rotated, 0);
          segment.readValues(from, 1, row);
          copy.write(copy.values(), to, row, 0);
        }
      }
    }
    copy.installed(segment.tokens());
    return copy;
  }
}
