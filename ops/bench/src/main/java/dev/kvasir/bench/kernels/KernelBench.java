package dev.kvasir.bench.kernels;

import java.io.IOException;
import java.util.List;
import org.openjdk.jmh.Main;

/** Runs JMH over the benchmarks of this package. */
public final class KernelBench {
  private KernelBench() {}

  /** With JMH's own command line; {@code -h} explains it. */
  public static void run(List<String> arguments) throws IOException {
    Main.main(arguments.toArray(String[]::new));
  }
}
