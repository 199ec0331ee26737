package dev.kvasir.engine.kernel.vector;

import dev.kvasir.engine.kernel.PackedMatrix;
import dev.kvasir.engine.kernel.Rows;
import dev.kvasir.engine.kernel.WorkerPool;
import jdk.incubator.vector.FloatVector;

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
  private static final int PANELS_AT_ONCE = 4;

  private final WorkerPool pool;

  Gemm(WorkerPool pool) {
    this.pool = pool;
  }

  void multiply(PackedMatrix w, Rows x, Rows out) {
    int panels = w.panelCount();
    if (x.rows() == 1) {
      int parts = Math.min(panels, pool.threads() * PARTS_PER_THREAD);
      pool.run(parts, (part, worker) -> vector(w, x, out, Share.of(panels, part, parts)));
      return;
    }
    Share tiles = new Share(0, (x.rows() + Tile.ROWS - 1) / Tile.ROWS);
    if (x.rows() < ROWS_TO_SPLIT) {
      int parts = Math.min(panels, pool.threads() * PARTS_PER_THREAD);
      pool.run(parts, (part, worker) -> block(w, x, out, tiles, Share.of(panels, part, parts)));
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
                panels.part(part % columns, columns)));
  }

  private static void block(PackedMatrix w, Rows x, Rows out, Share tiles, Share panels) {
    int chunks = (w.inputs() + MAX_TERMS - 1) / MAX_TERMS;
    for (int chunk = 0; chunk < chunks; chunk++) {
      Share terms = Share.of(w.inputs(), chunk, chunks);
      for (int panel = panels.from(); panel < panels.to(); panel++) {
        column(w, x, out, tiles, panel, terms);
      }
    }
  }

  /** One chunk of one panel under a block of rows. */
  private static void column(
      PackedMatrix w, Rows x, Rows out, Share tiles, int panel, Share terms) {
    float[] a = x.data();
    float[] b = w.panels();
    float[] c = out.data();
    int bAt = w.at(panel, terms.from());
    boolean accumulate = terms.from() > 0;
    for (int tile = tiles.from(); tile < tiles.to(); tile++) {
      int row = tile * Tile.ROWS;
      Tile.byRows(
          a,
          x.at(row) + terms.from(),
          x.stride(),
          b,
          bAt,
          terms.count(),
          c,
          out.at(row) + panel * Tile.COLUMNS,
          out.stride(),
          accumulate);
    }
  }

  /** One row: bound by reading the weights, so four panels at once to have loads in flight. */
  private static void vector(PackedMatrix w, Rows x, Rows out, Share panels) {
    int panel = panels.from();
    for (; panel + PANELS_AT_ONCE <= panels.to(); panel += PANELS_AT_ONCE) {
      for (int column = 0; column < Tile.COLUMNS; column += 2 * Lanes.COUNT) {
        fourPanels(w, x, out, panel, column);
      }
    }
    for (; panel < panels.to(); panel++) {
      for (int column = 0; column < Tile.COLUMNS; column += Lanes.COUNT) {
        onePanel(w, x, out, panel, column);
      }
    }
  }

  private static void fourPanels(PackedMatrix w, Rows x, Rows out, int panel, int column) {
    float[] a = x.data();
    float[] b = w.panels();
    int n = Lanes.COUNT;
    int aAt = x.at(0);
    int b0 = w.at(panel, 0) + column;
    int b1 = w.at(panel + 1, 0) + column;
    int b2 = w.at(panel + 2, 0) + column;
    int b3 = w.at(panel + 3, 0) + column;
    FloatVector c00, c01, c10, c11, c20, c21, c30, c31;
    c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = FloatVector.zero(Lanes.SPECIES);
    for (int k = 0; k < w.inputs(); k++) {
      FloatVector value = Lanes.all(a[aAt + k]);
      int at = k * Tile.COLUMNS;
      c00 = value.fma(Lanes.load(b, b0 + at), c00);
      c01 = value.fma(Lanes.load(b, b0 + at + n), c01);
      c10 = value.fma(Lanes.load(b, b1 + at), c10);
      c11 = value.fma(Lanes.load(b, b1 + at + n), c11);
      c20 = value.fma(Lanes.load(b, b2 + at), c20);
      c21 = value.fma(Lanes.load(b, b2 + at + n), c21);
      c30 = value.fma(Lanes.load(b, b3 + at), c30);
      c31 = value.fma(Lanes.load(b, b3 + at + n), c31);
    }
    float[] c = out.data();
    int cAt = out.at(0) + panel * Tile.COLUMNS + column;
    c00.intoArray(c, cAt);
    c01.intoArray(c, cAt + n);
    c10.intoArray(c, cAt + Tile.COLUMNS);
    c11.intoArray(c, cAt + Tile.COLUMNS + n);
    c20.intoArray(c, cAt + 2 * Tile.COLUMNS);
    c21.intoArray(c, cAt + 2 * Tile.COLUMNS + n);
    c30.intoArray(c, cAt + 3 * Tile.COLUMNS);
    c31.intoArray(c, cAt + 3 * Tile.COLUMNS + n);
  }

  private static void onePanel(PackedMatrix w, Rows x, Rows out, int panel, int column) {
    float[] a = x.data();
    float[] b = w.panels();
    int aAt = x.at(0);
    int bAt = w.at(panel, 0) + column;
    FloatVector sum = FloatVector.zero(Lanes.SPECIES);
    for (int k = 0; k < w.inputs(); k++) {
      sum = Lanes.all(a[aAt + k]).fma(Lanes.load(b, bAt + k * Tile.COLUMNS), sum);
    }
    sum.intoArray(out.data(), out.at(0) + panel * Tile.COLUMNS + column);
  }
}
