package dev.kvasir.prefill.remote;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.engine.AheadEncoder;
import dev.kvasir.engine.OverloadedException;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.Member;
import io.opentelemetry.context.Context;
import java.net.URI;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a missing block encoded by the prefill worker that owns its key among those that live, then
 * by the next one, and by this process itself if no worker can. Requests of this process for one
 * key share one call, in the trace of the first. Borrows everything. Thread-safe; never blocks.
 */
public final class ClusterEncoder implements AheadEncoder {
  /** Member attribute of a prefill worker: where it listens, as {@code http://host:port}. */
  public static final String WORKER_URL = "kvasir.prefill.url";

  private static final Logger LOG = LoggerFactory.getLogger(ClusterEncoder.class);

  private final Grid grid;
  private final WorkerClient workers;
  private final AheadEncoder local;
  private final Map<BlockKey, CompletableFuture<EncodedBlock>> running = new ConcurrentHashMap<>();

  /**
   * Encodes by the grid's prefill workers.
   *
   * @param local encodes what no worker does
   */
  public ClusterEncoder(Grid grid, WorkerClient workers, AheadEncoder local) {
    this.grid = grid;
    this.workers = workers;
    this.local = local;
  }

  @Override
  public CompletableFuture<EncodedBlock> encode(CacheableBlock block) {
    CompletableFuture<EncodedBlock> fresh = new CompletableFuture<>();
    CompletableFuture<EncodedBlock> known = running.putIfAbsent(block.key(), fresh);
    if (known != null) {
      return known.copy();
    }
    var _ = fresh.whenComplete((_, _) -> running.remove(block.key(), fresh));
    Context trace = Context.current();
    ask(
        block.key(),
        owners(block.key()),
        new Way<>(
            trace.wrapFunction(base -> workers.encode(base, block)),
            trace.wrapSupplier(() -> local.encode(block)),
            _ -> true),
        fresh);
    return fresh.copy();
  }

  /** A worker that has too much to do is not passed over: it owns the block. */
  @Override
  public CompletableFuture<Outcome> encodeAhead(CacheableBlock block) {
    CompletableFuture<Outcome> result = new CompletableFuture<>();
    ask(
        block.key(),
        owners(block.key()),
        new Way<>(
            base -> workers.encodeAhead(base, block),
            () -> local.encodeAhead(block),
            failure -> !(cause(failure) instanceof OverloadedException)),
        result);
    return result;
  }

  /**
   * How a block is encoded.
   *
   * @param passedOn whether the next worker is asked after this failure
   */
  private record Way<T>(
      Function<URI, CompletableFuture<T>> there,
      Supplier<CompletableFuture<T>> here,
      Predicate<Throwable> passedOn) {}

  private Iterator<Member> owners(BlockKey key) {
    return Rendezvous.order(
            key,
            grid.members().stream().filter(m -> m.attributes().containsKey(WORKER_URL)).toList(),
            Member::id)
        .iterator();
  }

  private <T> void ask(
      BlockKey key, Iterator<Member> owners, Way<T> way, CompletableFuture<T> result) {
    if (!owners.hasNext()) {
      forward(way.here().get(), result);
      return;
    }
    Member owner = owners.next();
    if (owner.id().equals(grid.self().id())) {
      forward(way.here().get(), result);
      return;
    }
    URI base = URI.create(Objects.requireNonNull(owner.attributes().get(WORKER_URL)));
    var _ =
        way.there()
            .apply(base)
            .whenComplete((answer, failure) -> {
              if (failure == null) {
                result.complete(answer);
              } else if (way.passedOn().test(failure)) {
                LOG.debug("worker={} block={}: asking the next", owner.id(), key, failure);
                ask(key, owners, way, result);
              } else {
                result.completeExceptionally(cause(failure));
              }
            });
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private static <T> void forward(CompletableFuture<T> from, CompletableFuture<T> to) {
    var _ =
        from.whenComplete((answer, failure) -> {
          if (failure == null) {
            to.complete(answer);
          } else {
            to.completeExceptionally(failure);
          }
        });
  }
}
