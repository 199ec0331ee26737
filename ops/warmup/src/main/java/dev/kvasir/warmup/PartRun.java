package dev.kvasir.warmup;

import dev.kvasir.engine.AheadEncoder;
import dev.kvasir.engine.OverloadedException;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.store.StoreException;
import dev.kvasir.warmup.BlockReader.Read;
import dev.kvasir.warmup.job.ItemProblem;
import dev.kvasir.warmup.job.Progress.Counts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Encodes the blocks of one part of a manifest, a bounded number at once. For one use. */
final class PartRun {
  private final AheadEncoder encoder;
  private final PassageLayout layout;
  private final Pace pace;
  private final BooleanSupplier stopped;
  private final Semaphore places;
  private final List<ItemProblem> problems = new ArrayList<>();
  private Counts counts = Counts.NONE;
  private long reportedNanos = System.nanoTime();

  PartRun(AheadEncoder encoder, PassageLayout layout, Pace pace, BooleanSupplier stopped) {
    this.encoder = encoder;
    this.layout = layout;
    this.pace = pace;
    this.stopped = stopped;
    places = new Semaphore(pace.inFlight());
  }

  /** What became of the part's blocks so far. */
  synchronized Counts counts() {
    return counts;
  }

  synchronized List<ItemProblem> problems() {
    return List.copyOf(problems);
  }

  /** Takes note of blocks that need no encoding. */
  synchronized void add(Counts more) {
    counts = counts.and(more);
  }

  private synchronized void fail(Read.Block read, Throwable failure) {
    counts = counts.and(Counts.FAILED);
    problems.add(new ItemProblem(read.where(), String.valueOf(failure.getMessage())));
  }

  /**
   * Encodes these blocks, by the key of what was read. Returns when every one is dealt with, or
   * when it is stopped and all that had begun is.
   *
   * @param report is called every now and then meanwhile
   */
  void encode(Map<Read.Block, CacheableBlock> blocks, Runnable report) throws InterruptedException {
    for (Map.Entry<Read.Block, CacheableBlock> entry : blocks.entrySet()) {
      acquire(1, report);
      if (stopped.getAsBoolean()) {
        places.release();
        break;
      }
      attempt(entry.getKey(), entry.getValue(), 1);
    }
    acquire(pace.inFlight(), report);
  }

  private void acquire(int permits, Runnable report) throws InterruptedException {
    boolean acquired = false;
    while (!acquired) {
      acquired = places.tryAcquire(permits, pace.report().toMillis(), TimeUnit.MILLISECONDS);
      long now = System.nanoTime();
      if (now - reportedNanos >= pace.report().toNanos()) {
        reportedNanos = now;
        report.run();
      }
    }
  }

  private void attempt(Read.Block read, CacheableBlock block, int number) {
    var _ =
        start(block)
            .whenComplete((outcome, failure) -> {
              if (failure != null) {
                again(read, block, number, cause(failure));
              } else if (outcome == AheadEncoder.Outcome.NOT_STORED) {
                again(read, block, number, new StoreException("the block was not stored"));
              } else {
                add(of(outcome, block));
                places.release();
              }
            });
  }

  private CompletableFuture<AheadEncoder.Outcome> start(CacheableBlock block) {
    try {
      return encoder.encodeAhead(block);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void again(Read.Block read, CacheableBlock block, int number, Throwable failure) {
    boolean busy = failure instanceof OverloadedException;
    if (stopped.getAsBoolean()) {
      places.release();
    } else if (busy || number < pace.attempts()) {
      Duration pause = busy ? pace.firstPause() : pace.pause(number);
      CompletableFuture.delayedExecutor(
              pause.toMillis(), TimeUnit.MILLISECONDS, Thread::startVirtualThread)
          .execute(() -> attempt(read, block, busy ? number : number + 1));
    } else {
      fail(read, failure);
      places.release();
    }
  }

  private Counts of(AheadEncoder.Outcome outcome, CacheableBlock block) {
    int tokens = block.tokens().size();
    return switch (outcome) {
      case ENCODED -> Counts.encoded(tokens, layout.bytes(tokens));
      case FOUND -> Counts.FOUND;
      case REFUSED -> Counts.REFUSED;
      case NOT_STORED -> throw new IllegalArgumentException("it is tried again");
    };
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
