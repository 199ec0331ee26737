package dev.kvasir.engine.kernel.vector;

import dev.kvasir.engine.kernel.AttentionCall;
import dev.kvasir.engine.kernel.AttentionCall.Span;
import dev.kvasir.engine.kernel.RopeTable;
import dev.kvasir.engine.kernel.Rows;
import dev.kvasir.engine.kv.CpuSegment;
import java.util.Arrays;

/**
 * One tile of query rows against all their spans; one thread's scratch. Rows lie in the lanes: a
 * panel is 16 rows, and queries (headDim, 16), scores (key, 16) and outputs (headDim, 16) are all
 * column-wise, so maxima, sums and rescaling are lane by lane, never across, and the keys and
 * values are the broadcast side of the products, read in the order they are stored in.
 */
final class AttentionTile {
  private static final int KEYS = 192;
  private static final int LANES = Tile.COLUMNS;
  private static final int SCORES = KEYS * LANES;

  private final int headDim;
  private final float[] rows;
  private final float[] keyPanels;
  private final float[] valuePanels;
  private final float[] queries;
  private final float[] rotated;
  private final Softmax softmax;
  private final float[] scores = new float[Tiles.PANELS_AT_ONCE * SCORES];
  private final float[] outputs;

  AttentionTile(int headDim, int maxRows) {
    this.headDim = headDim;
    int panels = (maxRows + LANES - 1) / LANES;
    rows = new float[KEYS * headDim];
    keyPanels = new float[KEYS * headDim];
    valuePanels = new float[KEYS * headDim];
    queries = new float[panels * headDim * LANES];
    rotated = new float[panels * headDim * LANES];
    outputs = new float[panels * headDim * LANES];
    softmax = new Softmax(panels * LANES);
  }

  void run(AttentionCall call, FlashAttention.Tile tile) {
    int group = call.heads() / tile.query().spans().getLast().segment().geometry().kvHeads();
    int rows = (tile.to() - tile.from()) * group;
    int panels = (rows + LANES - 1) / LANES;
    loadQueries(call, tile, group, rows);
    softmax.reset(panels * LANES);
    Arrays.fill(outputs, 0, panels * headDim * LANES, 0f);
    for (Span span : tile.query().spans()) {
      QueryRotation.by(call.rope(), span.start(), queries, rotated, panels);
      attend(call, tile, span, group, panels, rows <= Lanes.COUNT);
    }
    storeOutputs(call, tile, group, rows);
  }

  /** Queries rotated by their position and scaled by 1/√headDim, transposed into panels. */
  private void loadQueries(AttentionCall call, FlashAttention.Tile tile, int group, int rows) {
    Arrays.fill(queries, 0, (rows + LANES - 1) / LANES * headDim * LANES, 0f);
    float[] head = new float[headDim];
    float scale = (float) (1 / Math.sqrt(headDim));
    Rows source = call.queries();
    RopeTable rope = call.rope();
    for (int row = 0; row < rows; row++) {
      int token = tile.from() + row / group;
      int at =
          source.at(tile.query().firstRow() + token)
              + (tile.kvHead() * group + row % group) * headDim;
      rope.rotate(source.data(), at, tile.query().firstPosition() + token, head, 0);
      int to = row / LANES * headDim * LANES + row % LANES;
      for (int i = 0; i < headDim; i++) {
        queries[to + i * LANES] = head[i] * scale;
      }
    }
  }

  private void attend(
      AttentionCall call,
      FlashAttention.Tile tile,
      Span span,
      int group,
      int panels,
      boolean narrow) {
    int firstLimit = span.tokens();
    int visible = span.tokens();
    if (span.causal()) {
      firstLimit = tile.query().firstPosition() + tile.from() - span.start() + 1;
      visible = Math.min(visible, firstLimit + tile.to() - tile.from() - 1);
    }
    for (int first = 0; first < visible; first += KEYS) {
      int count = Math.min(KEYS, visible - first);
      load(span.segment(), call.layer(), tile.kvHead(), first, count);
      boolean masked = first + count > firstLimit;
      for (int panel = 0; panel < panels; panel += Tiles.PANELS_AT_ONCE) {
        int many = Math.min(Tiles.PANELS_AT_ONCE, panels - panel);
        score(panel, many, count, narrow);
        for (int i = 0; i < many; i++) {
          if (masked) {
            Mask.causal(scores, i * SCORES, count, firstLimit - first, (panel + i) * LANES, group);
          }
          int lanes = narrow ? Lanes.COUNT : LANES;
          softmax.update(scores, i * SCORES, count, lanes, outputs, panel + i, headDim);
        }
        weigh(panel, many, count, narrow);
      }
    }
  }

  /** Widens a block of keys and values into panels of 16 keys and of 16 value columns. */
  private void load(CpuSegment segment, int layer, int kvHead, int first, int count) {
    long at = segment.row(layer, kvHead, first);
    WidenedRows.keys(segment, at, count, rows);
    Panels.transpose(rows, 0, headDim, count, headDim, keyPanels, 0);
    WidenedRows.values(segment, at, count, rows);
    for (int panel = 0; panel < headDim / LANES; panel++) {
      int to = panel * SCORES;
      for (int key = 0; key < count; key++) {
        int from = key * headDim + panel * LANES;
        for (int lane = 0; lane < LANES; lane += Lanes.COUNT) {
          Lanes.load(rows, from + lane).intoArray(valuePanels, to + key * LANES + lane);
        }
      }
    }
  }

  /** scores[key][row] = key · query. Keys past the count are computed from old data, never read. */
  private void score(int panel, int many, int count, boolean narrow) {
    int size = headDim * LANES;
    int query = panel * size;
    int step = Tiles.rows(many, narrow);
    for (int key = 0; key < count; key += step) {
      int from = key / LANES * size + key % LANES;
      int to = key * LANES;
      Tiles.multiply(
          many, narrow, keyPanels, from, rotated, query, size, headDim, scores, to, LANES, SCORES,
          false);
    }
  }

  /** outputs[i][row] += Σ_key value[key][i] · weight[key][row]. */
  private void weigh(int panel, int many, int count, boolean narrow) {
    int size = headDim * LANES;
    int step = Tiles.rows(many, narrow);
    for (int i = 0; i < headDim; i += step) {
      int value = i / LANES * SCORES + i % LANES;
      int to = panel * size + i * LANES;
      Tiles.multiply(
          many,
          narrow,
          valuePanels,
          value,
          scores,
          0,
          SCORES,
          count,
          outputs,
          to,
          LANES,
          size,
          true);
    }
  }

  private void storeOutputs(AttentionCall call, FlashAttention.Tile tile, int group, int rows) {
    Rows out = call.out();
    for (int row = 0; row < rows; row++) {
      float sum = softmax.sum(row);
      int token = tile.from() + row / group;
      int to =
          out.at(tile.query().firstRow() + token) + (tile.kvHead() * group + row % group) * headDim;
      int from = row / LANES * headDim * LANES + row % LANES;
      for (int i = 0; i < headDim; i++) {
        out.data()[to + i] = outputs[from + i * LANES] / sum;
      }
    }
  }
}
