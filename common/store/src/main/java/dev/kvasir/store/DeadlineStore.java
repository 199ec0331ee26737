package dev.kvasir.store;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store that always answers: no call but {@link #list}, {@link #scan} and {@link #stats} blocks,
 * and every future completes within the deadline, with a {@link StoreException} (cause {@link
 * TimeoutException} where time ran out) if the store behind it throws, hangs or leaves a key out.
 * Borrows that store. Thread-safe.
 */
public final class DeadlineStore extends ForwardingStore {
  private final Duration deadline;

  public DeadlineStore(BlockStore store, Duration deadline) {
    super(store);
    this.deadline = deadline;
  }

  @Override
  public CompletableFuture<Long> generation() {
    return bounded("generation", behind()::generation);
  }

  @Override
  public CompletableFuture<PutOutcome> put(EncodedBlock block, BlockInfo info) {
    return bounded("put", () -> behind().put(block, info));
  }

  @Override
  public Map<BlockKey, CompletableFuture<Optional<ReadBlock>>> read(Collection<BlockKey> keys) {
    return bounded("read", keys, behind()::read);
  }

  /** Records may come after the deadline, until the sink wants no more. */
  @Override
  public Map<BlockKey, CompletableFuture<Optional<StoredBlock>>> pull(
      Collection<BlockKey> keys, RecordSink sink) {
    return bounded("pull", keys, wanted -> behind().pull(wanted, sink));
  }

  private <T> Map<BlockKey, CompletableFuture<T>> bounded(
      String what,
      Collection<BlockKey> keys,
      Function<Collection<BlockKey>, Map<BlockKey, CompletableFuture<T>>> call) {
    Map<BlockKey, CompletableFuture<T>> raw = new LinkedHashMap<>();
    Map<BlockKey, CompletableFuture<T>> answers = new HashMap<>();
    for (BlockKey key : keys) {
      CompletableFuture<T> answer = raw.computeIfAbsent(key, _ -> new CompletableFuture<>());
      answers.computeIfAbsent(key, _ -> withDeadline(what, answer));
    }
    Thread.startVirtualThread(() -> start(call, raw));
    return answers;
  }

  private static <T> void start(
      Function<Collection<BlockKey>, Map<BlockKey, CompletableFuture<T>>> call,
      Map<BlockKey, CompletableFuture<T>> answers) {
    try {
      Map<BlockKey, CompletableFuture<T>> started = call.apply(answers.keySet());
      answers.forEach((key, answer) -> forward(started.get(key), answer));
    } catch (RuntimeException e) {
      answers.values().forEach(answer -> answer.completeExceptionally(e));
    }
  }

  private static <T> void forward(@Nullable CompletableFuture<T> from, CompletableFuture<T> to) {
    if (from == null) {
      to.completeExceptionally(new StoreException("the store left a key out of its answer"));
      return;
    }
    var _ =
        from.whenComplete((value, failure) -> {
          if (failure == null) {
            to.complete(value);
          } else {
            to.completeExceptionally(failure);
          }
        });
  }

  @Override
  public CompletableFuture<Map<BlockKey, StoredBlock>> describe(Collection<BlockKey> keys) {
    return bounded("describe", () -> behind().describe(keys));
  }

  @Override
  public CompletableFuture<Boolean> replace(BlockKey key, BlockInfo expected, BlockInfo next) {
    return bounded("replace", () -> behind().replace(key, expected, next));
  }

  @Override
  public CompletableFuture<Boolean> remove(BlockKey key) {
    return bounded("remove", () -> behind().remove(key));
  }

  @Override
  public CompletableFuture<Boolean> quarantine(BlockKey key) {
    return bounded("quarantine", () -> behind().quarantine(key));
  }

  private <T> CompletableFuture<T> bounded(String what, Supplier<CompletableFuture<T>> call) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try {
        forward(call.get(), answer);
      } catch (RuntimeException e) {
        answer.completeExceptionally(e);
      }
    });
    return withDeadline(what, answer);
  }

  private <T> CompletableFuture<T> withDeadline(String what, CompletableFuture<T> answer) {
    return answer
        .orTimeout(deadline.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionallyCompose(failure -> CompletableFuture.failedFuture(named(what, failure)));
  }

  private StoreException named(String what, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return switch (cause) {
      case StoreException known -> known;
      case TimeoutException late ->
          new StoreException(
              "store=%s: no answer to %s within %s".formatted(name(), what, deadline), late);
      default -> new StoreException("store=%s: %s failed".formatted(name(), what), cause);
    };
  }
}
