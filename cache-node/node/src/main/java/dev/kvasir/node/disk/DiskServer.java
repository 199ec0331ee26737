package dev.kvasir.node.disk;

import dev.kvasir.block.BlockKey;
import dev.kvasir.node.disk.DiskMetrics.Loss;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.PutOutcome;
import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.Subscription;
import dev.kvasir.store.grid.Topic;
import dev.kvasir.store.tier.DiskDirectory;
import dev.kvasir.store.tier.DiskMessage;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings blocks from this node's files back into the grid's memory when a reader asks, and drops
 * files when told to. A few files are read at once, each once however many ask. Thread-safe.
 */
final class DiskServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DiskServer.class);

  private final String node;
  private final BlockStore store;
  private final OwnFiles own;
  private final Topic topic;
  private final Semaphore places;
  private final Map<BlockKey, CompletableFuture<Boolean>> running = new ConcurrentHashMap<>();
  private final Subscription subscription;

  /** Serves from these files into the store, in which deletions win. */
  DiskServer(Grid grid, BlockStore store, OwnFiles own, int maxReads) {
    this.node = grid.self().id();
    this.store = store;
    this.own = own;
    this.places = new Semaphore(maxReads);
    this.topic = grid.topic(DiskDirectory.NAME);
    this.subscription = topic.subscribe(text -> DiskMessage.parse(text).ifPresent(this::heard));
  }

  private void heard(DiskMessage message) {
    switch (message) {
      case DiskMessage.Fetch fetch when fetch.node().equals(node) -> serve(fetch);
      case DiskMessage.Drop drop -> {
        var _ =
            own.worker().execute("drop", () -> own.announcements().drop(drop.key(), Loss.DELETED));
      }
      case DiskMessage.Fetch _, DiskMessage.Fetched _ -> {}
    }
  }

  private void serve(DiskMessage.Fetch fetch) {
    CompletableFuture<Boolean> mine = new CompletableFuture<>();
    CompletableFuture<Boolean> others = running.putIfAbsent(fetch.key(), mine);
    CompletableFuture<Boolean> done = others == null ? mine : others;
    var _ =
        done.thenAccept(
            stored -> topic.publish(new DiskMessage.Fetched(fetch.id(), stored).text()));
    if (others == null) {
      Thread.startVirtualThread(() -> {
        String outcome = bringBack(fetch.key());
        running.remove(fetch.key(), mine);
        own.metrics().fetched(outcome);
        mine.complete(outcome.equals("stored"));
      });
    }
  }

  private String bringBack(BlockKey key) {
    places.acquireUninterruptibly();
    try {
      Optional<DiskFiles.Read> read = own.files().read(key);
      if (read.isPresent() && put(key, read.get()) == PutOutcome.STORED) {
        return "stored";
      }
      var _ = own.worker().execute("renew", () -> own.announcements().renew(key));
      return read.isPresent() ? "refused" : "absent";
    } catch (IOException | RuntimeException e) {
      log.warn("block={} could not be brought back from its file: {}", key.hex(), e.toString());
      own.metrics().failed("read");
      return "failed";
    } finally {
      places.release();
    }
  }

  /** With what all nodes know of the block, which may be more than this file says. */
  private PutOutcome put(BlockKey key, DiskFiles.Read read) {
    BlockInfo info = Worker.await(own.announcements().info(key)).orElse(read.info());
    return Worker.await(store.put(read.block(), info));
  }

  /** Answers no more; what was begun is finished. */
  @Override
  public void close() {
    subscription.close();
  }
}
