package dev.kvasir.engine.kernel.vector;

import dev.kvasir.engine.kernel.FloatPanels;
import dev.kvasir.engine.kernel.PackedMatrix;
import dev.kvasir.engine.kernel.Q4Panels;
import dev.kvasir.engine.kernel.Q8Panels;
import dev.kvasir.engine.kernel.Rows;
import dev.kvasir.engine.kernel.WorkerPool;

/**
 * {@code out = x · wᵀ} over packed panels. Blocking after Goto, van de Geijn (2008): a chunk of one
 * panel stays in the first cache while all rows of a row block pass over it. Few rows: threads
 * share the panels; many: they share blocks of rows by runs of panels.
 */
final class Gemm {
  private static final int MAX_TERMS = 384;
  private static final int TILES_IN_BLOCK = 64;
  private static final int PARTS_PER_THREAD = 4;
  private static final int ROWS_TO_SPLIT = 96;

  private final WorkerPool pool;
  private final float[][] wide;

  Gemm(WorkerPool pool) {
    this.pool = pool;
    this.wide = new float[pool.threads()][(MAX_TERMS + Q4Panels.GROUP) * Tile.COLUMNS];
  }

  void multiply(PackedMatrix w, Rows x, Rows out) {
    int panels = w.panelCount();
    if (x.rows() == 1) {
      int parts = Math.min(panels, pool.threads() * PARTS_PER_THREAD);
      pool.run(parts, (part, worker) -> Gemv.multiply(w, x, out, Share.of(panels, part, parts)));
      return;
    }
    Share tiles = new Share(0, (x.rows() + Tile.ROWS - 1) / Tile.ROWS);
    if (x.rows() < ROWS_TO_SPLIT) {
      int parts = Math.min(panels, pool.threads() * PARTS_PER_THREAD);
      pool.run(
          parts, (part, worker) -> block(w, x, out, tiles, Share.of(panels, part, parts), worker));
    } else {
      splitRows(w, x, out, tiles);
    }
  }

  /** Row blocks as large as the cache allows, but enough of them for all threads. */
  private void splitRows(PackedMatrix w, Rows x, Rows out, Share tiles) {
    int blocks = (tiles.count() + TILES_IN_BLOCK - 1) / TILES_IN_BLOCK;
    int columns = Math.max(1, pool.threads() * PARTS_PER_THREAD / blocks);
    Share panels = new Share(0, w.panelCount());
    pool.run(
        blocks * columns,
        (part, worker) ->
            block(
                w,
                x,
                out,
                tiles.part(part / columns, blocks),
                panels.part(part % columns, columns),
                worker));
  }

  private void block(PackedMatrix w, Rows x, Rows out, Share tiles, Share panels, int worker) {
    int step = w instanceof FloatPanels ? 1 : Q4Panels.GROUP;
    int steps = w.inputs() / step;
    int chunks = (w.inputs() + MAX_TERMS - 1) / MAX_TERMS;
    for (int chunk = 0; chunk < chunks; chunk++) {
      Share part = Share.of(steps, chunk, chunks);
      int firstTerm = part.from() * step;
      int terms = part.count() * step;
      for (int panel = panels.from(); panel < panels.to(); panel++) {
        float[] b = wide[worker];
        int bAt = 0;
        switch (w) {
          case FloatPanels floats -> {
            b = floats.panels();
            bAt = floats.at(panel, firstTerm);
          }
          case Q4Panels q4 -> Widen.q4(q4, panel, part, b);
          case Q8Panels q8 -> Widen.q8(q8, panel, part, b);
        }
        column(b, bAt, terms, x, firstTerm, out, tiles, panel);
      }
    }
  }

  /** One chunk of one panel under a block of rows. */
  private static void column(
      float[] b, int bAt, int terms, Rows x, int firstTerm, Rows out, Share tiles, int panel) {
    float[] a = x.data();
    float[] c = out.data();
    boolean accumulate = firstTerm > 0;
    for (int tile = tiles.from(); tile < tiles.to(); tile++) {
      int row = tile * Tile.ROWS;
      Tile.byRows(
          a,
          x.at(row) + firstTerm,
          x.stride(),
          b,
          bAt,
          terms,
          c,
          out.at(row) + panel * Tile.COLUMNS,
          out.stride(),
          accumulate);
    }
  }
}
