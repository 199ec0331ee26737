package dev.kvasir.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Which adapter a model gets: the one in a folder, or expressly none.
 *
 * @param folder of a LoRA adapter in PEFT's layout
 */
public record AdapterChoice(Optional<Path> folder) {
  static final String FORM = "a folder, or the word none";

  private static final String NONE = "none";

  /**
   * Reads a choice as written.
   *
   * @throws IllegalArgumentException whose message says how choices are written
   */
  public static AdapterChoice parse(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("must not be blank: write %s".formatted(FORM));
    }
    return new AdapterChoice(text.equals(NONE) ? Optional.empty() : Optional.of(Path.of(text)));
  }

  /** As written; {@link #parse} reads it back. */
  @Override
  public String toString() {
    return folder.map(Path::toString).orElse(NONE);
  }
}
