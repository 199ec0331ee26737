package dev.kvasir.store.pin;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Who holds a block, how often and until when. Its text is {@code owner*count@milliseconds} for
 * each owner, in order of their names, with a space between: {@code console*1@1800000000000
 * warm-up:7*2@1800000060000}.
 *
 * @param holds by owner; empty means that nobody holds the block
 */
public record Pin(Map<String, Hold> holds) {
  static final Pin NONE = new Pin(Map.of());

  private static final int MAX_OWNERS = 64;
  private static final String OWNER = "[A-Za-z0-9._:-]{1,64}";
  private static final Pattern HOLD =
      Pattern.compile("(" + OWNER + ")\\*([1-9][0-9]{0,8})@([0-9]{1,15})");

  /**
   * What one owner has.
   *
   * @param count how often it pinned and has not unpinned yet
   * @param until when all of it ends by itself
   */
  public record Hold(int count, Instant until) {}

  public Pin {
    holds = Map.copyOf(holds);
  }

  /** When the last hold ends by itself; the beginning of time if there is none. */
  public Instant until() {
    return holds.values().stream().map(Hold::until).max(Instant::compareTo).orElse(Instant.EPOCH);
  }

  boolean isFree() {
    return holds.isEmpty();
  }

  /** The holds that have not ended. */
  Pin living(Instant now) {
    return new Pin(
        holds.entrySet().stream()
            .filter(hold -> hold.getValue().until().isAfter(now))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
  }

  /** The same with one more hold of that owner, which lasts at least until then. */
  Pin with(String owner, Instant until) {
    if (!owner.matches(OWNER)) {
      throw new IllegalArgumentException(
          "a pin's owner has 1 to 64 of A-Z a-z 0-9 . _ : -: owner=\"" + owner + "\"");
    }
    Map<String, Hold> more = new HashMap<>(holds);
    more.merge(
        owner,
        new Hold(1, until),
        (known, one) ->
            new Hold(
                known.count() + 1, known.until().isAfter(until) ? known.until() : one.until()));
    if (more.size() > MAX_OWNERS) {
      throw new IllegalArgumentException(
          "a block has at most " + MAX_OWNERS + " owners of pins; unpin it for another one first");
    }
    return new Pin(more);
  }

  /** The same with one hold of that owner less, if it has one. */
  Pin without(String owner) {
    Map<String, Hold> fewer = new HashMap<>(holds);
    fewer.computeIfPresent(
        owner, (_, hold) -> hold.count() == 1 ? null : new Hold(hold.count() - 1, hold.until()));
    return new Pin(fewer);
  }

  String text() {
    return new TreeMap<>(holds)
        .entrySet().stream()
            .map(hold ->
                "%s*%d@%d"
                    .formatted(
                        hold.getKey(),
                        hold.getValue().count(),
                        hold.getValue().until().toEpochMilli()))
            .collect(Collectors.joining(" "));
  }

  /** Reads a text back; empty if it is none. */
  static Optional<Pin> parse(String text) {
    Map<String, Hold> holds = new HashMap<>();
    for (String part : text.split(" ", MAX_OWNERS + 1)) {
      Matcher hold = HOLD.matcher(part);
      if (!hold.matches()) {
        return Optional.empty();
      }
      holds.put(
          hold.group(1),
          new Hold(
              Integer.parseInt(hold.group(2)),
              Instant.ofEpochMilli(Long.parseLong(hold.group(3)))));
    }
    return Optional.of(new Pin(holds));
  }
}
