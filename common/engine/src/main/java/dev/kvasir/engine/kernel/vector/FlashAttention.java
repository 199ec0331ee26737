package dev.kvasir.engine.kernel.vector;

import dev.kvasir.engine.kernel.AttentionCall;
import dev.kvasir.engine.kernel.AttentionCall.Query;
import dev.kvasir.engine.kernel.WorkerPool;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Attention in flash style (Dao et al. 2022) over a list of segments: the rows of a tile keep a
 * running maximum, sum and output while blocks of keys pass by. Query heads of one KV head are
 * folded into rows, so its keys are widened once for all of them. Tiles are dealt out to the
 * threads as they get free; a row's result does not depend on its tile.
 */
final class FlashAttention {
  private static final int ROWS_PER_TILE = 96;

  private final WorkerPool pool;
  private final @Nullable AttentionTile[] scratch;

  FlashAttention(WorkerPool pool) {
    this.pool = pool;
    this.scratch = new AttentionTile[pool.threads()];
  }

  /** Query rows of one KV head: tokens {@code from} to {@code to} of a sequence. */
  record Tile(Query query, int kvHead, int from, int to) {}

  void run(AttentionCall call) {
    List<Tile> tiles = tiles(call);
    pool.run(tiles.size(), (part, worker) -> scratch(worker, call).run(call, tiles.get(part)));
  }

  /** Last tokens first: with a causal span they are the longest work. */
  private static List<Tile> tiles(AttentionCall call) {
    List<Tile> tiles = new ArrayList<>();
    for (Query query : call.sequences()) {
      int kvHeads = query.spans().getLast().segment().geometry().kvHeads();
      int tokens = Math.max(1, ROWS_PER_TILE * kvHeads / call.heads());
      for (int to = query.tokens(); to > 0; to -= tokens) {
        for (int kvHead = 0; kvHead < kvHeads; kvHead++) {
          tiles.add(new Tile(query, kvHead, Math.max(0, to - tokens), to));
        }
      }
    }
    return tiles;
  }

  private AttentionTile scratch(int worker, AttentionCall call) {
    AttentionTile tile = scratch[worker];
    if (tile == null) {
      tile = new AttentionTile(2 * call.rope().half(), ROWS_PER_TILE);
      scratch[worker] = tile;
    }
    return tile;
  }
}
