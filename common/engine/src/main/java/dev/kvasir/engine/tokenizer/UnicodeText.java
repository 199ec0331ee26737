package dev.kvasir.engine.tokenizer;

/** Unicode's rules for strings that may hold half a character. */
final class UnicodeText {
  private static final char REPLACEMENT = '\uFFFD';

  private UnicodeText() {}

  /** The text with each unpaired surrogate replaced by U+FFFD. */
  static String wellFormed(String text) {
    if (isWellFormed(text)) {
      return text;
    }
    StringBuilder copy = new StringBuilder(text.length());
    text.codePoints().forEach(c -> copy.appendCodePoint(isSurrogate(c) ? REPLACEMENT : c));
    return copy.toString();
  }

  static boolean isWellFormed(String text) {
    return text.codePoints().noneMatch(UnicodeText::isSurrogate);
  }

  private static boolean isSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }
}
