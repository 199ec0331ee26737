package dev.kvasir.cli;

import dev.kvasir.bench.BenchException;
import dev.kvasir.bench.Machine;
import dev.kvasir.bench.engine.EngineBench;
import dev.kvasir.bench.engine.EngineReport;
import dev.kvasir.bench.engine.OpenModel;
import dev.kvasir.bench.engine.Work;
import dev.kvasir.block.ElementType;
import dev.kvasir.cli.console.OutputFile;
import dev.kvasir.cli.console.UserError;
import dev.kvasir.engine.gguf.ModelFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kvasir bench engine}. */
@Command(
    name = "engine",
    description = {
      "The engine's work beside llama.cpp's in the same run: prefill, encoding, first token,",
      "decoding, installing, memory. Without llama.cpp (bench rivals) only ours is measured."
    },
    mixinStandardHelpOptions = true)
final class EngineCommand implements Runnable {
  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures to this file.")
  private @Nullable Path json;

  @Option(
      names = "--work",
      split = ",",
      paramLabel = "WORK",
      description = "What to measure, such as prefill-512,decode-1 (default: everything).")
  private List<String> works = List.of();

  @Option(
      names = "--repeats",
      description = "Measurements of each (default: ${DEFAULT-VALUE}).",
      defaultValue = "5")
  private int repeats;

  @Option(
      names = "--threads",
      description = "Threads that compute, ours and the rival's (default: ${DEFAULT-VALUE}).",
      defaultValue = "2")
  private int threads;

  @Option(
      names = "--kv",
      paramLabel = "TYPE",
      description = "Element type of blocks, float16 or int8 (default: float16).")
  private ElementType kv = ElementType.FLOAT16;

  @Option(
      names = "--adapter",
      paramLabel = "FOLDER",
      description = "LoRA adapter in PEFT's layout, merged into our side's model.")
  private @Nullable Path adapter;

  @Override
  public void run() {
    OutputFile.requireFolder(json);
    if (threads < 1 || repeats < 1) {
      throw new UserError("--threads and --repeats must be at least 1");
    }
    List<Work> wanted = wanted();
    Path root = Path.of(System.getProperty("kvasir.root", "."));
    Path model = FetchModelCommand.fetch();
    try (OpenModel open = OpenModel.load(model, Optional.ofNullable(adapter), threads, kv)) {
      EngineReport report =
          new EngineBench(
                  open,
                  RivalsCommand.home(model),
                  new EngineBench.Plan(wanted, repeats),
                  BenchPassages.read(root),
                  step -> System.err.println("kvasir: " + step))
              .run();
      System.out.print(report.table());
      System.out.println("machine: " + Machine.line(root));
      if (json != null) {
        report.write(json, root);
      }
    } catch (BenchException | ModelFileException e) {
      throw new UserError(e);
    } catch (IOException e) {
      throw new UserError("a file could not be read or written: " + e.getMessage(), e);
    }
  }

  private List<Work> wanted() {
    try {
      return works.isEmpty() ? List.of(Work.values()) : works.stream().map(Work::of).toList();
    } catch (IllegalArgumentException e) {
      throw new UserError(e);
    }
  }
}
