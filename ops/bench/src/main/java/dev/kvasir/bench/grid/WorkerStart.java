package dev.kvasir.bench.grid;

import dev.kvasir.bench.BenchTarget;
import dev.kvasir.block.ElementType;

/** Starts a decode worker whose blocks lie in the grid of another process. */
public interface WorkerStart {

  /**
   * Starts it; the caller closes it.
   *
   * @param gridPort where the grid is found, on loopback
   * @param kv element type of its blocks
   */
  Running start(GridKind grid, int gridPort, ElementType kv);

  /** A worker that runs until it is closed. */
  interface Running extends AutoCloseable {
    BenchTarget target();

    @Override
    void close();
  }
}
