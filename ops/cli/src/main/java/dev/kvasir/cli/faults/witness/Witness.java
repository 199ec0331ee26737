package dev.kvasir.cli.faults.witness;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvasir.cli.node.Grids;
import dev.kvasir.config.KvasirConfig;
import dev.kvasir.store.grid.Grid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/**
 * Clients of a grid that do everything that can be done to blocks, at random, and remember it. Owns
 * the clients.
 */
public final class Witness implements AutoCloseable {
  /** What its blocks name as their model. */
  public static final String MODEL = "witness";

  /** How many it uses. */
  public static final int BLOCKS = 16;

  static final String SCOPE = "tenant:witness";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Queue<Operation> history = new ConcurrentLinkedQueue<>();
  private final List<Grid> grids = new ArrayList<>();
  private final List<WitnessClient> clients = new ArrayList<>();

  /**
   * What was seen.
   *
   * @param counts operations by their kind
   * @param violations what no grid may do
   * @param doubleLeases leases with two holders at a time
   */
  public record Testimony(
      Map<String, Long> counts, List<String> violations, List<String> doubleLeases) {}

  /** Starts a client for each configuration. */
  public Witness(List<KvasirConfig> configs, long seed) {
    MarkedBlocks blocks = new MarkedBlocks();
    try {
      for (KvasirConfig config : configs) {
        Grid grid = Grids.open(config, Map.of());
        grids.add(grid);
        clients.add(new WitnessClient(grid, blocks, seed + grids.size(), history::add));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
    clients.forEach(WitnessClient::start);
  }

  /** Ends the clients, writes the history as JSON lines and says what is wrong with it. */
  public Testimony testify(Path file) {
    clients.forEach(WitnessClient::close);
    List<Operation> all = List.copyOf(history);
    write(all, file);
    HistoryCheck.Verdict verdict = HistoryCheck.check(all);
    List<String> violations = new ArrayList<>(verdict.foreign());
    violations.addAll(verdict.buried());
    Map<String, Long> counts =
        all.stream().collect(Collectors.groupingBy(Witness::kind, Collectors.counting()));
    return new Testimony(counts, violations, verdict.shared());
  }

  private static String kind(Operation operation) {
    return switch (operation) {
      case Operation.Read read -> read.value() == Operation.Read.NOTHING ? "misses" : "hits";
      case Operation.Write write -> write.stored() ? "writes" : "writes not confirmed";
      case Operation.Delete delete -> delete.done() ? "deletions" : "deletions not confirmed";
      case Operation.Lease _ -> "leases";
    };
  }

  private static void write(List<Operation> all, Path file) {
    try (Writer out = Files.newBufferedWriter(file)) {
      for (Operation operation : all) {
        out.write(
            MAPPER.writeValueAsString(
                Map.of("kind", operation.getClass().getSimpleName(), "operation", operation)));
        out.write('\n');
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    clients.forEach(WitnessClient::close);
    grids.forEach(Grid::close);
    grids.clear();
  }
}
