package dev.kvasir.cli;

import dev.kvasir.bench.BenchException;
import dev.kvasir.bench.rival.RivalHome;
import dev.kvasir.bench.rival.RivalSetup;
import dev.kvasir.cli.console.UserError;
import dev.kvasir.cli.model.ModelCache;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kvasir bench rivals}. */
@Command(
    name = "rivals",
    description = {
      "Says which rivals are installed; with --setup installs llama.cpp, its F16 model file,",
      "PyTorch and transformers into a virtual environment of the cache folder."
    },
    mixinStandardHelpOptions = true)
final class RivalsCommand implements Runnable {
  @Option(names = "--setup", description = "Install what is missing.")
  private boolean setup;

  @Option(
      names = "--no-torch",
      description = "With --setup: leave out PyTorch and transformers, which take 5 GB.")
  private boolean noTorch;

  @Override
  public void run() {
    RivalHome home = home(FetchModelCommand.fetch());
    if (setup) {
      try {
        new RivalSetup(home, step -> System.err.println("kvasir: " + step)).run(!noTorch);
      } catch (BenchException e) {
        throw new UserError(e);
      }
    }
    RivalSetup.state(home).forEach(System.out::println);
  }

  /** Where this user's rivals are. */
  static RivalHome home(Path model) {
    Path root = Path.of(System.getProperty("kvasir.root", "."));
    return RivalHome.of(ModelCache.home(System.getenv()), root, model);
  }
}
