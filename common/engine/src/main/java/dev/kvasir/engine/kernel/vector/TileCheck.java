package dev.kvasir.engine.kernel.vector;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import jdk.incubator.vector.FloatVector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices a register tile that the JIT compiled badly: C2 may keep an accumulator on the stack,
 * which halves the speed of everything (cpu-compute.md). Compares the tile in use, its operands in
 * the first cache, with a loop that multiplies in registers only. Once a process, in the
 * background.
 */
final class TileCheck {
  private static final Logger LOG = LoggerFactory.getLogger(TileCheck.class);
  private static final AtomicBoolean STARTED = new AtomicBoolean();
  private static final double LEAST_SHARE = 0.5;
  private static final int ROUNDS = 40;
  private static final int CALLS = 2_000;
  private static final int TERMS = 192;

  private final float[] a = new float[TERMS * Tile.COLUMNS];
  private final float[] b = new float[TERMS * Tile.COLUMNS * WideTile.PANELS];
  private final float[] c = new float[WideTile.ROWS * Tile.COLUMNS * WideTile.PANELS];

  private TileCheck() {}

  static void startOnce() {
    if (STARTED.compareAndSet(false, true)) {
      Thread.ofPlatform().daemon().name("kvasir-tile-check").start(() -> new TileCheck().run());
    }
  }

  private void run() {
    double peak = 0;
    double tile = 0;
    for (int round = 0; round < ROUNDS; round++) {
      peak = Math.max(peak, rate(this::registers));
      tile = Math.max(tile, rate(this::tile));
    }
    String share = String.format(Locale.ROOT, "%.0f %%", 100 * tile / peak);
    if (tile < LEAST_SHARE * peak) {
      LOG.warn("the product kernel compiled badly: {} of peak; restart for full speed", share);
    } else {
      LOG.debug("product kernel: {} of peak", share);
    }
  }

  private interface Work {
    /** Runs once; returns the number of vector multiply-adds. */
    long run();
  }

  /** Multiply-adds a nanosecond. */
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
