package dev.kvasir.engine.kernel.vector;

import jdk.incubator.vector.FloatVector;

/** The product kernel in use and a loop that does nothing but multiply, timed. One thread's. */
final class TileLoops {
  private static final int CALLS = 2_000;
  private static final int TERMS = 192;

  private final float[] a = new float[TERMS * Tile.COLUMNS];
  private final float[] b = new float[TERMS * Tile.COLUMNS * WideTile.PANELS];
  private final float[] c = new float[WideTile.ROWS * Tile.COLUMNS * WideTile.PANELS];

  /** Vector multiply-adds a nanosecond of the product kernel, its operands in the first cache. */
  double tileRate() {
    return rate(this::tile);
  }

  /** Vector multiply-adds a nanosecond in registers only. */
  double registerRate() {
    return rate(this::registers);
  }

  private interface Work {
    /** Runs once; returns the number of vector multiply-adds. */
    long run();
  }

  private static double rate(Work work) {
    long count = 0;
    long start = System.nanoTime();
    for (int call = 0; call < CALLS; call++) {
      count += work.run();
    }
    return count / (double) (System.nanoTime() - start);
  }

  private long tile() {
    if (Lanes.WIDE) {
      int panel = TERMS * Tile.COLUMNS;
      WideTile.multiply(a, 0, b, 0, panel, TERMS, c, 0, 2 * Tile.COLUMNS, Tile.COLUMNS, false);
      return (long) TERMS * WideTile.ROWS * WideTile.PANELS;
    }
    Tile.multiply(a, 0, b, 0, TERMS, c, 0, Tile.COLUMNS, false);
    return (long) TERMS * Tile.ROWS * Tile.COLUMNS / Lanes.COUNT;
  }

  private long registers() {
    FloatVector x = Lanes.load(a, 0);
    FloatVector c0, c1, c2, c3, c4, c5, c6, c7;
    c0 = c1 = c2 = c3 = c4 = c5 = c6 = c7 = Lanes.load(b, 0);
    for (int k = 0; k < 2 * TERMS; k++) {
      c0 = x.fma(x, c0);
      c1 = x.fma(x, c1);
      c2 = x.fma(x, c2);
      c3 = x.fma(x, c3);
      c4 = x.fma(x, c4);
      c5 = x.fma(x, c5);
      c6 = x.fma(x, c6);
      c7 = x.fma(x, c7);
    }
    c0.add(c1).add(c2).add(c3).add(c4).add(c5).add(c6).add(c7).intoArray(c, 0);
    return 2L * TERMS * 8;
  }
}
