package dev.kvasir.engine.prompt;

/** White space as Python sees it, since templates are written for Python. */
final class PythonText {
  private PythonText() {}

  /** The text without white space at its start, its end or both. */
  static String strip(String text, boolean start, boolean end) {
    int from = 0;
    int to = text.length();
    while (start && from < to && isSpace(text.charAt(from))) {
      from++;
    }
    while (end && to > from && isSpace(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  private static boolean isSpace(char c) {
    return (c >= 0x09 && c <= 0x0D)
        || (c >= 0x1C && c <= 0x20)
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
