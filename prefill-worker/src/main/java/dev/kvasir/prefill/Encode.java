package dev.kvasir.prefill;

import dev.kvasir.block.EncodedBlock;
import dev.kvasir.engine.AheadEncoder.Outcome;
import io.opentelemetry.context.Context;
import java.util.concurrent.CompletableFuture;

/**
 * The one encode of a block that everybody shares who asks for it. Thread-safe.
 *
 * @param bytes completes when they exist; must not be cancelled
 * @param outcome completes when the block is stored or will not be
 * @param urgency completes once somebody waits for the bytes
 * @param trace of the one who asked first
 */
record Encode(
    CompletableFuture<EncodedBlock> bytes,
    CompletableFuture<Outcome> outcome,
    CompletableFuture<Void> urgency,
    Context trace) {

  /** An encode in the trace that is current. */
  static Encode begin(boolean urgent) {
    Encode encode =
        new Encode(
            new CompletableFuture<>(),
            new CompletableFuture<>(),
            new CompletableFuture<>(),
            Context.current());
    if (urgent) {
      encode.hurry();
    }
    return encode;
  }

  void hurry() {
    urgency.complete(null);
  }

  boolean isUrgent() {
    return urgency.isDone();
  }

  void found(EncodedBlock block) {
    outcome.complete(Outcome.FOUND);
    bytes.complete(block);
  }

  void fail(Throwable cause) {
    outcome.completeExceptionally(cause);
    bytes.completeExceptionally(cause);
  }
}
