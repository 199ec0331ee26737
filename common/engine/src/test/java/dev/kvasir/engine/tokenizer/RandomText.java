package dev.kvasir.engine.tokenizer;

import java.util.List;
import java.util.Random;

/** Texts of many kinds. */
final class RandomText {
  private static final List<String> BITS =
      List.of(
          " ",
          "  ",
          "   ",
          "\n",
          "\r\n",
          "\n\n",
          "\t",
          "\u00A0",
          "\u3000",
          "\u2028",
          "\u0085",
          "\u000B",
          "\u1680",
          "\u200B",
          "\uFEFF",
          "0",
          "7",
          "42",
          "3.14",
          "1,000,000",
          "²",
          "½",
          "Ⅷ",
          "٣",
          "𝟘",
          "'",
          "'s",
          "'t",
          "'re",
          "'ve",
          "'m",
          "'ll",
          "'d",
          "'S",
          "'LL",
          "'\u017F",
          "'Ve",
          "’s",
          "don't",
          "it's",
          "e\u0301",
          "\u0301",
          "a\u0323\u0302",
          "\u1100\u1161\u11A8",
          "\u212B",
          "ﬁ",
          "ß",
          "İ",
          "Straße",
          "東京",
          "日本語",
          "한국어",
          "ไทย",
          "العربية",
          "עברית",
          "हिन्दी",
          "Ελλάδα",
          "Москва",
          "🙂",
          "👍🏽",
          "👨‍👩‍👧",
          "🇩🇪",
          "𐍈",
          "\u0000",
          "\u0001",
          "\u0004",
          "\u0007",
          "\u0014",
          "\u001B[1m",
          "\u007F",
          "\uFFFD",
          "\uFFFF",
          "<|im_end|>",
          "<|im_start|>",
          "<|endoftext|>",
          "<",
          "|",
          ">",
          "...",
          "—",
          "\"",
          "(",
          ")",
          "http://a.b/c?d=e&f",
          "snake_case",
          "camelCase",
          "x += 1;",
          "{}",
          "$",
          "€",
          "the",
          "The",
          " the",
          "Answer",
          "document",
          "a",
          "I",
          "aaaa",
          "zzzzzz",
          "\\n",
          "\\u0041",
          "#",
          "- Title:");

  private RandomText() {}

  static String next(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> bits(random, 1 + random.nextInt(30));
      case 1 -> codePoints(random, 0x80, 30);
      case 2 -> codePoints(random, 0x3000, 30);
      case 3 -> codePoints(random, 0x40000, 30);
      case 4 -> run(random);
      default -> bits(random, 5) + codePoints(random, 0x250, 10) + bits(random, 5);
    };
  }

  /** Some of the listed bits, one after the other. */
  static String bits(Random random, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(BITS.get(random.nextInt(BITS.size())));
    }
    return text.toString();
  }

  /** Characters below a limit, blanks more often than others. */
  private static String codePoints(Random random, int limit, int longest) {
    StringBuilder text = new StringBuilder();
    int count = 1 + random.nextInt(longest);
    while (count > 0) {
      int codePoint = random.nextInt(6) == 0 ? ' ' : random.nextInt(limit);
      if (isAssigned(codePoint)) {
        text.appendCodePoint(codePoint);
        count--;
      }
    }
    return text.toString();
  }

  private static String run(Random random) {
    String bit = BITS.get(random.nextInt(BITS.size()));
    return bits(random, 2) + bit.repeat(1 + random.nextInt(200)) + bits(random, 2);
  }

  /** Whether both sides know the character's class: the oracle has a later Unicode than the JDK. */
  static boolean isAssigned(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.SURROGATE, Character.UNASSIGNED -> false;
      default -> true;
    };
  }
}
