package dev.kvasir.store;

import dev.kvasir.block.DocumentRef;
import java.time.Instant;
import java.util.Set;

/**
 * What is known of a stored block besides its bytes. It may change while the bytes never do.
 *
 * @param model fingerprint of the model that encoded it
 * @param scope who may share it, in its canonical form
 * @param generation the store's generation when its encoding began; a tombstone of a later one
 *     takes it away
 * @param documents where its text comes from; when the last of them is deleted, the bytes go. Empty
 *     if nobody said.
 * @param storedAt when it was stored first
 */
public record BlockInfo(
    String model, String scope, long generation, Set<DocumentRef> documents, Instant storedAt) {
  public BlockInfo {
    documents = Set.copyOf(documents);
  }

  /** The same, from these documents. */
  public BlockInfo withDocuments(Set<DocumentRef> others) {
    return new BlockInfo(model, scope, generation, others, storedAt);
  }
}
