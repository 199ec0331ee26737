package dev.kvasir.store.tier;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.StoredBlock;
import dev.kvasir.store.delete.Tombstones;
import dev.kvasir.store.grid.SharedMap;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Which nodes have which blocks in files, in the grid's map {@value #NAME}. Entries name nodes that
 * may have left: readers compare them with the grid's members. Thread-safe; never blocks.
 */
public final class DiskDirectory {
  /** Name of the shared map and of the topic of its messages. */
  public static final String NAME = "disk";

  private final SharedMap map;
  private final Tombstones tombstones;

  public DiskDirectory(SharedMap map, Tombstones tombstones) {
    this.map = map;
    this.tombstones = tombstones;
  }

  /** The entries of those keys that some node has or had. */
  public CompletableFuture<Map<BlockKey, DiskEntry>> find(Collection<BlockKey> keys) {
    return map.getAll(keys.stream().map(BlockKey::hex).distinct().toList())
        .thenApply(DiskDirectory::parsed);
  }

  /** All entries. */
  public CompletableFuture<Map<BlockKey, DiskEntry>> all() {
    return map.entries().thenApply(DiskDirectory::parsed);
  }

  /**
   * Says that the node has the block in a file. The entry's info becomes what the tombstones leave
   * of the infos of all nodes.
   *
   * @return the entry, empty if a tombstone forbids this file: it has to go
   */
  public CompletableFuture<Optional<DiskEntry>> announce(StoredBlock block, String node) {
    return surviving(block.key(), block.info())
        .thenCompose(own ->
            own.isEmpty()
                ? CompletableFuture.completedFuture(Optional.empty())
                : announce(block, own.get(), node));
  }

  private CompletableFuture<Optional<DiskEntry>> announce(
      StoredBlock block, BlockInfo own, String node) {
    BlockKey key = block.key();
    return text(key)
        .thenCompose(known ->
            merged(block, own, node, known)
                .thenCompose(next ->
                    write(key, known, next.text())
                        .thenCompose(done ->
                            done
                                ? CompletableFuture.completedFuture(Optional.of(next))
                                : announce(block, node))));
  }

  /** The known entry, as far as tombstones leave it, with this node's file. */
  private CompletableFuture<DiskEntry> merged(
      StoredBlock block, BlockInfo own, String node, Optional<String> known) {
    DiskEntry alone = DiskEntry.of(block, node).withInfo(own);
    if (known.isEmpty()) {
      return CompletableFuture.completedFuture(alone);
    }
    DiskEntry entry = DiskEntry.parse(known.get());
    return surviving(block.key(), entry.info())
        .thenApply(left -> left.map(info -> entry.withInfo(info).with(node, own)).orElse(alone));
  }

  /** Says that the node has no file of the block. */
  public CompletableFuture<Void> withdraw(BlockKey key, String node) {
    return text(key)
        .thenCompose(known -> {
          Optional<DiskEntry> entry = known.map(DiskEntry::parse);
          if (entry.filter(there -> there.nodes().contains(node)).isEmpty()) {
            return CompletableFuture.<Void>completedFuture(null);
          }
          DiskEntry rest = entry.get().without(node);
          CompletableFuture<Boolean> written =
              rest.nodes().isEmpty()
                  ? map.remove(key.hex(), known.get())
                  : write(key, known, rest.text());
          return written.thenCompose(
              done -> done ? CompletableFuture.<Void>completedFuture(null) : withdraw(key, node));
        });
  }

  private CompletableFuture<Optional<String>> text(BlockKey key) {
    String hex = key.hex();
    return map.getAll(List.of(hex)).thenApply(found -> Optional.ofNullable(found.get(hex)));
  }

  private CompletableFuture<Boolean> write(BlockKey key, Optional<String> known, String next) {
    if (known.isEmpty()) {
      return map.putIfAbsent(key.hex(), next, SharedMap.FOREVER).thenApply(Optional::isEmpty);
    }
    return known.get().equals(next)
        ? CompletableFuture.completedFuture(true)
        : map.replace(key.hex(), known.get(), next, SharedMap.FOREVER);
  }

  private CompletableFuture<Optional<BlockInfo>> surviving(BlockKey key, BlockInfo info) {
    return tombstones
        .surviving(Map.of(key, info))
        .thenApply(left -> left.getOrDefault(key, Optional.empty()));
  }

  private static Map<BlockKey, DiskEntry> parsed(Map<String, String> texts) {
    Map<BlockKey, DiskEntry> entries = HashMap.newHashMap(texts.size());
    texts.forEach((key, text) -> entries.put(BlockKey.parse(key), DiskEntry.parse(text)));
    return entries;
  }
}
