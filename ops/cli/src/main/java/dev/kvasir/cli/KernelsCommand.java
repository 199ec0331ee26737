package dev.kvasir.cli;

import dev.kvasir.bench.kernels.KernelBench;
import dev.kvasir.cli.console.UserError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code kvasir bench kernels}. */
@Command(
    name = "kernels",
    description = "JMH benchmarks of single kernels; takes JMH's arguments, -h lists them.")
final class KernelsCommand implements Runnable {
  @Unmatched private List<String> arguments = new ArrayList<>();

  @Override
  public void run() {
    try {
      KernelBench.run(arguments);
    } catch (IOException e) {
      throw new UserError("JMH could not read or write a file: " + e.getMessage(), e);
    }
  }
}
