package dev.kvasir.warmup.corpus;

import dev.kvasir.engine.prompt.Passage;

/** One text of a corpus. */
public sealed interface Item {

  /** Where it lies, for people: {@code line 17}, {@code guide/start.md#3}. */
  String where();

  /** A passage. */
  record Usable(String where, Passage passage) implements Item {}

  /**
   * Something that is no passage.
   *
   * @param problem one sentence
   */
  record Faulty(String where, String problem) implements Item {}
}
