package dev.kvasir.decode;

import dev.kvasir.engine.Sequence.Placed;
import dev.kvasir.engine.kv.SharedSegment;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The blocks of one prompt while some are still being installed. Owns a share in each segment, so
 * that memory stays until it is closed.
 *
 * @param placed in prompt order
 * @param progress of each
 * @param held what it releases
 */
record EarlyBlocks(List<Placed> placed, List<LayerProgress> progress, List<SharedSegment> held)
    implements AutoCloseable {

  /** Adds a block behind the others; false if its memory is gone already. */
  boolean add(ArrivingBlock block, int start, int tokens) {
    if (!block.shared().retain()) {
      return false;
    }
    held.add(block.shared());
    placed.add(new Placed(block.shared().segment(), start, tokens));
    progress.add(block.progress());
    return true;
  }

  /** Completes when the layer of every block can be read; fails if one never will. */
  CompletableFuture<Void> layer(int index) {
    return CompletableFuture.allOf(
        progress.stream().map(block -> block.layer(index)).toArray(CompletableFuture[]::new));
  }

  /** The first layers of every block that can be read, their number; at most {@code layers}. */
  int ready(int layers) {
    return progress.stream().mapToInt(LayerProgress::ready).reduce(layers, Math::min);
  }

  /** Whether these are the segments that the prompt came to consist of. */
  boolean became(ResolvedBlocks whole) {
    return placed.equals(whole.placed());
  }

  @Override
  public void close() {
    held.forEach(SharedSegment::release);
  }
}
