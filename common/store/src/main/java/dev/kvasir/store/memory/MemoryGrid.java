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

/** A grid of one process that keeps everything on its heap. Thread-safe. */
public final class MemoryGrid implements Grid {
  private final MemoryBlockStore blocks = new MemoryBlockStore();
  private final Map<String, SharedMap> maps = new ConcurrentHashMap<>();
  private final Map<String, Topic> topics = new ConcurrentHashMap<>();
  private final InstantSource clock;

  public MemoryGrid() {
    this(InstantSource.system());
  }

  /** Times to live run by this clock. */
  public MemoryGrid(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public Member self() {
    return new Member("local", Map.of());
  }

  @Override
  public List<Member> members() {
    return List.of(self());
  }

  @Override
  public BlockStore blocks() {
    return blocks;
  }

  @Override
  public SharedMap map(String name) {
    return maps.computeIfAbsent(name, _ -> new MemorySharedMap(clock));
  }

  @Override
  public Topic topic(String name) {
    return topics.computeIfAbsent(name, _ -> new MemoryTopic());
  }

  @Override
  public Optional<LocalBlocks> local() {
    return Optional.of(blocks);
  }

  @Override
  public void close() {
    blocks.close();
  }
}
