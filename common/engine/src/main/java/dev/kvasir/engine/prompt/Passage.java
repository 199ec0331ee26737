package dev.kvasir.engine.prompt;

import dev.kvasir.block.DocumentRef;
import java.util.Optional;
import java.util.Set;

/**
 * One retrieved text. Id and collection say where it comes from, for answers and deletions, and
 * never reach the model.
 */
public record Passage(
    Optional<String> id, Optional<String> title, String text, Optional<String> collection) {

  /** A passage of no collection. */
  public Passage(Optional<String> id, Optional<String> title, String text) {
    this(id, title, text, Optional.empty());
  }

  Set<DocumentRef> documents() {
    return id.isEmpty() && collection.isEmpty()
        ? Set.of()
        : Set.of(new DocumentRef(collection, id));
  }
}
