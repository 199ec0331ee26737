package dev.kvasir.bench.rival;

import java.util.Locale;
import java.util.stream.Stream;

/** Says in a sentence why a virtual environment or pip failed, from what they printed. */
public final class SetupLog {
  private SetupLog() {}

  /**
   * What to do about it.
   *
   * @param log all that was printed
   * @param failed what to say where the log is of no known kind, before its last line
   */
  public static String reason(String log, String failed) {
    String text = log.toLowerCase(Locale.ROOT);
    if (text.contains("ensurepip is not available")) {
      return "python3 has no venv: install it (Debian: apt-get install python3-venv)";
    }
    if (text.contains("no space left")) {
      return "the disk is full: free some space, or set KVASIR_HOME to another disk";
    }
    if (Stream.of("newconnectionerror", "name resolution").anyMatch(text::contains)) {
      return "pip cannot reach the package index: check the network and run it again";
    }
    return "%s (%s)".formatted(failed, lastLine(log));
  }

  private static String lastLine(String log) {
    return log.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .reduce((first, second) -> second)
        .orElse("it said nothing");
  }
}
