package dev.kvasir.engine.kernel.vector;

import dev.kvasir.engine.kernel.AttentionCall;
import dev.kvasir.engine.kernel.AttentionCall.Query;
import dev.kvasir.engine.kernel.AttentionCall.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;

/**
 * Attention of the sequences that add one token, as all do in decoding: its query heads of a KV
 * head are few rows, so keys and columns of values lie in the lanes instead. Split into blocks of
 * keys, so that all threads share even one request ("flash decoding", Dao et al. 2023); merging
 * them in order gives {@link AttentionTile}'s bits.
 */
final class TokenAttention {
  private static final int LANES = Tile.COLUMNS;

  /** A block of keys of one KV head, whose logits have a factor and whose results a slot. */
  record Part(FlashAttention.Tile tile, Span span, float factor, int first, int count, int slot) {}

  /**
   * All blocks of one KV head of a sequence, in slots; those to {@code sharpened} are sharpened.
   */
  private record Whole(FlashAttention.Tile tile, int from, int sharpened, int to) {}

  private final int headDim;
  private final int rowStride;
  private final List<Part> parts = new ArrayList<>();
  private final List<Whole> wholes = new ArrayList<>();
  private float[] results = new float[0];

  TokenAttention(int headDim) {
    this.headDim = headDim;
    this.rowStride = KeyBlock.valuePanels(headDim) * LANES;
  }

  static boolean takes(AttentionCall call, Query query) {
    int kvHeads = query.spans().getLast().segment().geometry().kvHeads();
    return query.tokens() == 1 && call.heads() / kvHeads <= LANES;
  }

  /** All blocks of the sequences it takes; valid until the next call. */
  List<Part> parts(AttentionCall call) {
    parts.clear();
    wholes.clear();
    for (Query query : call.sequences()) {
      if (takes(call, query)) {
        int kvHeads = query.spans().getLast().segment().geometry().kvHeads();
        for (int kvHead = 0; kvHead < kvHeads; kvHead++) {
          split(new FlashAttention.Tile(query, kvHead, 0, 1));
        }
      }
    }
    int room = parts.size() * slotSize();
    if (results.length < room) {
      results = new float[room];
    }
    return parts;
  }

  private void split(FlashAttention.Tile tile) {
    int from = parts.size();
    int sharpened = from;
    Query query = tile.query();
    for (int i = 0; i < query.spans().size(); i++) {
      Span span = query.spans().get(i);
      int visible = query.visible(span, 0);
      for (int first = 0; first < visible; first += KeyBlock.KEYS) {
        int count = Math.min(KeyBlock.KEYS, visible - first);
        float factor = query.sharpening().factor(i);
        parts.add(new Part(tile, span, factor, first, count, parts.size()));
      }
      sharpened = i < query.sharpening().segments() ? parts.size() : sharpened;
    }
    wholes.add(new Whole(tile, from, sharpened, parts.size()));
  }

  /** 16 maxima, 16 sums, 16 rows of outputs. */
  private int slotSize() {
    return LANES * (rowStride + 2);
  }

  void run(AttentionCall call, Part part, TokenBlock scratch) {
    scratch.run(call, part, results, part.slot() * slotSize(), rowStride);
  }

  /** Merges the blocks of each sequence and KV head in their order. */
  void merge(AttentionCall call) {
    if (wholes.isEmpty()) {
      return;
    }
    Softmax softmax = new Softmax(LANES);
    float[] outputs = new float[LANES * rowStride];
    for (Whole whole : wholes) {
      softmax.reset(LANES);
      Arrays.fill(outputs, 0f);
      for (int slot = whole.from(); slot < whole.to(); slot++) {
        merge(slot * slotSize(), whole.tile().group(call), softmax, outputs);
        if (slot + 1 == whole.sharpened()) {
          softmax.sharpen(whole.tile().query().sharpening(), outputs, rowStride);
        }
      }
      store(call, whole.tile(), softmax, outputs);
    }
  }

  private void merge(int slot, int rows, Softmax softmax, float[] outputs) {
    for (int lane = 0; lane < LANES; lane += Lanes.COUNT) {
      softmax.merge(
          lane, Lanes.load(results, slot + lane), Lanes.load(results, slot + LANES + lane));
    }
    int first = slot + 2 * LANES;
    for (int row = 0; row < rows; row++) {
      FloatVector keep = Lanes.all(softmax.kept(row));
      FloatVector add = Lanes.all(softmax.added(row));
      for (int i = row * rowStride; i < (row + 1) * rowStride; i += Lanes.COUNT) {
        FloatVector part = Lanes.load(results, first + i).mul(add);
        Lanes.load(outputs, i).fma(keep, part).intoArray(outputs, i);
      }
    }
  }

  private void store(
      AttentionCall call, FlashAttention.Tile tile, Softmax softmax, float[] outputs) {
    int group = tile.group(call);
    int at = call.out().at(tile.query().firstRow()) + tile.kvHead() * group * headDim;
    for (int row = 0; row < group; row++) {
      float sum = softmax.sum(row);
      for (int i = 0; i < headDim; i++) {
        call.out().data()[at + row * headDim + i] = outputs[row * rowStride + i] / sum;
      }
    }
  }
}
