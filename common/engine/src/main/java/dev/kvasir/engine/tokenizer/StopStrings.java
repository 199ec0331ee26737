package dev.kvasir.engine.tokenizer;

import java.util.List;

/**
 * Ends a stream of text before a stop string: text that could be the start of one is held back
 * until it is known not to be. The string that is complete first counts, the longest among several,
 * so the result does not depend on how the text is cut into deltas.
 */
final class StopStrings {
  private final List<String> stops;
  private final StringBuilder held = new StringBuilder();
  private boolean stopped;

  StopStrings(List<String> stops) {
    for (String stop : stops) {
      if (stop.isEmpty() || !UnicodeText.isWellFormed(stop)) {
        throw new IllegalArgumentException(
            "a stop string is empty or holds half a character: send whole text or leave it out");
      }
    }
    this.stops = List.copyOf(stops);
  }

  boolean stopped() {
    return stopped;
  }

  /** What of the text so far may be shown now. */
  String append(String delta) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < delta.length() && !stopped; i++) {
      held.append(delta.charAt(i));
      int matched = matched();
      if (matched > 0) {
        stopped = true;
        shown.append(held, 0, held.length() - matched);
        held.setLength(0);
      } else {
        int safe = held.length() - startedLength();
        shown.append(held, 0, safe);
        held.delete(0, safe);
      }
    }
    return shown.toString();
  }

  /** The text held back, now that no more follows. */
  String finish() {
    String rest = held.toString();
    held.setLength(0);
    return rest;
  }

  /** Length of the longest stop string that the held text ends with, or 0. */
  private int matched() {
    return stops.stream()
        .filter(stop -> endsWith(stop, stop.length()))
        .mapToInt(String::length)
        .max()
        .orElse(0);
  }

  /** Length of the longest end of the held text that starts a stop string. */
  private int startedLength() {
    int longest = 0;
    for (String stop : stops) {
      for (int n = Math.min(stop.length() - 1, held.length()); n > longest; n--) {
        if (endsWith(stop, n)) {
          longest = n;
        }
      }
    }
    return longest;
  }

  /** Whether the held text ends with the first {@code length} characters of a stop string. */
  private boolean endsWith(String stop, int length) {
    int from = held.length() - length;
    return from >= 0 && held.substring(from).equals(stop.substring(0, length));
  }
}
