package dev.kvasir.cli;

import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code kvasir config}. */
@Command(
    name = "config",
    description = {
      "Prints the effective configuration as YAML, secrets masked; a comment says where a value",
      "comes from that is not built in."
    },
    mixinStandardHelpOptions = true)
final class ConfigCommand implements Runnable {
  @Mixin private ConfigFlags flags = new ConfigFlags();

  @Override
  public void run() {
    System.out.print(flags.read(Stream.empty()).yaml());
  }
}
