package dev.kvasir.cli;

import dev.kvasir.cli.console.UserError;
import dev.kvasir.cli.faults.Fault;
import dev.kvasir.cli.faults.FaultRun;
import dev.kvasir.cli.faults.FrozenRun;
import dev.kvasir.cli.faults.Plan;
import dev.kvasir.cli.faults.Summary;
import dev.kvasir.config.GridConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kvasir faults}. */
@Command(
    name = "faults",
    description = {
      "Starts three cache nodes, two prefill and two decode workers, breaks them under load and checks",
      "every answer; status 1 if one was wrong, late or refused, or a block was lost."
    },
    mixinStandardHelpOptions = true)
final class FaultsCommand implements Runnable {
  @Option(
      names = "--seed",
      description = "Decides prompts and faults (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  private long seed;

  @Option(
      names = "--minutes",
      description = "How long faults are injected (default: ${DEFAULT-VALUE}).",
      defaultValue = "5")
  private int minutes;

  @Option(
      names = "--grid",
      description = "ignite or hazelcast (default: ${DEFAULT-VALUE}).",
      defaultValue = "ignite")
  private GridConfig.Kind grid = GridConfig.Kind.IGNITE;

  @Option(
      names = "--only",
      paramLabel = "FAULT",
      split = ",",
      description = "Only these faults, such as kill-cache-node,disk-full (default: all).")
  private List<String> only = List.of();

  @Option(
      names = "--patience",
      paramLabel = "FACTOR",
      description = "On all deadlines, for a busy machine (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  private int patience;

  @Option(
      names = "--folder",
      paramLabel = "FOLDER",
      description = "Keep logs and history there (default: a new temporary folder).")
  private @Nullable Path folder;

  @Option(
      names = "--frozen",
      description = "Instead: time to first token with the grid throttled, frozen and absent.")
  private boolean frozen;

  @Option(
      names = "--pairs",
      description = "With --frozen: requests in each state (default: ${DEFAULT-VALUE}).",
      defaultValue = "20")
  private int pairs;

  @Override
  public void run() {
    if (minutes < 1 || pairs < 1 || patience < 1) {
      throw new UserError("--minutes, --pairs and --patience must be at least 1");
    }
    if (grid == GridConfig.Kind.MEMORY) {
      throw new UserError("--grid memory has no nodes to break: choose ignite or hazelcast");
    }
    Plan plan =
        new Plan(
            seed,
            faults(),
            Duration.ofMinutes(minutes),
            grid,
            folder(),
            FetchModelCommand.fetch(),
            patience,
            Kvasir.class.getName());
    Consumer<String> progress = step -> System.err.println("kvasir: " + step);
    progress.accept("logs and history go to " + plan.folder());
    if (frozen) {
      System.out.print(new FrozenRun(plan, pairs, progress).run());
    } else {
      report(plan, new FaultRun(plan, progress).run());
    }
  }

  private Set<Fault> faults() {
    return only.isEmpty()
        ? EnumSet.allOf(Fault.class)
        : only.stream().map(Fault::labeled).collect(Collectors.toUnmodifiableSet());
  }

  private Path folder() {
    try {
      return folder == null
          ? Files.createTempDirectory("kvasir-faults-")
          : Files.createDirectories(folder.toAbsolutePath());
    } catch (IOException e) {
      throw new UserError("--folder cannot be made: " + e.getMessage(), e);
    }
  }

  private static void report(Plan plan, Summary summary) {
    System.out.printf(
        "seed %d, %d s, %s%n%s",
        plan.seed(), plan.length().toSeconds(), plan.grid(), summary.text());
    if (!summary.violations().isEmpty()) {
      throw new UserError(
          "%d violations: %s and the logs beside it say when"
              .formatted(summary.violations().size(), plan.folder().resolve("history.jsonl")));
    }
  }
}
