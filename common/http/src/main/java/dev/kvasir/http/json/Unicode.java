package dev.kvasir.http.json;

/** Checks on texts that come from clients. */
public final class Unicode {
  private static final int SHOWN = 64;

  private Unicode() {}

  /** Whether every surrogate has its other half, so that the text has a UTF-8 form. */
  public static boolean wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return false;
      }
    }
    return true;
  }

  /** A client's text shortened and cleaned, to be shown in a message. */
  public static String shown(String text) {
    StringBuilder shown = new StringBuilder();
    text.chars().limit(SHOWN).forEach(c -> shown.append(printable((char) c) ? (char) c : '\uFFFD'));
    return text.length() > SHOWN ? shown + "..." : shown.toString();
  }

  private static boolean printable(char c) {
    return !Character.isISOControl(c) && !Character.isSurrogate(c);
  }
}
