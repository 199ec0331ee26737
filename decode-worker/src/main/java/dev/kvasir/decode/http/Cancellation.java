package dev.kvasir.decode.http;

import dev.kvasir.decode.Generator;
import org.jspecify.annotations.Nullable;

/** Cancels a generation whose client has gone, whichever of the two comes first. Thread-safe. */
final class Cancellation {
  private Generator.@Nullable Handle handle;
  private boolean requested;

  /** Asks for the end of the generation, now or as soon as it has started. */
  void request() {
    Generator.Handle started;
    synchronized (this) {
      requested = true;
      started = handle;
    }
    if (started != null) {
      started.cancel();
    }
  }

  synchronized boolean requested() {
    return requested;
  }

  /** The generation has started. */
  void bind(Generator.Handle started) {
    boolean late;
    synchronized (this) {
      handle = started;
      late = requested;
    }
    if (late) {
      started.cancel();
    }
  }
}
