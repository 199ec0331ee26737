package dev.kvasir.node.disk;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.StoredBlock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** Which blocks have files, in the order of their last use. Not thread-safe. */
final class FileIndex {

  /** A block's file. */
  record Entry(StoredBlock block, long fileBytes, Instant used) {
    BlockKey key() {
      return block.key();
    }
  }

  private final long maxBytes;
  private final LinkedHashMap<BlockKey, Entry> entries = new LinkedHashMap<>();
  private long bytes;

  FileIndex(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  long maxBytes() {
    return maxBytes;
  }

  void fill(List<Entry> found) {
    found.stream().sorted(Comparator.comparing(Entry::used)).forEach(this::put);
  }

  /** Adds a file or puts it in the place of the same block's older one; it was used last. */
  void put(Entry entry) {
    remove(entry.key());
    entries.put(entry.key(), entry);
    bytes += entry.fileBytes();
  }

  boolean remove(BlockKey key) {
    Entry removed = entries.remove(key);
    bytes -= removed == null ? 0 : removed.fileBytes();
    return removed != null;
  }

  /** Makes the block the one that was used last. */
  boolean use(BlockKey key) {
    Entry entry = entries.get(key);
    if (entry != null) {
      entries.putLast(key, entry);
    }
    return entry != null;
  }

  /**
   * What has to go before so many bytes can be added.
   *
   * @param replaced the block whose file the added bytes replace
   */
  List<BlockKey> leastRecentlyUsed(long added, Optional<BlockKey> replaced) {
    long excess = bytes + added - maxBytes;
    excess -= replaced.map(entries::get).map(Entry::fileBytes).orElse(0L);
    List<BlockKey> keys = new ArrayList<>();
    for (Entry entry : entries.values()) {
      if (excess <= 0) {
        break;
      }
      if (!replaced.equals(Optional.of(entry.key()))) {
        keys.add(entry.key());
        excess -= entry.fileBytes();
      }
    }
    return keys;
  }

  Optional<StoredBlock> find(BlockKey key) {
    return Optional.ofNullable(entries.get(key)).map(Entry::block);
  }

  List<StoredBlock> all() {
    return entries.values().stream().map(Entry::block).toList();
  }

  int size() {
    return entries.size();
  }

  long bytes() {
    return bytes;
  }
}
