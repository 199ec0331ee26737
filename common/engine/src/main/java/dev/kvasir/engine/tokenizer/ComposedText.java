package dev.kvasir.engine.tokenizer;

import java.text.Normalizer;
import java.util.BitSet;

/**
 * Unicode's composed form (NFC) as Hugging Face's tokenizers know it: their tables are older than
 * the JDK's, so marks and compositions that came later stay as they are.
 */
final class ComposedText {
  /** Below this, all text is composed. */
  private static final int FIRST_MARK = 0x300;

  /**
   * What the JDK reorders or composes and Hugging Face does not, in hexadecimal: found by comparing
   * both on every character (tokenizers 0.23, JDK 25), and the whole blocks of the compositions.
   */
  private static final String LATER =
      """
      7FD 897-89F 8CA-8D3 9FE C3C D3B-D3C EBA 1715 1ABF-1ACE 1DF6-1DFA A82C 105C0-105FF 10D24-10D27
      10D69-10D6D 10EAB-10EAC 10EFD-10EFF 10F46-10F50 10F82-10F85 11070 1133B 11380-113FF 1145E
      11839-1183A 11900-1195F 119E0 11A34 11A47 11A99 11D42 11D44-11D45 11D97 11F41-11F42
      16100-1613F 16D40-16D7F 16FF0-16FF1 1E08F 1E130-1E136 1E2AE 1E2EC-1E2EF 1E4EC-1E4EF
      1E5EE-1E5EF\
      """;

  private static final BitSet IS_LATER = bits(LATER);

  private ComposedText() {}

  static String of(String text) {
    if (text.chars().allMatch(c -> c < FIRST_MARK)) {
      return text;
    }
    StringBuilder composed = new StringBuilder(text.length());
    int start = 0;
    int at = 0;
    while (at < text.length()) {
      int codePoint = text.codePointAt(at);
      int after = at + Character.charCount(codePoint);
      if (IS_LATER.get(codePoint)) {
        composed.append(composed(text.substring(start, at))).appendCodePoint(codePoint);
        start = after;
      }
      at = after;
    }
    return composed.append(composed(text.substring(start))).toString();
  }

  private static String composed(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC);
  }

  private static BitSet bits(String ranges) {
    BitSet bits = new BitSet();
    for (String range : ranges.split("\\s+", -1)) {
      int dash = range.indexOf('-');
      int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash), 16);
      bits.set(first, (dash < 0 ? first : Integer.parseInt(range.substring(dash + 1), 16)) + 1);
    }
    return bits;
  }
}
