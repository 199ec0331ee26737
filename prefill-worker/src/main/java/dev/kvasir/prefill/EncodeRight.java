package dev.kvasir.prefill;

import dev.kvasir.block.EncodedBlock;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.prefill.lease.EncodeLeases;
import dev.kvasir.prefill.lease.EncodeLeases.Busy;
import dev.kvasir.prefill.lease.EncodeLeases.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether this worker encodes a block: not if the store has it, and not while another
 * worker does. A grid that does not answer in time forbids nothing. Thread-safe.
 */
final class EncodeRight {
  private static final Logger LOG = LoggerFactory.getLogger(EncodeRight.class);

  private final StoreAccess store;
  private final EncodeLeases leases;
  private final Duration foreignEncode;
  private final Patience patience;
  private final PrefillMetrics metrics;

  /** What {@link #toEncode} decides. */
  sealed interface Decision {}

  /** The store has it, with every record checked. */
  record Found(EncodedBlock block) implements Decision {}

  /**
   * This worker encodes it.
   *
   * @param generation the store's, read before the encoding begins; 0, which every tombstone
   *     defeats, where the store did not say
   * @param lease to be released when the block is stored or given up
   */
  record Granted(long generation, Lease lease) implements Decision {}

  EncodeRight(
      StoreAccess store, EncodeLeases leases, PrefillOptions options, PrefillMetrics metrics) {
    this.store = store;
    this.leases = leases;
    foreignEncode = options.foreignEncodePatience();
    patience = new Patience(options);
    this.metrics = metrics;
  }

  /** Blocks, at most for as long as it waits for another worker's encode. */
  Decision toEncode(CacheableBlock block, Encode encode) {
    Instant end = Instant.now().plus(foreignEncode);
    while (true) {
      switch (store.find(block, encode)) {
        case StoreAccess.Found(EncodedBlock stored) -> {
          return new Found(stored);
        }
        case StoreAccess.Unanswered _ -> {
          return new Granted(0, EncodeLeases.FREE);
        }
        case StoreAccess.Absent(long generation) -> {
          EncodeLeases.Answer answer = ask(block, encode);
          if (answer instanceof Lease lease) {
            return lease.isContested()
                ? lookAgain(block, encode, new Granted(generation, lease))
                : new Granted(generation, lease);
          }
          if (answer instanceof Busy busy && !ended(busy, end)) {
            metrics.impatient();
            return new Granted(generation, EncodeLeases.FREE);
          }
        }
      }
    }
  }

  /** Between the look and the lease another worker may have stored the block and gone. */
  private Decision lookAgain(CacheableBlock block, Encode encode, Granted granted) {
    return switch (store.find(block, encode)) {
      case StoreAccess.Found(EncodedBlock stored) -> {
        granted.lease().release();
        yield new Found(stored);
      }
      case StoreAccess.Absent(long now) -> new Granted(now, granted.lease());
      case StoreAccess.Unanswered _ -> granted;
    };
  }

  /** A lease that comes too late goes back, or all others would wait for its end. */
  private EncodeLeases.Answer ask(CacheableBlock block, Encode encode) {
    CompletableFuture<EncodeLeases.Answer> answer = leases.acquire(block.key());
    try {
      return patience.limit(answer, encode).join();
    } catch (CompletionException e) {
      var _ = answer.thenAccept(EncodeRight::giveBack);
      metrics.storeFailed("lease");
      LOG.debug("block={} is encoded without a lease", block.key(), e);
      return EncodeLeases.FREE;
    }
  }

  private static void giveBack(EncodeLeases.Answer answer) {
    if (answer instanceof Lease lease) {
      lease.release();
    }
  }

  private boolean ended(Busy busy, Instant end) {
    Duration left = Duration.between(Instant.now(), end);
    try {
      busy.ended().orTimeout(Math.max(1, left.toMillis()), TimeUnit.MILLISECONDS).join();
      return true;
    } catch (CompletionException e) {
      return false;
    }
  }

  /** Stores what was encoded, unless another worker has taken the block over; never fails. */
  CompletableFuture<Stored> store(EncodeJob job, EncodedBlock bytes) {
    Lease lease = job.right().lease();
    return patience
        .limit(lease.confirm(), job.encode())
        .exceptionally(_ -> true)
        .thenCompose(mine -> {
          if (mine) {
            return store.put(bytes, job.info(Instant.now()));
          }
          metrics.overtaken();
          return CompletableFuture.completedFuture(Stored.NO);
        })
        .whenComplete((_, _) -> lease.release());
  }
}
