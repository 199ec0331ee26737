package dev.kvasir.decode;

import dev.kvasir.engine.kv.SharedSegment;

/**
 * A block that is being installed, for readers that go no further than its progress. What they read
 * counts only if the block's load ends with this very segment. Who reads it retains it meanwhile.
 */
record ArrivingBlock(SharedSegment shared, LayerProgress progress) {

  /** A block that is there already. */
  static ArrivingBlock whole(BlockLease lease) {
    int layers = lease.segment().geometry().layers();
    LayerProgress progress = new LayerProgress(layers);
    progress.reached(layers);
    return new ArrivingBlock(lease.shared(), progress);
  }
}
