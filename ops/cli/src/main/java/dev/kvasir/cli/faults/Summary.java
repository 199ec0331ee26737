package dev.kvasir.cli.faults;

import dev.kvasir.cli.console.TextTable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The sums of a run.
 *
 * @param violations one sentence each; empty if the run was clean
 * @param millis of every request
 * @param sources how often blocks came from where
 * @param faults how often each was injected
 * @param operations what the witness did to blocks, by kind
 * @param retries attempts beyond the first, after a worker was killed
 */
public record Summary(
    List<String> violations,
    List<Long> millis,
    Map<Outcome, Integer> outcomes,
    Map<String, Integer> sources,
    Map<String, Integer> faults,
    Map<String, Long> operations,
    int retries) {

  /** A table and the first violations. */
  public String text() {
    TextTable table =
        TextTable.of("what", "count>")
            .row("requests", millis.size())
            .row("retried on the other worker", retries);
    for (Outcome outcome : Outcome.values()) {
      table.row("requests " + lower(outcome.name()), outcomes.getOrDefault(outcome, 0));
    }
    sources.forEach((source, count) -> table.row("blocks from " + source, count));
    faults.forEach((fault, count) -> table.row("fault " + fault, count));
    operations.forEach((kind, count) -> table.row("witness " + kind, count));
    table.row("median ms", share(0.5)).row("p99 ms", share(0.99)).row("longest ms", share(1));
    table.row("violations", violations.size());
    return table
        + violations.stream()
            .limit(20)
            .map(v -> "VIOLATION " + v + "\n")
            .collect(Collectors.joining());
  }

  private long share(double share) {
    List<Long> sorted = millis.stream().sorted().toList();
    return sorted.isEmpty() ? 0 : sorted.get((int) Math.ceil(share * sorted.size()) - 1);
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
