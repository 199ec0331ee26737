package dev.kvasir.engine.kernel.vector;

import dev.kvasir.engine.kernel.AttentionCall;
import dev.kvasir.engine.kernel.AttentionCall.Query;
import dev.kvasir.engine.kernel.AttentionCall.Span;
import dev.kvasir.engine.kernel.Rows;
import java.util.Arrays;

/**
 * One tile of query rows against all their spans; one thread's scratch. Rows lie in the lanes: a
 * panel is 16 rows, and queries (headDim, 16), scores (key, 16) and outputs (headDim, 16) are all
 * column-wise, so maxima, sums and rescaling are lane by lane, never across, and the keys and
 * values are the broadcast side of the products, read in the order they are stored in.
 */
final class AttentionTile {
  private static final int LANES = Tile.COLUMNS;

  private final int headDim;
  private final KeyBlock block;
  private final float[] queries;
  private final float[] rotated;
  private final Softmax softmax;
  private final float[] scores = new float[Tiles.PANELS_AT_ONCE * KeyBlock.STRIDE];
  private final float[] weighed;
  private final float[] outputs;

  AttentionTile(int headDim, int maxRows, KeyBlock block) {
    this.headDim = headDim;
    this.block = block;
    int panels = (maxRows + LANES - 1) / LANES;
    queries = new float[panels * headDim * LANES];
    rotated = new float[panels * headDim * LANES];
    weighed = new float[Tiles.PANELS_AT_ONCE * headDim * LANES];
    outputs = new float[panels * headDim * LANES];
    softmax = new Softmax(panels * LANES);
  }

  void run(AttentionCall call, FlashAttention.Tile tile) {
    int panels = (tile.rows(call) + LANES - 1) / LANES;
    QueryRows.load(call, tile, queries);
    softmax.reset(panels * LANES);
    Arrays.fill(outputs, 0, panels * headDim * LANES, 0f);
    Query query = tile.query();
    for (int i = 0; i < query.spans().size(); i++) {
      Span span = query.spans().get(i);
      QueryRotation.by(call.rope(), span.start(), queries, rotated, panels);
      Lanes.scale(rotated, panels * headDim * LANES, query.sharpening().factor(i));
      attend(call, tile, span, panels);
      if (i + 1 == query.sharpening().segments()) {
        softmax.sharpen(query.sharpening(), outputs, panels, headDim);
      }
    }
    storeOutputs(call, tile);
  }

  private void attend(AttentionCall call, FlashAttention.Tile tile, Span span, int panels) {
    int firstLimit = tile.query().visible(span, tile.from());
    int visible = tile.query().visible(span, tile.to() - 1);
    for (int first = 0; first < visible; first += KeyBlock.KEYS) {
      int count = Math.min(KeyBlock.KEYS, visible - first);
      block.load(span.segment(), call.layer(), tile.kvHead(), first, count);
      boolean masked = first + count > firstLimit;
      for (int panel = 0; panel < panels; panel += Tiles.PANELS_AT_ONCE) {
        int many = Math.min(Tiles.PANELS_AT_ONCE, panels - panel);
        score(panel, many, count);
        for (int i = 0; i < many; i++) {
          int at = i * KeyBlock.STRIDE;
          if (masked) {
            Mask.causal(
                scores,
                at,
                count,
                tile,
                span.start() + first,
                (panel + i) * LANES,
                tile.group(call));
          }
          softmax.weigh(scores, at, count, panel + i);
        }
        weigh(many, count);
        for (int i = 0; i < many; i++) {
          softmax.merge(weighed, i * headDim * LANES, outputs, panel + i, headDim);
        }
      }
    }
  }

  /** scores[key][row] = key · query. Keys past the count are computed from old data, never read. */
  private void score(int panel, int many, int count) {
    int size = headDim * LANES;
    int query = panel * size;
    int step = Tiles.rows(many);
    for (int key = 0; key < count; key += step) {
      int from = key / LANES * size + key % LANES;
      int to = key * LANES;
      Tiles.multiply(
          many,
          block.keys(),
          from,
          rotated,
          query,
          size,
          headDim,
          scores,
          to,
          LANES,
          KeyBlock.STRIDE,
          false);
    }
  }

  /** weighed[i][row] = Σ_key value[key][i] · weight[key][row]. */
  private void weigh(int many, int count) {
    int size = headDim * LANES;
    int step = Tiles.rows(many);
    for (int i = 0; i < headDim; i += step) {
      int value = i / LANES * KeyBlock.STRIDE + i % LANES;
      Tiles.multiply(
          many,
          block.values(),
          value,
          scores,
          0,
          KeyBlock.STRIDE,
          count,
          weighed,
          i * LANES,
          LANES,
          size,
          false);
    }
  }

  private void storeOutputs(AttentionCall call, FlashAttention.Tile tile) {
    Rows out = call.out();
    int group = tile.group(call);
    for (int row = 0; row < tile.rows(call); row++) {
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
