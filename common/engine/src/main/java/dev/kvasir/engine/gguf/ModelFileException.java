package dev.kvasir.engine.gguf;

import java.nio.file.Path;

/** A model file that cannot be used. The message is one line: file, byte offset and reason. */
public final class ModelFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int MAX_CHARACTERS = 500;

  private final long offset;

  public ModelFileException(Path file, long offset, String reason) {
    super(message(file, offset, reason));
    this.offset = offset;
  }

  public ModelFileException(Path file, long offset, String reason, Throwable cause) {
    super(message(file, offset, reason), cause);
    this.offset = offset;
  }

  /** Where in the file the fault was found, in bytes. */
  public long offset() {
    return offset;
  }

  private static String message(Path file, long offset, String reason) {
    return oneLine("model file " + file + ", byte " + offset + ": " + reason);
  }

  /** Names inside a hostile file may hold anything, and a lot of it. */
  private static String oneLine(String text) {
    return text.codePoints()
        .limit(MAX_CHARACTERS)
        .map(c -> isPrintable(c) ? c : '?')
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static boolean isPrintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
