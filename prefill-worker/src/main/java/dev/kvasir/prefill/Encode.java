package dev.kvasir.prefill;

import dev.kvasir.block.EncodedBlock;
import dev.kvasir.engine.AheadEncoder.Outcome;
import io.opentelemetry.context.Context;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The one encode of a block that everybody shares who asks for it. Thread-safe.
 *
 * @param bytes completes when they exist; must not be cancelled
 * @param outcome completes when the block is stored or will not be
 * @param urgent whether somebody waits for the bytes; once true, always true
 * @param trace of the one who asked first
 */
record Encode(
    CompletableFuture<EncodedBlock> bytes,
    CompletableFuture<Outcome> outcome,
    AtomicBoolean urgent,
    Context trace) {

  /** An encode in the trace that is current. */
  static Encode begin(boolean urgent) {
    return new Encode(
        new CompletableFuture<>(),
        new CompletableFuture<>(),
        new AtomicBoolean(urgent),
        Context.current());
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
