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
  private final @Nullable Scratch[] scratch;
  private @Nullable TokenAttention tokens;

  FlashAttention(WorkerPool pool) {
    this.pool = pool;
    this.scratch = new Scratch[pool.threads()];
  }

  /** Query rows of one KV head: tokens {@code from} to {@code to} of a sequence. */
  record Tile(Query query, int kvHead, int from, int to) {
    /** Query heads that share the KV head. */
    int group(AttentionCall call) {
      return call.heads() / query.spans().getLast().segment().geometry().kvHeads();
    }

    int rows(AttentionCall call) {
      return (to - from) * group(call);
    }
  }

  /** What a thread computes in. */
  private record Scratch(AttentionTile tile, TokenBlock block) {
    static Scratch of(int headDim) {
      KeyBlock keys = new KeyBlock(headDim);
      return new Scratch(
          new AttentionTile(headDim, ROWS_PER_TILE, keys), new TokenBlock(headDim, keys));
    }
  }

  void run(AttentionCall call) {
    TokenAttention single = tokens(call);
    List<Tile> tiles = tiles(call);
    List<TokenAttention.Part> parts = single.parts(call);
    pool.run(
        tiles.size() + parts.size(),
        (part, worker) -> {
          Scratch mine = scratch(worker, call);
          if (part < tiles.size()) {
            mine.tile().run(call, tiles.get(part));
          } else {
            single.run(call, parts.get(part - tiles.size()), mine.block());
          }
        });
    single.merge(call);
  }

  /** Last tokens first: with a causal span they are the longest work. */
  private static List<Tile> tiles(AttentionCall call) {
    List<Tile> tiles = new ArrayList<>();
    for (Query query : call.sequences()) {
      if (TokenAttention.takes(call, query)) {
        continue;
      }
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

  private TokenAttention tokens(AttentionCall call) {
    TokenAttention known = tokens;
    if (known == null) {
      known = new TokenAttention(2 * call.rope().half());
      tokens = known;
    }
    return known;
  }

  private Scratch scratch(int worker, AttentionCall call) {
    Scratch mine = scratch[worker];
    if (mine == null) {
      mine = Scratch.of(2 * call.rope().half());
      scratch[worker] = mine;
    }
    return mine;
  }
}
