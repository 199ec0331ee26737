package dev.kvasir.engine.tokenizer;

/**
 * The classes of characters that pre-tokenizers tell apart, by Unicode property. The properties are
 * the JDK's (JDK 25: Unicode 16); Hugging Face's tokenizers knew 13 numbers of Unicode 17 besides.
 */
enum CharacterClass {
  /** {@code \p{L}}. */
  LETTER,
  /** {@code \p{N}}. */
  NUMBER,
  /** {@code White_Space}. */
  SPACE,
  OTHER;

  private static final int LETTERS =
      1 << Character.UPPERCASE_LETTER
          | 1 << Character.LOWERCASE_LETTER
          | 1 << Character.TITLECASE_LETTER
          | 1 << Character.MODIFIER_LETTER
          | 1 << Character.OTHER_LETTER;
  private static final int NUMBERS =
      1 << Character.DECIMAL_DIGIT_NUMBER
          | 1 << Character.LETTER_NUMBER
          | 1 << Character.OTHER_NUMBER;

  static CharacterClass of(int codePoint) {
    if (isSpace(codePoint)) {
      return SPACE;
    }
    int type = 1 << Character.getType(codePoint);
    if ((type & LETTERS) != 0) {
      return LETTER;
    }
    return (type & NUMBERS) != 0 ? NUMBER : OTHER;
  }

  private static boolean isSpace(int c) {
    return (c >= 0x09 && c <= 0x0D)
        || c == 0x20
        || c == 0x85
        || c == 0xA0
        || c == 0x1680
        || (c >= 0x2000 && c <= 0x200A)
        || c == 0x2028
        || c == 0x2029
        || c == 0x202F
        || c == 0x205F
        || c == 0x3000;
  }
}
