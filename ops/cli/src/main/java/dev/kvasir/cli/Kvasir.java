package dev.kvasir.cli;

import dev.kvasir.cli.console.UserError;
import java.io.PrintWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** The command line. */
@Command(
    name = "kvasir",
    description = "A KV cache for Block-Attention: answers over passages it has read before.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      QuickstartCommand.class,
      ServeCommand.class,
      UpCommand.class,
      CacheNodeCommand.class,
      PrefillWorkerCommand.class,
      BenchCommand.class,
      AdminCommand.class,
      NodesCommand.class,
      BlocksCommand.class,
      EvalCommand.class,
      DemoCommand.class,
      WarmupCommand.class,
      FaultsCommand.class,
      FinetuneCommand.class,
      BlockCommand.class,
      ModelsCommand.class,
      KeysCommand.class,
      AskCommand.class,
      AutoComplete.GenerateCompletion.class,
      ConfigCommand.class,
      FetchModelCommand.class,
      TestCommand.class
    })
public final class Kvasir {
  private static final Logger LOG = LoggerFactory.getLogger(Kvasir.class);

  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Kvasir())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Kvasir::wrongUse)
        .setExecutionExceptionHandler((problem, line, parsed) -> failed(problem, line));
  }

  private static int wrongUse(ParameterException problem, String[] arguments) {
    CommandLine line = problem.getCommandLine();
    line.getErr().println("kvasir: " + problem.getMessage());
    line.getErr().println("Try '%s --help'.".formatted(line.getCommandSpec().qualifiedName()));
    return line.getCommandSpec().exitCodeOnInvalidInput();
  }

  private static int failed(Exception problem, CommandLine line) {
    PrintWriter err = line.getErr();
    if (UntilStopped.stopping()) {
      return line.getCommandSpec().exitCodeOnExecutionException();
    }
    if (problem instanceof UserError) {
      err.println("kvasir: " + problem.getMessage());
    } else {
      err.println("kvasir: this should not happen, please report it: " + problem);
      LOG.debug("where it happened", problem);
    }
    return line.getCommandSpec().exitCodeOnExecutionException();
  }
}
