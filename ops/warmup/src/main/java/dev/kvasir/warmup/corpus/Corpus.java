package dev.kvasir.warmup.corpus;

import java.util.stream.Stream;

/** Texts to be encoded. */
public interface Corpus {

  /**
   * Every item, in the same order each time as long as nothing changes; the caller closes the
   * stream. Reading throws {@link CorpusException} where the corpus cannot be read any further.
   */
  Stream<Item> items();
}
