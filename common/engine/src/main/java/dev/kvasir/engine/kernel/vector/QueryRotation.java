package dev.kvasir.engine.kernel.vector;

import dev.kvasir.engine.kernel.RopeTable;
import jdk.incubator.vector.FloatVector;

/**
 * Turns queries back by a segment's start (DESIGN §3): {@code R(m - s)·q = R(-s)·(R(m)·q)}. The
 * angle is the same for all rows, so the rows stay in the lanes.
 */
final class QueryRotation {
  private QueryRotation() {}

  /** Panels (pair or pair + half, 16 rows) of {@code source} turned by {@code -start}. */
  static void by(RopeTable rope, int start, float[] source, float[] target, int panels) {
    int half = rope.half();
    int panelSize = 2 * half * Tile.COLUMNS;
    for (int panel = 0; panel < panels; panel++) {
      for (int i = 0; i < half; i++) {
        int low = panel * panelSize + i * Tile.COLUMNS;
        FloatVector cos = Lanes.all(rope.cos()[start * half + i]);
        FloatVector sin = Lanes.all(rope.sin()[start * half + i]);
        for (int lane = 0; lane < Tile.COLUMNS; lane += Lanes.COUNT) {
          turn(source, target, low + lane, low + half * Tile.COLUMNS + lane, cos, sin);
        }
      }
    }
  }

  private static void turn(
      float[] source, float[] target, int low, int high, FloatVector cos, FloatVector sin) {
    FloatVector a = Lanes.load(source, low);
    FloatVector b = Lanes.load(source, high);
    a.fma(cos, b.mul(sin)).intoArray(target, low);
    b.fma(cos, a.mul(sin).neg()).intoArray(target, high);
  }
}
