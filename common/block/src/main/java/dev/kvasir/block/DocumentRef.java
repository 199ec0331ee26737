package dev.kvasir.block;

import java.util.Optional;

/**
 * A place that a passage's text comes from. One text may come from many places.
 *
 * @param collection the collection it was found in, if it was said
 * @param document the caller's id of the document, if it was said
 */
public record DocumentRef(Optional<String> collection, Optional<String> document) {
  public DocumentRef {
    if (collection.isEmpty() && document.isEmpty()) {
      throw new IllegalArgumentException("a reference names a collection, a document or both");
    }
  }
}
