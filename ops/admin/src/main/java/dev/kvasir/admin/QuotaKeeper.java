package dev.kvasir.admin;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.StoreException;
import dev.kvasir.store.StoredBlock;
import dev.kvasir.store.pin.Pins;
import dev.kvasir.warmup.job.Answers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the oldest blocks of a scope that has more bytes than its quota, but no pinned ones. It
 * looks every now and then, so a scope may be over its quota for that long. Two processes that do
 * so remove the same blocks, which is harmless. Owns its thread; borrows the rest.
 */
public final class QuotaKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(QuotaKeeper.class);

  private final BlockStore store;
  private final Quotas quotas;
  private final Pins pins;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("kvasir-quotas").factory());

  /** Starts to look, once in that time. */
  public QuotaKeeper(BlockStore store, Quotas quotas, Pins pins, Duration every) {
    this.store = store;
    this.quotas = quotas;
    this.pins = pins;
    var _ =
        thread.scheduleWithFixedDelay(
            this::look, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      Map<String, Long> limits = quotas.all();
      if (!limits.isEmpty()) {
        owned(limits.keySet()).forEach((scope, blocks) -> keep(scope, blocks, limits));
      }
    } catch (StoreException e) {
      LOG.warn("quotas cannot be kept now: {}", e.getMessage());
    }
  }

  private Map<String, List<StoredBlock>> owned(Set<String> scopes) {
    Map<String, List<StoredBlock>> blocks = new HashMap<>();
    store.scan(block -> {
      if (scopes.contains(block.info().scope())) {
        synchronized (blocks) {
          blocks.computeIfAbsent(block.info().scope(), _ -> new ArrayList<>()).add(block);
        }
      }
    });
    return blocks;
  }

  private void keep(String scope, List<StoredBlock> blocks, Map<String, Long> limits) {
    long over =
        blocks.stream().mapToLong(StoredBlock::bytes).sum()
            - limits.getOrDefault(scope, Long.MAX_VALUE);
    if (over <= 0) {
      return;
    }
    Set<BlockKey> pinned =
        Answers.await(pins.pinned(blocks.stream().map(StoredBlock::key).toList()));
    blocks.sort(Comparator.comparing(block -> block.info().storedAt()));
    int removed = 0;
    for (StoredBlock block : blocks) {
      if (over > 0 && !pinned.contains(block.key())) {
        Answers.await(store.remove(block.key()));
        over -= block.bytes();
        removed++;
      }
    }
    LOG.info("scope={} was over its quota: removed its {} oldest blocks", scope, removed);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
