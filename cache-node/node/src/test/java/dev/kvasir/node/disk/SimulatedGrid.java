package dev.kvasir.node.disk;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.LocalBlocks;
import dev.kvasir.store.grid.Member;
import dev.kvasir.store.grid.SharedMap;
import dev.kvasir.store.grid.Subscription;
import dev.kvasir.store.grid.Topic;
import dev.kvasir.store.memory.MemoryGrid;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Several nodes of one grid in this JVM. Each block lies on two nodes, as owner and backup; what
 * the grid's memory holds is gone with this object.
 */
final class SimulatedGrid {
  private final MemoryGrid shared;
  private final List<Member> members = new CopyOnWriteArrayList<>();

  SimulatedGrid(InstantSource clock) {
    shared = new MemoryGrid(clock);
  }

  /** A node that joins now. */
  Grid join(String id) {
    Member self = new Member(id, Map.of());
    members.add(self);
    return new Node(self);
  }

  /** A process that holds no blocks and that nobody counts. */
  Grid observe(String id) {
    return new Node(new Member(id, Map.of()));
  }

  void leave(String id) {
    members.removeIf(member -> member.id().equals(id));
  }

  BlockStore memory() {
    return shared.blocks();
  }

  /** Evicts everything from memory. */
  void forget() {
    List<BlockKey> keys = new ArrayList<>();
    memory().scan(block -> keys.add(block.key()));
    keys.forEach(key -> memory().remove(key).join());
  }

  /** Whether the node is the block's owner (0) or backup (1). */
  private boolean isAt(BlockKey key, Member node, int place) {
    int at = (Math.floorMod(key.hashCode(), members.size()) + place) % members.size();
    return members.get(at).equals(node);
  }

  private final class Node implements Grid, LocalBlocks {
    private final Member self;
    private final LocalBlocks all = shared.local().orElseThrow();

    Node(Member self) {
      this.self = self;
    }

    private boolean holds(BlockKey key) {
      return isAt(key, self, 0) || isAt(key, self, 1);
    }

    @Override
    public String name() {
      return "simulated";
    }

    @Override
    public Member self() {
      return self;
    }

    @Override
    public List<Member> members() {
      return List.copyOf(members);
    }

    @Override
    public BlockStore blocks() {
      return shared.blocks();
    }

    @Override
    public SharedMap map(String name) {
      return shared.map(name);
    }

    @Override
    public Topic topic(String name) {
      return shared.topic(name);
    }

    @Override
    public Optional<LocalBlocks> local() {
      return Optional.of(this);
    }

    @Override
    public void visit(Consumer<Held> visitor) {
      all.visit(held -> {
        if (holds(held.block().key())) {
          visitor.accept(held);
        }
      });
    }

    @Override
    public boolean owns(BlockKey key) {
      return isAt(key, self, 0);
    }

    @Override
    public Optional<EncodedBlock> read(BlockKey key) {
      return holds(key) ? all.read(key) : Optional.empty();
    }

    @Override
    public Swept sweep(Duration grace) {
      return Swept.NOTHING;
    }

    @Override
    public Subscription watch(Watcher watcher) {
      return all.watch(
          new Watcher() {
            @Override
            public void held(Held block) {
              if (holds(block.block().key())) {
                watcher.held(block);
              }
            }

            @Override
            public void gone(BlockKey key) {
              watcher.gone(key);
            }

            @Override
            public void moved() {
              watcher.moved();
            }
          });
    }

    @Override
    public void close() {
      leave(self.id());
    }
  }
}
