package dev.kvasir.engine.prompt;

import java.util.regex.Pattern;

/** How a passage is written in a prompt: one line for its title, if any, and one for its text. */
final class PassageText {
  private static final Pattern LINE_BREAK = Pattern.compile("\\R");

  private PassageText() {}

  static String of(Passage passage) {
    if (passage.text().isBlank()) {
      throw new IllegalArgumentException(
          "the text of document%s is blank: send its text or leave the document out"
              .formatted(passage.id().map(id -> " \"" + id + "\"").orElse("")));
    }
    String text = line(passage.text()) + "\n";
    return passage
        .title()
        .filter(title -> !title.isBlank())
        .map(title -> "- Title: " + line(title) + "\n" + text)
        .orElse("- " + text);
  }

  private static String line(String text) {
    return LINE_BREAK.matcher(text).replaceAll(" ");
  }
}
