package dev.kvasir.store.guard;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a guard of one process decided on a model's blocks. Its text is {@code 1 KIND NODE MODEL
 * SCOPE COLLECTION MILLIS SENTENCE}, each word percent-encoded, with a dash for what is not there.
 *
 * @param node id of the process in the grid
 * @param scope whose blocks it is about, in its canonical form; empty: all of the model
 * @param collection of that scope; empty: all of them
 * @param sentence why
 */
public record GuardNote(
    Kind kind,
    String node,
    String model,
    Optional<String> scope,
    Optional<String> collection,
    Instant at,
    String sentence) {
  private static final String VERSION = "1";
  private static final String NONE = "-";
  private static final int WORDS = 8;

  /** What was decided. */
  public enum Kind {
    /** The gate let the model use blocks. */
    PASSED,
    /** The gate did not. */
    REFUSED,
    /** The audit stopped blocks that had been in use. */
    STOPPED;

    private String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** There is one note under a key: the gate's of a process, and a stop for each part. */
  String key() {
    String of = kind == Kind.STOPPED ? words(scope, collection) : "gate";
    return encoded(node) + " " + of;
  }

  String text() {
    return Stream.of(
            VERSION,
            kind.label(),
            encoded(node),
            encoded(model),
            words(scope, collection),
            Long.toString(at.toEpochMilli()),
            encoded(sentence))
        .collect(Collectors.joining(" "));
  }

  static Optional<GuardNote> parse(String text) {
    List<String> words = List.of(text.split(" "));
    if (words.size() != WORDS || !words.getFirst().equals(VERSION)) {
      return Optional.empty();
    }
    try {
      return kind(words.get(1)).map(kind -> read(kind, words));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static GuardNote read(Kind kind, List<String> words) {
    return new GuardNote(
        kind,
        decoded(words.get(2)),
        decoded(words.get(3)),
        optional(words.get(4)),
        optional(words.get(5)),
        Instant.ofEpochMilli(Long.parseLong(words.get(6))),
        decoded(words.get(7)));
  }

  private static Optional<Kind> kind(String label) {
    return Arrays.stream(Kind.values()).filter(kind -> kind.label().equals(label)).findFirst();
  }

  private static String words(Optional<String> scope, Optional<String> collection) {
    return scope.map(GuardNote::encoded).orElse(NONE)
        + " "
        + collection.map(GuardNote::encoded).orElse(NONE);
  }

  private static Optional<String> optional(String word) {
    return word.equals(NONE) ? Optional.empty() : Optional.of(decoded(word));
  }

  /** The encoder leaves a dash as it is. */
  private static String encoded(String word) {
    return URLEncoder.encode(word, StandardCharsets.UTF_8).replace("-", "%2D");
  }

  private static String decoded(String word) {
    return URLDecoder.decode(word, StandardCharsets.UTF_8);
  }
}
