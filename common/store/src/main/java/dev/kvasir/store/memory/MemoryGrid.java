package dev.kvasir.store.memory;

import dev.kvasir.store.BlockStore;
import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.LocalBlocks;
import dev.kvasir.store.grid.Member;
import dev.kvasir.store.grid.SharedMap;
import dev.kvasir.store.grid.Topic;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * A grid inside one JVM that keeps everything on its heap: of one node, or of several that share it
 * (see {@link #join}). Thread-safe.
 */
public final class MemoryGrid implements Grid {
  private record Shared(
      InstantSource clock,
      MemoryBlockStore blocks,
      Map<String, SharedMap> maps,
      Map<String, Topic> topics,
      Map<String, Member> members) {}

  private final Member self;
  private final Shared shared;

  public MemoryGrid() {
    this(InstantSource.system());
  }

  /** Times to live run by this clock. */
  public MemoryGrid(InstantSource clock) {
    this(
        new Member("local", Map.of()),
        new Shared(
            clock,
            new MemoryBlockStore(),
            new ConcurrentHashMap<>(),
            new ConcurrentHashMap<>(),
            new ConcurrentSkipListMap<>()));
  }

  private MemoryGrid(Member self, Shared shared) {
    this.self = self;
    this.shared = shared;
    shared.members().put(self.id(), self);
  }

  /** Another node of the same grid; it leaves when it is closed. */
  public MemoryGrid join(Member member) {
    return new MemoryGrid(member, shared);
  }

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public Member self() {
    return self;
  }

  @Override
  public List<Member> members() {
    return List.copyOf(shared.members().values());
  }

  @Override
  public BlockStore blocks() {
    return shared.blocks();
  }

  @Override
  public SharedMap map(String name) {
    return shared.maps().computeIfAbsent(name, _ -> new MemorySharedMap(shared.clock()));
  }

  @Override
  public Topic topic(String name) {
    return shared.topics().computeIfAbsent(name, _ -> new MemoryTopic());
  }

  @Override
  public Optional<LocalBlocks> local() {
    return Optional.of(shared.blocks());
  }

  @Override
  public void close() {
    shared.members().remove(self.id());
    if (shared.members().isEmpty()) {
      shared.blocks().close();
    }
  }
}
