package dev.kvasir.cli;

import dev.kvasir.bench.BenchException;
import dev.kvasir.bench.BenchTarget;
import dev.kvasir.bench.Machine;
import dev.kvasir.bench.PassageFile;
import dev.kvasir.bench.TtftBench;
import dev.kvasir.bench.TtftReport;
import dev.kvasir.cli.api.Document;
import dev.kvasir.cli.console.OutputFile;
import dev.kvasir.cli.console.UserError;
import dev.kvasir.cli.node.LocalNode;
import dev.kvasir.cli.node.NodeOptions;
import dev.kvasir.cli.quickstart.Corpus;
import dev.kvasir.engine.prompt.Passage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
  private static final int PASSAGES = 400;
  private static final int COPIES = 3;

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
    NodeOptions options = flags.options();
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
                  passages(root),
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

  /** Wikipedia passages where they lie beside the project, else the bundled ones. */
  private static List<Passage> passages(Path root) throws IOException {
    Path file = root.resolve("../shared/data/nq10-dev.jsonl.gz");
    if (Files.exists(file)) {
      System.err.println("kvasir: passages are those of nq10-dev");
      return PassageFile.read(file, PASSAGES);
    }
    System.err.println("kvasir: passages are the bundled ones, again under other titles");
    List<Passage> passages = new ArrayList<>();
    for (int copy = 1; copy <= COPIES; copy++) {
      for (Document document : Corpus.bundled().passages()) {
        String title = copy == 1 ? document.title() : "%s, %d".formatted(document.title(), copy);
        passages.add(new Passage(Optional.empty(), Optional.of(title), document.text()));
      }
    }
    return passages;
  }
}
