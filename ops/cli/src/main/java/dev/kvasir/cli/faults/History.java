package dev.kvasir.cli.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What happened, as JSON lines, each with {@code type} and {@code at_ms} since the start, and its
 * sums. Owns the file. Thread-safe.
 */
final class History implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final long began = System.nanoTime();
  private final Writer out;
  private final List<String> violations = new ArrayList<>();
  private final List<Long> millis = new ArrayList<>();
  private final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
  private final Map<String, Integer> sources = new TreeMap<>();
  private final Map<String, Integer> faults = new TreeMap<>();
  private Map<String, Long> operations = Map.of();
  private int retries;

  History(Path file) {
    try {
      out = Files.newBufferedWriter(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A request and all its attempts. */
  record Request(
      String worker,
      int prompt,
      Outcome outcome,
      int attempts,
      long millis,
      List<String> sources,
      String detail) {}

  synchronized void began(Plan plan) {
    write(
        line("run")
            .put("seed", plan.seed())
            .put("seconds", plan.length().toSeconds())
            .put("grid", plan.grid().name()));
  }

  synchronized void request(Request request) {
    outcomes.merge(request.outcome(), 1, Integer::sum);
    request.sources().forEach(source -> sources.merge(source, 1, Integer::sum));
    retries += request.attempts() - 1;
    millis.add(request.millis());
    ObjectNode line =
        line("request")
            .put("worker", request.worker())
            .put("prompt", request.prompt())
            .put("outcome", request.outcome().name())
            .put("attempts", request.attempts())
            .put("ms", request.millis())
            .put("detail", request.detail());
    request.sources().forEach(line.putArray("sources")::add);
    write(line);
    if (request.outcome().violates()) {
      violation(
          "%s: prompt %d on %s after %d ms: %s"
              .formatted(
                  request.outcome(),
                  request.prompt(),
                  request.worker(),
                  request.millis(),
                  request.detail()));
    }
  }

  synchronized void fault(String name, String detail, long millis) {
    faults.merge(name, 1, Integer::sum);
    write(line("fault").put("fault", name).put("detail", detail).put("ms", millis));
  }

  /** What was done to blocks beside the requests, by kind. */
  synchronized void operations(Map<String, Long> counts, int doubleLeases) {
    operations = new TreeMap<>(counts);
    operations.put("leases with two holders", (long) doubleLeases);
    ObjectNode line = line("operations");
    operations.forEach(line::put);
    write(line);
  }

  synchronized void event(String text) {
    write(line("event").put("detail", text));
  }

  synchronized void violation(String sentence) {
    violations.add(sentence);
    write(line("violation").put("detail", sentence));
  }

  private ObjectNode line(String type) {
    return MAPPER
        .createObjectNode()
        .put("type", type)
        .put("at_ms", (System.nanoTime() - began) / 1_000_000);
  }

  private void write(ObjectNode line) {
    try {
      out.write(line + "\n");
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Blocks that came from the grid so far. */
  synchronized int hits() {
    return sources.getOrDefault("grid", 0);
  }

  /** All sums so far. */
  synchronized Summary summary() {
    return new Summary(
        List.copyOf(violations),
        List.copyOf(millis),
        new EnumMap<>(outcomes),
        new TreeMap<>(sources),
        new TreeMap<>(faults),
        new TreeMap<>(operations),
        retries);
  }

  @Override
  public synchronized void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
