package dev.kvasir.cli;

import dev.kvasir.bench.BenchException;
import dev.kvasir.bench.Machine;
import dev.kvasir.bench.PassageFile;
import dev.kvasir.bench.agreement.AgreementBench;
import dev.kvasir.bench.agreement.AgreementReport;
import dev.kvasir.bench.agreement.Mode;
import dev.kvasir.block.ElementType;
import dev.kvasir.cli.console.OutputFile;
import dev.kvasir.cli.console.UserError;
import dev.kvasir.engine.gguf.ModelFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kvasir bench agreement}. */
@Command(
    name = "agreement",
    description = {
      "How far keys and values of a smaller type move the answers: logits and first",
      "tokens of questions over passages against those of float32 and of llama.cpp."
    },
    mixinStandardHelpOptions = true)
final class AgreementCommand implements Runnable {
  private static final String QUESTIONS = "../shared/data/nq10-dev.jsonl.gz";

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures to this file.")
  private @Nullable Path json;

  @Option(
      names = "--outcomes",
      paramLabel = "FILE",
      description = "Add each outcome to this file; those it has are not computed again.")
  private @Nullable Path outcomes;

  @Option(
      names = "--questions",
      paramLabel = "FILE",
      description = "Gzipped JSON lines with question and ctxs (default: " + QUESTIONS + ").")
  private @Nullable Path questions;

  @Option(
      names = "--limit",
      description = "Questions, from the first on (default: ${DEFAULT-VALUE}).",
      defaultValue = "200")
  private int limit;

  @Option(
      names = "--passages",
      description = "Passages of each (default: ${DEFAULT-VALUE}).",
      defaultValue = "4")
  private int passages;

  @Option(
      names = "--kv",
      paramLabel = "TYPE",
      description = "Element type: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
      defaultValue = "FLOAT16")
  private ElementType kv = ElementType.FLOAT16;

  @Option(
      names = "--mode",
      split = ",",
      paramLabel = "MODE",
      description = "${COMPLETION-CANDIDATES} (default: both).")
  private List<Mode> modes = List.of(Mode.values());

  @Option(
      names = "--threads",
      description = "Threads that compute (default: ${DEFAULT-VALUE}).",
      defaultValue = "2")
  private int threads;

  @Override
  public void run() {
    OutputFile.requireFolder(json);
    OutputFile.requireFolder(outcomes);
    if (threads < 1 || limit < 1 || passages < 1) {
      throw new UserError("--threads, --limit and --passages must be at least 1");
    }
    Path root = Path.of(System.getProperty("kvasir.root", "."));
    Path file = questions == null ? root.resolve(QUESTIONS) : questions;
    if (!Files.exists(file)) {
      throw new UserError("%s is not there: name questions by --questions".formatted(file));
    }
    try {
      AgreementReport report = compare(file);
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

  private AgreementReport compare(Path file) throws IOException {
    return new AgreementBench(
            RivalsCommand.home(FetchModelCommand.fetch()),
            new AgreementBench.Plan(
                PassageFile.questions(file, limit, passages), passages, modes, kv, threads),
            Optional.ofNullable(outcomes),
            step -> System.err.println("kvasir: " + step))
        .run();
  }
}
