package dev.kvasir.cli;

import dev.kvasir.bench.BenchException;
import dev.kvasir.bench.BenchTarget;
import dev.kvasir.bench.Machine;
import dev.kvasir.bench.TtftBench;
import dev.kvasir.bench.TtftReport;
import dev.kvasir.cli.console.OutputFile;
import dev.kvasir.cli.console.UserError;
import dev.kvasir.cli.node.LocalNode;
import dev.kvasir.cli.node.NodeOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kvasir bench ttft}. */
@Command(
    name = "ttft",
    description = {
      "Time to first token of a 50-token question after passages: full attention, blocks missing,",
      "in the grid, in local memory; medians, interleaved. Takes several minutes."
    },
    mixinStandardHelpOptions = true)
final class TtftCommand implements Runnable {
  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures to this file.")
  private @Nullable Path json;

  @Option(
      names = "--contexts",
      split = ",",
      paramLabel = "TOKENS",
      description = "Tokens of passages (default: ${DEFAULT-VALUE}).",
      defaultValue = "1000,2000,4000,7500")
  private List<Integer> contexts = List.of();

  @Option(
      names = "--repeats",
      description = "Measurements of each (default: ${DEFAULT-VALUE}).",
      defaultValue = "5")
  private int repeats;

  @Mixin private NodeFlags flags = new NodeFlags();

  @Override
  public void run() {
    OutputFile.requireFolder(json);
    NodeOptions options = NodeFlags.options(flags.read(Stream.empty()).value());
    UntilStopped.run(() -> LocalNode.open(options), this::measure);
  }

  private void measure(LocalNode node) {
    Path root = Path.of(System.getProperty("kvasir.root", "."));
    BenchTarget target =
        new BenchTarget(node.engine(), node.decode().generator(), node.layout(), node.caches());
    try {
      TtftReport report =
          new TtftBench(
                  target,
                  new TtftBench.Plan(contexts, repeats),
                  BenchPassages.read(root),
                  step -> System.err.println("kvasir: " + step))
              .run();
      System.out.print(report.table());
      System.out.println("machine: " + Machine.line(root));
      if (json != null) {
        report.write(json);
      }
    } catch (BenchException e) {
      throw new UserError(e);
    } catch (IOException e) {
      throw new UserError("a file could not be read or written: " + e.getMessage(), e);
    }
  }
}
