package dev.kvasir.store.grid;

import dev.kvasir.block.BlockKey;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Which blocks a node holds, by what its watcher hears. */
public final class HeldHere implements LocalBlocks.Watcher {
  private final Map<BlockKey, Boolean> owned = new ConcurrentHashMap<>();
  private final AtomicInteger moved = new AtomicInteger();

  public Set<BlockKey> keys() {
    return Set.copyOf(owned.keySet());
  }

  /** Those that were the node's own when it was told of them. */
  public Set<BlockKey> owned() {
    return owned.entrySet().stream()
        .filter(Map.Entry::getValue)
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** How often owners changed. */
  public int timesMoved() {
    return moved.get();
  }

  @Override
  public void held(LocalBlocks.Held block) {
    owned.put(block.block().key(), block.owned());
  }

  @Override
  public void gone(BlockKey key) {
    owned.remove(key);
  }

  @Override
  public void moved() {
    moved.incrementAndGet();
  }
}
