package dev.kvasir.cli;

import dev.kvasir.bench.BenchException;
import dev.kvasir.bench.Machine;
import dev.kvasir.bench.grid.BlockSet;
import dev.kvasir.bench.grid.GridBench;
import dev.kvasir.bench.grid.GridKind;
import dev.kvasir.bench.grid.GridReport;
import dev.kvasir.block.ElementType;
import dev.kvasir.cli.console.OutputFile;
import dev.kvasir.cli.console.UserError;
import dev.kvasir.cli.node.GridClientWorker;
import dev.kvasir.store.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kvasir bench grid}. */
@Command(
    name = "grid",
    description = {
      "Blocks out of a grid in another process beside plain TCP and Redis in the same run, and",
      "the first token with all blocks in that grid beside all of them in local memory.",
      "Without redis-server on the path its rows say so."
    },
    mixinStandardHelpOptions = true)
final class GridBenchCommand implements Runnable {
  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures to this file.")
  private @Nullable Path json;

  @Option(
      names = "--grid",
      split = ",",
      description = "Which: ${COMPLETION-CANDIDATES} (default: all).")
  private List<GridKind> grids = List.of(GridKind.values());

  @Option(
      names = "--kv",
      split = ",",
      paramLabel = "TYPE",
      description = "Element types of the blocks before a first token (default: float16,int8).")
  private List<ElementType> kv = List.of(ElementType.FLOAT16, ElementType.INT8);

  @Option(names = "--pulls-only", description = "No first tokens, for a quick look.")
  private boolean pullsOnly;

  @Option(
      names = "--blocks",
      description = "Float16 blocks of 100 tokens that are pulled (default: ${DEFAULT-VALUE}).",
      defaultValue = "64")
  private int blocks;

  @Option(
      names = "--context",
      paramLabel = "TOKENS",
      description = "Tokens of passages before a first token (default: ${DEFAULT-VALUE}).",
      defaultValue = "4000")
  private int context;

  @Option(
      names = "--repeats",
      description = "Measurements of each (default: ${DEFAULT-VALUE}).",
      defaultValue = "9")
  private int repeats;

  @Option(
      names = "--threads",
      description = "Threads that compute (default: ${DEFAULT-VALUE}).",
      defaultValue = "2")
  private int threads;

  @Override
  public void run() {
    OutputFile.requireFolder(json);
    if (blocks < 1 || context < 1 || repeats < 1 || threads < 1) {
      throw new UserError("--blocks, --context, --repeats and --threads must be at least 1");
    }
    if (kv.contains(ElementType.FLOAT32)) {
      throw new UserError("--kv takes float16 and int8: nothing else is served");
    }
    Path root = Path.of(System.getProperty("kvasir.root", "."));
    try {
      GridReport report = measure(root);
      System.out.print(report.table());
      System.out.println("machine: " + Machine.line(root));
      if (json != null) {
        report.write(json, root);
      }
    } catch (BenchException | StoreException e) {
      throw new UserError(e);
    } catch (IOException e) {
      throw new UserError("a file could not be read or written: " + e.getMessage(), e);
    }
  }

  private GridReport measure(Path root) throws IOException {
    GridBench.Plan plan =
        new GridBench.Plan(
            grids,
            BlockSet.usual(blocks),
            pullsOnly ? List.of() : kv,
            context,
            repeats,
            GridBench.Plan.redisIn(System.getenv().getOrDefault("PATH", "")));
    return new GridBench(
            plan,
            BenchPassages.read(root),
            GridClientWorker.starter(FetchModelCommand.fetch(), threads),
            step -> System.err.println("kvasir: " + step))
        .run();
  }
}
