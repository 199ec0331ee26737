package dev.kvasir.decode;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The blocks of one prompt on their way. Whoever has one has to close what {@link #whole()} gives,
 * also if he no longer wants it by then.
 */
final class Resolution {
  private final CompletableFuture<ResolvedBlocks> whole;
  private final CompletableFuture<?> begun;
  private final Supplier<Optional<EarlyBlocks>> early;
  private final long since = System.nanoTime();
  private volatile long wholeNanos;

  /**
   * Watches blocks arrive.
   *
   * @param whole completes when all blocks are whole and placed
   * @param begun completes when each block is whole or can be read in parts
   * @param early the blocks as they are then
   */
  Resolution(
      CompletableFuture<ResolvedBlocks> whole,
      CompletableFuture<?> begun,
      Supplier<Optional<EarlyBlocks>> early) {
    this.begun = begun;
    this.early = early;
    this.whole = whole.whenComplete((_, _) -> wholeNanos = System.nanoTime());
  }

  /** Of a prompt that needs no blocks. */
  static Resolution of(ResolvedBlocks nothing) {
    CompletableFuture<ResolvedBlocks> whole = CompletableFuture.completedFuture(nothing);
    return new Resolution(whole, whole, Optional::empty);
  }

  CompletableFuture<ResolvedBlocks> whole() {
    return whole;
  }

  CompletableFuture<?> begun() {
    return begun;
  }

  /**
   * The blocks, to be read as far as they are there; the caller closes them. Once all have begun;
   * empty if that is over already.
   */
  Optional<EarlyBlocks> early() {
    return early.get();
  }

  /** How long it took until all blocks were whole; after that. */
  Duration elapsed() {
    return Duration.ofNanos(wholeNanos - since);
  }
}
