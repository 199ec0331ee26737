package dev.kvasir.cli;

import dev.kvasir.bench.BenchException;
import dev.kvasir.bench.Machine;
import dev.kvasir.bench.warmup.WarmUpBench;
import dev.kvasir.bench.warmup.WarmUpReport;
import dev.kvasir.cli.console.OutputFile;
import dev.kvasir.cli.console.UserError;
import dev.kvasir.cli.node.WarmUpBenchNode;
import dev.kvasir.config.ModelConfig;
import dev.kvasir.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kvasir bench warmup}. */
@Command(
    name = "warmup",
    description = {
      "Encodes the passages of questions ahead and asks the questions of a cold cache, of the",
      "warmed one, and of one of a quarter of the bytes. Ten passages take about a second."
    },
    mixinStandardHelpOptions = true)
final class WarmupBenchCommand implements Runnable {
  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures to this file.")
  private @Nullable Path json;

  @Option(
      names = "--questions",
      paramLabel = "FILE",
      description = "Gzipped lines of questions (default: nq10-dev beside the project).")
  private @Nullable Path questions;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "How many questions (default: ${DEFAULT-VALUE}).",
      defaultValue = "200")
  private int limit;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description = "Memory of the cache (default: ${DEFAULT-VALUE}).",
      defaultValue = "8GiB")
  private String memory = "";

  @Option(names = "--kv", description = "Element type of blocks (default: float16).")
  private ModelConfig.KvElementType kv = ModelConfig.KvElementType.FLOAT16;

  @Override
  public void run() {
    OutputFile.requireFolder(json);
    Path root = Path.of(System.getProperty("kvasir.root", "."));
    Path file =
        questions == null
            ? root.resolve("../shared/data/nq10-dev.jsonl.gz").normalize()
            : questions;
    if (limit < 1 || !Files.isReadable(file)) {
      throw new UserError(
          "there are no questions to ask: --limit must be at least 1 and %s readable, see --questions"
              .formatted(file));
    }
    try {
      WarmUpReport report = measure(file);
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

  private WarmUpReport measure(Path file) throws IOException {
    Path folder = Files.createTempDirectory("kvasir-bench");
    try {
      return new WarmUpBench(
              file,
              limit,
              WarmUpBenchNode.starter(FetchModelCommand.fetch(), memory, kv.toString()),
              step -> System.err.println("kvasir: " + step))
          .run(folder);
    } finally {
      delete(folder);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
