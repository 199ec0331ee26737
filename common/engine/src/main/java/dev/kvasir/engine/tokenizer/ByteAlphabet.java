package dev.kvasir.engine.tokenizer;

import java.util.Arrays;

/**
 * The 256 printable characters by which a byte-level vocabulary spells bytes (Radford et al. 2019):
 * printable Latin-1 bytes stand for themselves, the others for U+0100 and up, in order.
 */
final class ByteAlphabet {
  private static final char FIRST_SUBSTITUTE = 0x100;
  private static final char[] LETTERS = letters();
  private static final short[] BYTES = bytes();

  private ByteAlphabet() {}

  /** The character that spells a byte (0 to 255). */
  static char letter(int value) {
    return LETTERS[value];
  }

  /** The characters that spell these bytes. */
  static String spelling(byte[] bytes) {
    StringBuilder spelling = new StringBuilder(bytes.length);
    for (byte value : bytes) {
      spelling.append(letter(Byte.toUnsignedInt(value)));
    }
    return spelling.toString();
  }

  /** The byte (0 to 255) that a character spells, or -1. */
  static int value(char letter) {
    return letter < BYTES.length ? BYTES[letter] : -1;
  }

  private static char[] letters() {
    char[] letters = new char[256];
    char next = FIRST_SUBSTITUTE;
    for (int value = 0; value < letters.length; value++) {
      letters[value] = isPrintable(value) ? (char) value : next++;
    }
    return letters;
  }

  private static short[] bytes() {
    short[] bytes = new short[2 * FIRST_SUBSTITUTE];
    Arrays.fill(bytes, (short) -1);
    for (int value = 0; value < LETTERS.length; value++) {
      bytes[LETTERS[value]] = (short) value;
    }
    return bytes;
  }

  private static boolean isPrintable(int value) {
    return (value >= '!' && value <= '~') || (value >= 0xA1 && value <= 0xFF && value != 0xAD);
  }
}
