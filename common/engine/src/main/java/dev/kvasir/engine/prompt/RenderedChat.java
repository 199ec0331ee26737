package dev.kvasir.engine.prompt;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A conversation as a chat template writes it: the template's own text and the messages' texts.
 *
 * @param parts markup and messages by turns, starting and ending with markup, every message once
 */
record RenderedChat(List<Part> parts) {
  /** A piece of text, by the template or by a message. */
  record Part(String text, boolean isMarkup) {}

  RenderedChat {
    parts = List.copyOf(parts);
  }

  /** Everything up to the end of a message's text. */
  List<Part> throughMessage(int index) {
    return parts.subList(0, 2 * index + 2);
  }

  /** Everything behind a message's text. */
  List<Part> behindMessage(int index) {
    return parts.subList(2 * index + 2, parts.size());
  }

  String text() {
    return parts.stream().map(Part::text).collect(Collectors.joining());
  }
}
