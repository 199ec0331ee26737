package dev.kvasir.store.event;

import dev.kvasir.block.BlockKey;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Something that happened to a block. Its text is {@code 2 KIND KEY BYTES SCOPE STREAM NUMBER
 * MEMBER}, with a dash for a scope that is not known.
 *
 * @param bytes of the block; 0 where they are not known
 * @param scope whose block it is, in its canonical form; empty where the process does not know
 */
public record BlockEvent(
    Kind kind, BlockKey key, long bytes, Optional<String> scope, Origin origin) {
  private static final String UNKNOWN = "-";
  private static final Pattern TEXT =
      Pattern.compile(
          "2 ([a-z]{1,16}) ([0-9a-f]{64}) ([0-9]{1,18}) (\\S{1,128})"
              + " ([0-9a-f]{8}) ([1-9][0-9]{0,17}) (\\S.{0,127})");

  /**
   * Who tells of an event, and as its how-manieth.
   *
   * @param member id of the process that did it
   * @param stream one of the process's tellers; another in every process
   * @param number from 1, without gaps within a stream, so that who misses an event can tell
   */
  public record Origin(String member, String stream, long number) {}

  /** What happened. */
  public enum Kind {
    STORED,
    REMOVED,
    /** A node let go of it to stay within its budget; its files may still have it. */
    EVICTED,
    /** Its bytes were damaged, and it was removed. */
    QUARANTINED;

    /** In lower case, as in the text. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  String text() {
    return "2 %s %s %d %s %s %d %s"
        .formatted(
            kind.label(),
            key.hex(),
            bytes,
            scope.orElse(UNKNOWN),
            origin.stream(),
            origin.number(),
            origin.member());
  }

  static Optional<BlockEvent> parse(String message) {
    Matcher text = TEXT.matcher(message);
    return text.matches() ? kind(text.group(1)).map(kind -> read(kind, text)) : Optional.empty();
  }

  private static BlockEvent read(Kind kind, Matcher text) {
    return new BlockEvent(
        kind,
        BlockKey.parse(text.group(2)),
        Long.parseLong(text.group(3)),
        Optional.of(text.group(4)).filter(scope -> !scope.equals(UNKNOWN)),
        new Origin(text.group(7), text.group(5), Long.parseLong(text.group(6))));
  }

  private static Optional<Kind> kind(String label) {
    for (Kind kind : Kind.values()) {
      if (kind.label().equals(label)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
