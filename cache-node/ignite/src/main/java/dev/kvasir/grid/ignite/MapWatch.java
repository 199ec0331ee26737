package dev.kvasir.grid.ignite;

import dev.kvasir.store.grid.SharedMap;
import dev.kvasir.store.grid.Subscription;
import dev.kvasir.store.grid.table.InTurn;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.EventType;
import org.apache.ignite.Ignite;
import org.apache.ignite.cache.query.ContinuousQuery;
import org.apache.ignite.cache.query.QueryCursor;
import org.apache.ignite.events.Event;
import org.apache.ignite.lang.IgnitePredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watcher of one map, fed by a continuous query. The grid keeps the order of each key's changes
 * and makes up for nodes that leave, only the end of an entry's time is not counted among a
 * partition's changes and could overtake one that waits for another key. A client that was cut off
 * loses its query: it is made again once the client is back, then the watcher is told that it may
 * have missed something. Thread-safe.
 */
final class MapWatch implements Subscription {
  private static final Logger log = LoggerFactory.getLogger(MapWatch.class);
  private static final long RETRY_SECONDS = 1;

  private final KeysOfMap keys;
  private final Ignite node;
  private final SharedMap.Watcher watcher;
  private final InTurn turn = new InTurn("ignite");
  private final IgnitePredicate<Event> reconnected =
      _ -> {
        turn.execute(this::resume);
        return true;
      };

  private @Nullable QueryCursor<?> query;
  private boolean closed;

  /** Of the query whose changes count; those of an earlier one come too late. */
  private volatile int current;

  MapWatch(KeysOfMap keys, Ignite node, SharedMap.Watcher watcher) {
    this.keys = keys;
    this.node = node;
    this.watcher = watcher;
  }

  /** Blocks until every data node tells of changes. */
  boolean begin() {
    node.events()
        .localListen(reconnected, org.apache.ignite.events.EventType.EVT_CLIENT_NODE_RECONNECTED);
    start();
    return true;
  }

  private void start() {
    int number = current + 1;
    current = number;
    ContinuousQuery<String, String> changes = new ContinuousQuery<>();
    changes.setRemoteFilterFactory(keys);
    changes.setIncludeExpired(true);
    changes.setLocalListener(events -> events.forEach(event -> later(number, event)));
    keep(MapCache.of(node).query(changes));
  }

  private void later(int number, CacheEntryEvent<? extends String, ? extends String> event) {
    EventType type = event.getEventType();
    String key = keys.inMap(event.getKey());
    boolean written = type == EventType.CREATED || type == EventType.UPDATED;
    String value = written ? event.getValue() : "";
    turn.execute(() -> {
      if (number == current && !isClosed()) {
        tell(key, written, value);
      }
    });
  }

  private void tell(String key, boolean written, String value) {
    if (written) {
      watcher.changed(key, value);
    } else {
      watcher.gone(key);
    }
  }

  private void resume() {
    if (isClosed()) {
      return;
    }
    try {
      end(take());
      start();
      watcher.interrupted();
    } catch (RuntimeException e) {
      log.warn("watching the grid again failed, trying once more: {}", e.getMessage());
      Executor later = CompletableFuture.delayedExecutor(RETRY_SECONDS, TimeUnit.SECONDS, turn);
      later.execute(this::resume);
    }
  }

  private void keep(QueryCursor<?> started) {
    synchronized (this) {
      if (!closed) {
        query = started;
        return;
      }
    }
    end(started);
  }

  private synchronized @Nullable QueryCursor<?> take() {
    QueryCursor<?> taken = query;
    query = null;
    return taken;
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** Tells nothing more from now on; the nodes hear of it later. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    turn.execute(() -> {
      end(take());
      forget();
    });
  }

  private void forget() {
    try {
      node.events().stopLocalListen(reconnected);
    } catch (RuntimeException e) {
      log.debug("the grid is gone already: {}", e.getMessage());
    }
  }

  private static void end(@Nullable QueryCursor<?> ended) {
    try {
      if (ended != null) {
        ended.close();
      }
    } catch (RuntimeException e) {
      log.debug("the grid does not know a query any more: {}", e.getMessage());
    }
  }
}
