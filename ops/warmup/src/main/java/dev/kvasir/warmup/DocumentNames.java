package dev.kvasir.warmup;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.DocumentRef;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.StoredBlock;
import dev.kvasir.store.document.NamedDocuments;
import dev.kvasir.warmup.job.Answers;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Adds documents to the infos of stored blocks, so that deleting one finds every block with its
 * text. Unlike {@link NamedDocuments} it blocks until that is done. Borrows the store. Thread-safe.
 */
final class DocumentNames {
  private final BlockStore store;

  /** Adds to the infos of a store in which deletions win. */
  DocumentNames(BlockStore store) {
    this.store = store;
  }

  /** Both, the first ones before the others, {@value NamedDocuments#MAX_DOCUMENTS} at most. */
  static Set<DocumentRef> union(Set<DocumentRef> first, Set<DocumentRef> others) {
    return first.containsAll(others) || first.size() >= NamedDocuments.MAX_DOCUMENTS
        ? first
        : Stream.concat(first.stream(), others.stream())
            .distinct()
            .limit(NamedDocuments.MAX_DOCUMENTS)
            .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Looks again while others change the infos. Leaves out blocks that are not stored and documents
   * that a tombstone means.
   *
   * @throws dev.kvasir.store.StoreException if the store does not answer
   */
  void add(Map<BlockKey, Set<DocumentRef>> named) {
    Map<BlockKey, Set<DocumentRef>> left = new HashMap<>(named);
    Map<BlockKey, BlockInfo> refused = Map.of();
    while (!left.isEmpty()) {
      Map<BlockKey, StoredBlock> found = Answers.await(store.describe(left.keySet()));
      Map<BlockKey, BlockInfo> lacking = lacking(left, found);
      lacking.entrySet().removeAll(refused.entrySet());
      Map<BlockKey, CompletableFuture<Boolean>> answers = HashMap.newHashMap(lacking.size());
      lacking.forEach((key, info) -> answers.put(key, replace(key, info, left)));
      answers.forEach((key, answer) -> {
        if (Answers.await(answer)) {
          lacking.remove(key);
        }
      });
      left.keySet().retainAll(lacking.keySet());
      refused = lacking;
    }
  }

  /** Infos of the blocks that do not know all their documents. */
  private static Map<BlockKey, BlockInfo> lacking(
      Map<BlockKey, Set<DocumentRef>> named, Map<BlockKey, StoredBlock> found) {
    Map<BlockKey, BlockInfo> infos = new HashMap<>();
    found.forEach((key, block) -> {
      Set<DocumentRef> known = block.info().documents();
      if (!union(known, named.getOrDefault(key, Set.of())).equals(known)) {
        infos.put(key, block.info());
      }
    });
    return infos;
  }

  private CompletableFuture<Boolean> replace(
      BlockKey key, BlockInfo info, Map<BlockKey, Set<DocumentRef>> named) {
    Set<DocumentRef> all = union(info.documents(), named.getOrDefault(key, Set.of()));
    return store.replace(key, info, info.withDocuments(all));
  }
}
