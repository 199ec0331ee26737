package dev.kvasir.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * A text that is never printed, such as a password. A built-in default cannot hold one.
 *
 * @param reveal the text itself
 */
public record Secret(String reveal) {
  static final String MASK = "****";
  static final String FORM = "a text, or file:PATH of a file that holds it";

  private static final String FILE = "file:";

  /**
   * Reads a secret as written: the text itself, or {@code file:/path} of a UTF-8 file that holds
   * it; line ends after it do not count.
   *
   * @throws IllegalArgumentException whose message says what to do, without the secret
   */
  public static Secret parse(String text) {
    String secret = text.startsWith(FILE) ? content(text.substring(FILE.length())) : text;
    if (secret.isBlank()) {
      throw new IllegalArgumentException("must not be blank: write " + FORM);
    }
    return new Secret(secret);
  }

  private static String content(String file) {
    try {
      return Files.readString(Path.of(file)).stripTrailing();
    } catch (IOException | InvalidPathException e) {
      throw new IllegalArgumentException(
          "names the file '%s', which cannot be read as UTF-8: check path and rights"
              .formatted(file),
          e);
    }
  }

  @Override
  public String toString() {
    return MASK;
  }
}
