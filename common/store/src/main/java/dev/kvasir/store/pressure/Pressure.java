package dev.kvasir.store.pressure;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a node says of its memory. Its text is {@code 1 full NODE} or {@code 1 free NODE}. A full
 * node repeats it every {@link #REPEAT_MILLIS}, one that is free again says so twice; who hears
 * nothing for {@link #FORGET_MILLIS} takes it for free.
 *
 * @param node its name
 * @param full whether it holds more than it should, so that writers have to wait
 */
public record Pressure(String node, boolean full) {
  /** Name of the topic. */
  public static final String TOPIC = "kvasir-pressure";

  public static final long REPEAT_MILLIS = 100;
  public static final long FORGET_MILLIS = 1_000;

  private static final Pattern TEXT = Pattern.compile("1 (full|free) (\\S{1,128})");

  /** The message. */
  public String text() {
    return "1 " + (full ? "full " : "free ") + node;
  }

  /** Reads a message; empty if it is none. */
  public static Optional<Pressure> parse(String message) {
    Matcher text = TEXT.matcher(message);
    return text.matches()
        ? Optional.of(new Pressure(text.group(2), text.group(1).equals("full")))
        : Optional.empty();
  }
}
