package dev.kvasir.grid.ignite;

import static org.apache.ignite.events.EventType.EVT_CACHE_OBJECT_PUT;
import static org.apache.ignite.events.EventType.EVT_CACHE_OBJECT_REMOVED;
import static org.apache.ignite.events.EventType.EVT_CACHE_REBALANCE_OBJECT_LOADED;
import static org.apache.ignite.events.EventType.EVT_CACHE_REBALANCE_OBJECT_UNLOADED;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.grid.LocalBlocks;
import dev.kvasir.store.grid.Subscription;
import dev.kvasir.store.grid.table.BlockEntry;
import dev.kvasir.store.grid.table.InTurn;
import org.apache.ignite.Ignite;
import org.apache.ignite.binary.BinaryObject;
import org.apache.ignite.events.CacheEvent;
import org.apache.ignite.internal.IgniteEx;
import org.apache.ignite.internal.processors.cache.GridCachePartitionExchangeManager;
import org.apache.ignite.internal.processors.cache.distributed.dht.preloader.GridDhtPartitionsExchangeFuture;
import org.apache.ignite.internal.processors.cache.distributed.dht.preloader.PartitionsExchangeAware;
import org.apache.ignite.lang.IgnitePredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watcher of this node's blocks, fed by the node's own events: those are raised for backups and
 * for what rebalancing brings, of which continuous queries say nothing.
 *
 * <p>That owners changed is heard from the exchange of partition maps, which is internal to Ignite:
 * after a rebalance it moves ownership in a second exchange, for which there is no public event.
 * Thread-safe.
 */
final class LocalWatch implements Subscription, PartitionsExchangeAware {
  /** Events that the node has to record. */
  static final int[] EVENTS = {
    EVT_CACHE_OBJECT_PUT,
    EVT_CACHE_OBJECT_REMOVED,
    EVT_CACHE_REBALANCE_OBJECT_LOADED,
    EVT_CACHE_REBALANCE_OBJECT_UNLOADED
  };

  private static final Logger log = LoggerFactory.getLogger(LocalWatch.class);

  private final Ignite node;
  private final IgniteLocalBlocks blocks;
  private final LocalBlocks.Watcher watcher;
  private final InTurn turn = new InTurn("ignite");
  private final IgnitePredicate<CacheEvent> listener =
      event -> {
        hear(event);
        return true;
      };

  private volatile boolean closed;

  /** Touched in turn only. */
  private OwnedParts parts;

  LocalWatch(Ignite node, IgniteLocalBlocks blocks, LocalBlocks.Watcher watcher) {
    this.node = node;
    this.blocks = blocks;
    this.watcher = watcher;
    this.parts = blocks.parts();
  }

  void begin() {
    node.events().localListen(listener, EVENTS);
    exchanges().registerExchangeAwareComponent(this);
    turn.execute(this::compare);
  }

  private GridCachePartitionExchangeManager<?, ?> exchanges() {
    return ((IgniteEx) node).context().cache().context().exchange();
  }

  private void hear(CacheEvent event) {
    if (!event.cacheName().equals(NodeConfiguration.ENTRIES)) {
      return;
    }
    String id = event.key();
    boolean gone =
        event.type() == EVT_CACHE_OBJECT_REMOVED
            || event.type() == EVT_CACHE_REBALANCE_OBJECT_UNLOADED;
    if (gone) {
      later(() -> watcher.gone(BlockKey.parse(id)));
    } else if (event.hasNewValue()) {
      later(() -> watcher.held(blocks.held(id, entry(event.newValue()))));
    }
  }

  /** Puts come as objects, what rebalancing brings comes in the grid's own form. */
  private static BlockEntry entry(Object value) {
    return value instanceof BinaryObject binary ? binary.deserialize() : (BlockEntry) value;
  }

  @Override
  public void onDoneAfterTopologyUnlock(GridDhtPartitionsExchangeFuture exchange) {
    later(this::compare);
  }

  private void compare() {
    OwnedParts now = blocks.parts();
    if (!now.equals(parts)) {
      parts = now;
      watcher.moved();
    }
  }

  private void later(Runnable task) {
    turn.execute(() -> {
      if (!closed) {
        task.run();
      }
    });
  }

  @Override
  public void close() {
    closed = true;
    try {
      node.events().stopLocalListen(listener, EVENTS);
      exchanges().unregisterExchangeAwareComponent(this);
    } catch (RuntimeException e) {
      log.debug("the grid is gone already: {}", e.getMessage());
    }
  }
}
