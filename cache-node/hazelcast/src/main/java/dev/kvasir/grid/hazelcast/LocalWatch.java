package dev.kvasir.grid.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import dev.kvasir.block.BlockKey;
import dev.kvasir.store.grid.LocalBlocks;
import dev.kvasir.store.grid.Subscription;
import dev.kvasir.store.grid.table.BlockEntry;
import dev.kvasir.store.grid.table.InTurn;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watcher of this member's blocks. It hears of every change in the grid and passes on those in
 * partitions that this member holds.
 *
 * <p>Partitions that come and go are seen by looking at the member's own table twice a second:
 * Hazelcast's migration events are sent by its first member and may arrive before the table that
 * they tell of. Thread-safe.
 */
final class LocalWatch implements Subscription {
  private static final Logger log = LoggerFactory.getLogger(LocalWatch.class);
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  private final HazelcastInstance member;
  private final HazelcastLocalBlocks blocks;
  private final Replicas replicas;
  private final LocalBlocks.Watcher watcher;
  private final InTurn turn = new InTurn("hazelcast");
  private final Thread looking;

  private volatile boolean closed;

  /** Touched in turn only, as is what the watcher was told last. */
  private @Nullable UUID listener;

  private HeldParts parts;

  LocalWatch(
      HazelcastInstance member,
      HazelcastLocalBlocks blocks,
      Replicas replicas,
      LocalBlocks.Watcher watcher) {
    this.member = member;
    this.blocks = blocks;
    this.replicas = replicas;
    this.watcher = watcher;
    this.parts = replicas.now();
    this.looking = Thread.ofVirtual().name("kvasir-hazelcast-parts").unstarted(this::look);
  }

  /** Done when every member tells of changes. */
  CompletableFuture<LocalWatch> begin() {
    return CompletableFuture.supplyAsync(this::register, turn);
  }

  private LocalWatch register() {
    listener = entries().addEntryListener(new Told(), true);
    looking.start();
    return this;
  }

  private IMap<String, BlockEntry> entries() {
    return member.getMap(HazelcastTables.ENTRIES);
  }

  private final class Told extends EntryChanges<BlockEntry> {
    @Override
    void changed(String id, BlockEntry entry) {
      later(() -> {
        if (isHere(id)) {
          watcher.held(blocks.held(id, entry));
        }
      });
    }

    @Override
    void gone(String id) {
      later(() -> {
        if (isHere(id)) {
          watcher.gone(BlockKey.parse(id));
        }
      });
    }

    @Override
    void changedAll() {
      later(watcher::moved);
    }
  }

  private boolean isHere(String id) {
    return parts.all().get(replicas.partitionOf(id));
  }

  private void look() {
    long seen = replicas.stamp() - 1;
    while (!closed && member.getLifecycleService().isRunning()) {
      long stamp = replicas.stamp();
      if (stamp != seen) {
        seen = stamp;
        later(this::compare);
      }
      try {
        Thread.sleep(LOOK_EVERY);
      } catch (InterruptedException _) {
        return;
      }
    }
  }

  private void compare() {
    HeldParts before = parts;
    HeldParts now = replicas.now();
    if (now.equals(before)) {
      return;
    }
    parts = now;
    try {
      now.since(before).forEach(part -> blocks.parts().entries(part, this::came));
      before.since(now).forEach(part -> blocks.parts().entries(part, (id, _) -> left(id)));
    } catch (RuntimeException e) {
      log.debug("blocks that moved are not told one by one: {}", e.getMessage());
    }
    watcher.moved();
  }

  private void came(String id, BlockEntry entry) {
    watcher.held(blocks.held(id, entry));
  }

  private void left(String id) {
    watcher.gone(BlockKey.parse(id));
  }

  private void later(Runnable task) {
    turn.execute(() -> {
      if (!closed) {
        task.run();
      }
    });
  }

  /** Tells nothing more from now on; the grid hears of it later. */
  @Override
  public void close() {
    closed = true;
    looking.interrupt();
    turn.execute(this::end);
  }

  private void end() {
    UUID ended = listener;
    try {
      if (ended != null) {
        entries().removeEntryListener(ended);
      }
    } catch (RuntimeException e) {
      log.debug("the grid is gone already: {}", e.getMessage());
    }
  }
}
