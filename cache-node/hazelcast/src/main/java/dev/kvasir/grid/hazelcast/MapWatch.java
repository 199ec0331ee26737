package dev.kvasir.grid.hazelcast;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import dev.kvasir.store.grid.SharedMap;
import dev.kvasir.store.grid.Subscription;
import dev.kvasir.store.grid.join.GridRole;
import dev.kvasir.store.grid.table.InTurn;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watcher of one map, fed by an entry listener, in order for each key. A member that is lost
 * takes along what it had not told yet, so the watcher is told that it may have missed something
 * after each loss, after a split has healed and after a client has found its grid again.
 *
 * <p>Each member tells of its own keys, and a client listens to every member apart: for a moment it
 * does not hear a new one. So it listens anew after each change of members, and once more when it
 * has had time to connect. Thread-safe.
 */
final class MapWatch implements Subscription {
  private static final Logger log = LoggerFactory.getLogger(MapWatch.class);
  private static final long RETRY_SECONDS = 1;
  private static final long CONNECT_SECONDS = 5;

  private final String map;
  private final HazelcastInstance instance;
  private final SharedMap.Watcher watcher;
  private final boolean client;
  private final InTurn turn = new InTurn("hazelcast");

  /** Touched in turn only, as all registering is done there. */
  private @Nullable UUID entries;

  private @Nullable UUID lifecycle;
  private @Nullable UUID membership;

  /** Of the listener whose changes count, those of earlier ones come too late; in turn only. */
  private int current;

  private volatile boolean closed;

  /** Borrows the member or client. */
  MapWatch(String map, HazelcastInstance instance, SharedMap.Watcher watcher, GridRole role) {
    this.map = map;
    this.instance = instance;
    this.watcher = watcher;
    this.client = role == GridRole.CLIENT;
  }

  /** Done when every member tells of changes. */
  CompletableFuture<MapWatch> begin() {
    return CompletableFuture.supplyAsync(this::register, turn);
  }

  private MapWatch register() {
    lifecycle = instance.getLifecycleService().addLifecycleListener(this::hear);
    membership = instance.getCluster().addMembershipListener(new Changes());
    listen();
    return this;
  }

  private void hear(LifecycleEvent event) {
    if (event.getState() == LifecycleState.CLIENT_CONNECTED
        || event.getState() == LifecycleState.MERGED) {
      turn.execute(this::resume);
    }
  }

  private final class Changes implements MembershipListener {
    @Override
    public void memberAdded(MembershipEvent event) {
      if (client) {
        turn.execute(MapWatch.this::resume);
        resumeIn(CONNECT_SECONDS);
      }
    }

    @Override
    public void memberRemoved(MembershipEvent event) {
      turn.execute(MapWatch.this::resume);
    }
  }

  private void resume() {
    if (closed || !instance.getLifecycleService().isRunning()) {
      return;
    }
    try {
      if (client) {
        listen();
      }
    } catch (RuntimeException e) {
      log.debug("watching {} again failed, trying once more: {}", map, e.getMessage());
      resumeIn(RETRY_SECONDS);
      return;
    }
    watcher.interrupted();
  }

  private void resumeIn(long seconds) {
    CompletableFuture.delayedExecutor(seconds, TimeUnit.SECONDS, turn).execute(this::resume);
  }

  private void listen() {
    int number = current + 1;
    UUID before = entries;
    entries = instance.<String, String>getMap(map).addEntryListener(new Told(number), true);
    current = number;
    forgetEntries(before);
  }

  private final class Told extends EntryChanges<String> {
    private final int number;

    Told(int number) {
      this.number = number;
    }

    @Override
    void changed(String key, String value) {
      later(() -> watcher.changed(key, value));
    }

    @Override
    void gone(String key) {
      later(() -> watcher.gone(key));
    }

    @Override
    void changedAll() {
      later(watcher::interrupted);
    }

    private void later(Runnable task) {
      turn.execute(() -> {
        if (number == current && !closed) {
          task.run();
        }
      });
    }
  }

  /** Tells nothing more from now on; the grid hears of it later. */
  @Override
  public void close() {
    closed = true;
    turn.execute(this::end);
  }

  private void end() {
    forgetEntries(entries);
    UUID states = lifecycle;
    if (states != null) {
      forget(() -> instance.getLifecycleService().removeLifecycleListener(states));
    }
    UUID members = membership;
    if (members != null) {
      forget(() -> instance.getCluster().removeMembershipListener(members));
    }
  }

  private void forgetEntries(@Nullable UUID listener) {
    if (listener != null) {
      forget(() -> instance.getMap(map).removeEntryListener(listener));
    }
  }

  private static void forget(Runnable removal) {
    try {
      removal.run();
    } catch (RuntimeException e) {
      log.debug("the grid is gone already: {}", e.getMessage());
    }
  }
}
