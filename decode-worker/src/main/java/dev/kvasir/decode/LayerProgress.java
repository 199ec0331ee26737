package dev.kvasir.decode;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** How many layers of a block can be read by now. One thread at a time writes, any may wait. */
final class LayerProgress {
  private final List<CompletableFuture<Void>> layers;
  private volatile int ready;

  /** None of so many. */
  LayerProgress(int layers) {
    this.layers = Stream.generate(CompletableFuture<Void>::new).limit(layers).toList();
  }

  /** The first layers that can be read, their number. */
  int ready() {
    return ready;
  }

  /** Completes when the layer can be read; fails if it never will. */
  CompletableFuture<Void> layer(int index) {
    return layers.get(index);
  }

  /** The first {@code count} layers can be read, by every thread that has been told. */
  void reached(int count) {
    int before = ready;
    ready = count;
    layers.subList(before, count).forEach(layer -> layer.complete(null));
  }

  /** No further layers come. */
  void broke(Throwable cause) {
    layers.subList(ready, layers.size()).forEach(layer -> layer.completeExceptionally(cause));
  }
}
