package dev.kvasir.store;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store that is not asked while it does not answer: after a few calls in a row that failed or
 * took longer than the deadline, every call fails at once, until a trial in the background, which
 * no caller waits for, has succeeded. Borrows the store behind it. Thread-safe.
 */
public final class BreakerStore extends ForwardingStore {
  private static final Logger LOG = LoggerFactory.getLogger(BreakerStore.class);
  private static final int CALLS = 4;
  private static final float BAD_SHARE = 50;

  private final CircuitBreaker breaker;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("kvasir-store-trial").factory());
  private volatile List<BlockKey> lastAsked = List.of();

  /**
   * Watches over the store.
   *
   * @param deadline of every call
   * @param trialEvery how often a store that did not answer is tried
   */
  public BreakerStore(BlockStore store, Duration deadline, Duration trialEvery) {
    super(new DeadlineStore(store, deadline));
    breaker =
        CircuitBreaker.of(
            "store",
            CircuitBreakerConfig.custom()
                .slidingWindowSize(CALLS)
                .minimumNumberOfCalls(CALLS / 2)
                .failureRateThreshold(BAD_SHARE)
                .waitDurationInOpenState(Duration.ofDays(1))
                .build());
    breaker
        .getEventPublisher()
        .onStateTransition(event -> LOG.info("store={} {}", name(), event.getStateTransition()));
    var _ =
        clock.scheduleWithFixedDelay(
            this::tryAgain, trialEvery.toMillis(), trialEvery.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Whether the store is asked. */
  public boolean answers() {
    return breaker.getState() != CircuitBreaker.State.OPEN;
  }

  private void tryAgain() {
    if (answers()) {
      return;
    }
    List<CompletableFuture<Optional<ReadBlock>>> reads =
        List.copyOf(behind().read(lastAsked).values());
    var _ =
        CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new))
            .thenCompose(_ -> behind().contains(lastAsked))
            .thenCompose(_ -> behind().generation())
            .thenRun(breaker::reset);
  }

  @Override
  public CompletableFuture<Long> generation() {
    return guarded(behind()::generation);
  }

  @Override
  public CompletableFuture<PutOutcome> put(EncodedBlock block, BlockInfo info) {
    return guarded(() -> behind().put(block, info));
  }

  @Override
  public Map<BlockKey, CompletableFuture<Optional<ReadBlock>>> read(Collection<BlockKey> keys) {
    return guarded(keys, () -> behind().read(keys));
  }

  @Override
  public Map<BlockKey, CompletableFuture<Optional<StoredBlock>>> pull(
      Collection<BlockKey> keys, RecordSink sink) {
    return guarded(keys, () -> behind().pull(keys, sink));
  }

  private <T> Map<BlockKey, CompletableFuture<T>> guarded(
      Collection<BlockKey> keys, Supplier<Map<BlockKey, CompletableFuture<T>>> call) {
    if (!breaker.tryAcquirePermission()) {
      Map<BlockKey, CompletableFuture<T>> refused = HashMap.newHashMap(keys.size());
      keys.forEach(key -> refused.put(key, CompletableFuture.failedFuture(silent())));
      return refused;
    }
    lastAsked = keys.stream().limit(1).toList();
    long since = breaker.getCurrentTimestamp();
    Map<BlockKey, CompletableFuture<T>> answers = call.get();
    record(CompletableFuture.allOf(answers.values().toArray(CompletableFuture[]::new)), since);
    return answers;
  }

  @Override
  public CompletableFuture<Map<BlockKey, StoredBlock>> describe(Collection<BlockKey> keys) {
    return guarded(() -> behind().describe(keys));
  }

  @Override
  public CompletableFuture<Boolean> replace(BlockKey key, BlockInfo expected, BlockInfo next) {
    return guarded(() -> behind().replace(key, expected, next));
  }

  @Override
  public CompletableFuture<Boolean> remove(BlockKey key) {
    return guarded(() -> behind().remove(key));
  }

  @Override
  public CompletableFuture<Boolean> quarantine(BlockKey key) {
    return guarded(() -> behind().quarantine(key));
  }

  /** Ends the trials; the store behind belongs to whoever opened it. */
  @Override
  public void close() {
    clock.shutdownNow();
  }

  private <T> CompletableFuture<T> guarded(Supplier<CompletableFuture<T>> call) {
    if (!breaker.tryAcquirePermission()) {
      return CompletableFuture.failedFuture(silent());
    }
    long since = breaker.getCurrentTimestamp();
    CompletableFuture<T> answer = call.get();
    record(answer, since);
    return answer;
  }

  private void record(CompletableFuture<?> call, long since) {
    var _ =
        call.whenComplete((_, failure) -> {
          long elapsed = breaker.getCurrentTimestamp() - since;
          if (failure == null) {
            breaker.onSuccess(elapsed, breaker.getTimestampUnit());
          } else {
            breaker.onError(elapsed, breaker.getTimestampUnit(), failure);
          }
        });
  }

  private StoreException silent() {
    return new StoreException(
        "store=%s: has not answered lately and is tried in the background".formatted(name()));
  }
}
