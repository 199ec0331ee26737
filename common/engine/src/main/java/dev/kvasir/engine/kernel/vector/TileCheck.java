package dev.kvasir.engine.kernel.vector;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices a register tile that the JIT compiled badly: C2 may keep an accumulator on the stack,
 * which halves the speed of everything (cpu-compute.md). Compares the best rate of the tile in use
 * with that of a loop that multiplies in registers only. Once a process, in the background.
 */
final class TileCheck {
  private static final Logger LOG = LoggerFactory.getLogger(TileCheck.class);
  private static final AtomicBoolean STARTED = new AtomicBoolean();
  private static final double LEAST_SHARE = 0.5;

  /** Enough for the last tier of the JIT to have compiled both loops. */
  static final int ROUNDS = 40;

  private final DoubleSupplier tileRate;
  private final DoubleSupplier registerRate;

  /** Of two measurements in the same unit, each taken {@link #ROUNDS} times in turn. */
  TileCheck(DoubleSupplier tileRate, DoubleSupplier registerRate) {
    this.tileRate = tileRate;
    this.registerRate = registerRate;
  }

  static void startOnce() {
    if (STARTED.compareAndSet(false, true)) {
      TileLoops loops = new TileLoops();
      TileCheck check = new TileCheck(loops::tileRate, loops::registerRate);
      Thread.ofPlatform().daemon().name("kvasir-tile-check").start(check::run);
    }
  }

  /** Measures, then warns or, where all is well, says so for those who look for it. */
  void run() {
    double peak = 0;
    double tile = 0;
    for (int round = 0; round < ROUNDS; round++) {
      peak = Math.max(peak, registerRate.getAsDouble());
      tile = Math.max(tile, tileRate.getAsDouble());
    }
    String share = String.format(Locale.ROOT, "%.0f %%", 100 * tile / peak);
    if (tile < LEAST_SHARE * peak) {
      LOG.warn("the product kernel compiled badly: {} of peak; restart for full speed", share);
    } else {
      LOG.debug("product kernel: {} of peak", share);
    }
  }
}
