package dev.kvasir.prefill;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * How long an encoder waits for an answer of the grid: where somebody waits for the bytes no longer
 * than a first token may, otherwise rather than encode what another worker has encoded.
 *
 * @param urgent for an encode that somebody waits for, from when that begins
 * @param ahead for any other
 */
record Patience(Duration urgent, Duration ahead) {
  Patience(PrefillOptions options) {
    this(options.lookupDeadline(), options.foreignEncodePatience());
  }

  /** The answer, or a {@link java.util.concurrent.TimeoutException} when it comes too late. */
  <T> CompletableFuture<T> limit(CompletableFuture<T> answer, Encode encode) {
    CompletableFuture<T> limited = answer.copy().orTimeout(ahead.toNanos(), TimeUnit.NANOSECONDS);
    var _ =
        encode.urgency().thenRun(() -> limited.orTimeout(urgent.toNanos(), TimeUnit.NANOSECONDS));
    return limited;
  }
}
