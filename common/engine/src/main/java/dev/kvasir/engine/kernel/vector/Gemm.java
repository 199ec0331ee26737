package dev.kvasir.engine.kernel.vector;

import dev.kvasir.engine.kernel.FloatPanels;
import dev.kvasir.engine.kernel.HalfPanels;
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
  /** Two panels and the rows of a tile fit the first cache with it. */
  private static final int MAX_TERMS = Lanes.WIDE ? 192 : 384;

  private static final int PANEL_ROOM = (MAX_TERMS + Q4Panels.GROUP) * Tile.COLUMNS;
  private static final int TILE_ROWS = Tiles.rows(Tiles.PANELS_AT_ONCE);
  private static final int TILES_IN_BLOCK = 256 / TILE_ROWS;
  private static final int PARTS_PER_THREAD = 4;
  private static final int ROWS_TO_SPLIT = 96;

  private final WorkerPool pool;
  private final float[][] wide;
  private float[] packed = new float[0];

  Gemm(WorkerPool pool) {
    this.pool = pool;
    this.wide = new float[pool.threads()][Tiles.PANELS_AT_ONCE * PANEL_ROOM];
  }

  void multiply(PackedMatrix w, Rows x, Rows out) {
    int panels = w.panelCount();
    if (x.rows() == 1) {
      int parts = Math.min(panels, pool.threads() * PARTS_PER_THREAD);
      pool.run(parts, (part, worker) -> Gemv.multiply(w, x, out, Share.of(panels, part, parts)));
      return;
    }
    pack(x);
    if (x.rows() <= FewRows.ROWS && !(w instanceof FloatPanels)) {
      int parts = Math.min(panels, pool.threads() * PARTS_PER_THREAD);
      pool.run(parts, (part, worker) -> few(w, out, Share.of(panels, part, parts)));
      return;
    }
    Share tiles = new Share(0, (x.rows() + TILE_ROWS - 1) / TILE_ROWS);
    if (x.rows() < ROWS_TO_SPLIT) {
      split(w, out, tiles, 1, pool.threads() * PARTS_PER_THREAD);
    } else {
      int blocks = (tiles.count() + TILES_IN_BLOCK - 1) / TILES_IN_BLOCK;
      split(w, out, tiles, blocks, Math.max(1, pool.threads() * PARTS_PER_THREAD / blocks));
    }
  }

  private void few(PackedMatrix w, Rows out, Share panels) {
    if (w instanceof Q4Panels q4) {
      FewRows.q4(q4, packed, out, panels);
    } else if (w instanceof Q8Panels q8) {
      FewRows.q8(q8, packed, out, panels);
    } else if (w instanceof HalfPanels half) {
      FewRows.half(half, packed, out, panels);
    }
  }

  /** The rows as panels of 16 rows; what lies past the last row is computed and never read. */
  private void pack(Rows x) {
    int panels = (x.rows() + Tile.COLUMNS - 1) / Tile.COLUMNS;
    int panelSize = Tile.COLUMNS * x.width();
    if (packed.length < panels * panelSize) {
      packed = new float[panels * panelSize];
    }
    float[] target = packed;
    pool.run(
        panels,
        (panel, worker) -> {
          int first = panel * Tile.COLUMNS;
          int rows = Math.min(Tile.COLUMNS, x.rows() - first);
          Panels.transpose(
              x.data(), x.at(first), x.stride(), rows, x.width(), target, panel * panelSize);
        });
  }

  /** Row blocks as large as the cache allows by runs of panels, enough of both for all threads. */
  private void split(PackedMatrix w, Rows out, Share tiles, int blocks, int most) {
    int groups = (w.panelCount() + Tiles.PANELS_AT_ONCE - 1) / Tiles.PANELS_AT_ONCE;
    int runs = Math.min(groups, most);
    pool.run(
        blocks * runs,
        (part, worker) -> {
          Share run = Share.of(groups, part % runs, runs);
          Share panels =
              new Share(
                  run.from() * Tiles.PANELS_AT_ONCE,
                  Math.min(w.panelCount(), run.to() * Tiles.PANELS_AT_ONCE));
          block(w, out, tiles.part(part / runs, blocks), panels, wide[worker]);
        });
  }

  private void block(PackedMatrix w, Rows out, Share tiles, Share panels, float[] scratch) {
    int step = w instanceof FloatPanels ? 1 : Q4Panels.GROUP;
    int chunks = (w.inputs() + MAX_TERMS - 1) / MAX_TERMS;
    for (int chunk = 0; chunk < chunks; chunk++) {
      Share part = Share.of(w.inputs() / step, chunk, chunks);
      Share terms = new Share(part.from() * step, part.to() * step);
      for (int panel = panels.from(); panel < panels.to(); panel += Tiles.PANELS_AT_ONCE) {
        int count = Math.min(Tiles.PANELS_AT_ONCE, panels.to() - panel);
        Strip strip = strip(w, panel, count, part, terms, scratch);
        column(strip, w.inputs(), out, tiles);
      }
    }
  }

  /**
   * One chunk of neighbouring panels as floats.
   *
   * @param at index of its first element
   * @param stride from a panel to the next
   */
  private record Strip(float[] data, int at, int stride, int panel, int panels, Share terms) {
    boolean continues() {
      return terms.from() > 0;
    }
  }

  private static Strip strip(
      PackedMatrix w, int panel, int count, Share groups, Share terms, float[] scratch) {
    if (w instanceof FloatPanels floats) {
      int stride = w.inputs() * Tile.COLUMNS;
      return new Strip(
          floats.panels(), floats.at(panel, terms.from()), stride, panel, count, terms);
    }
    for (int i = 0; i < count; i++) {
      if (w instanceof Q4Panels q4) {
        Widen.q4(q4, panel + i, groups, scratch, i * PANEL_ROOM);
      } else if (w instanceof Q8Panels q8) {
        Widen.q8(q8, panel + i, groups, scratch, i * PANEL_ROOM);
      } else if (w instanceof HalfPanels half) {
        Widen.half(half, panel + i, groups, scratch, i * PANEL_ROOM);
      }
    }
    return new Strip(scratch, 0, PANEL_ROOM, panel, count, terms);
  }

  /**
   * One strip under a run of row tiles; the tiles of a pair and of an odd panel are equally high.
   */
  private void column(Strip b, int inputs, Rows out, Share tiles) {
    for (int tile = tiles.from(); tile < tiles.to(); tile++) {
      int row = tile * TILE_ROWS;
      int panel = row / Tile.COLUMNS * inputs;
      Tiles.multiply(
          b.panels(),
          packed,
          (panel + b.terms().from()) * Tile.COLUMNS + row % Tile.COLUMNS,
          b.data(),
          b.at(),
          b.stride(),
          b.terms().count(),
          out.data(),
          out.at(row) + b.panel() * Tile.COLUMNS,
          out.stride(),
          Tile.COLUMNS,
          b.continues());
    }
  }
}
