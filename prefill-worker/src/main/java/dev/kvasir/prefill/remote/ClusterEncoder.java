package dev.kvasir.prefill.remote;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.engine.BlockEncoder;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.Member;
import java.net.URI;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a missing block encoded by the prefill worker that owns its key among those that live, then
 * by the next one, and by this process itself if no worker can. Requests of this process for one
 * key share one call. Borrows everything. Thread-safe; never blocks.
 */
public final class ClusterEncoder implements BlockEncoder {
  /** Member attribute of a prefill worker: where it listens, as {@code http://host:port}. */
  public static final String WORKER_URL = "kvasir.prefill.url";

  private static final Logger LOG = LoggerFactory.getLogger(ClusterEncoder.class);

  private final Grid grid;
  private final WorkerClient workers;
  private final BlockEncoder local;
  private final Map<BlockKey, CompletableFuture<EncodedBlock>> running = new ConcurrentHashMap<>();

  /**
   * Encodes by the grid's prefill workers.
   *
   * @param local encodes what no worker does
   */
  public ClusterEncoder(Grid grid, WorkerClient workers, BlockEncoder local) {
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
    List<Member> owners =
        Rendezvous.order(
            block.key(),
            grid.members().stream().filter(m -> m.attributes().containsKey(WORKER_URL)).toList(),
            Member::id);
    ask(block, owners.iterator(), fresh);
    return fresh.copy();
  }

  private void ask(
      CacheableBlock block, Iterator<Member> owners, CompletableFuture<EncodedBlock> result) {
    if (!owners.hasNext()) {
      forward(local.encode(block), result);
      return;
    }
    Member owner = owners.next();
    URI base = URI.create(Objects.requireNonNull(owner.attributes().get(WORKER_URL)));
    var _ =
        workers
            .encode(base, block)
            .whenComplete((bytes, failure) -> {
              if (failure == null) {
                result.complete(bytes);
              } else {
                LOG.debug("worker={} block={}: asking the next", owner.id(), block.key(), failure);
                ask(block, owners, result);
              }
            });
  }

  private static void forward(
      CompletableFuture<EncodedBlock> from, CompletableFuture<EncodedBlock> to) {
    var _ =
        from.whenComplete((bytes, failure) -> {
          if (failure == null) {
            to.complete(bytes);
          } else {
            to.completeExceptionally(failure);
          }
        });
  }
}
