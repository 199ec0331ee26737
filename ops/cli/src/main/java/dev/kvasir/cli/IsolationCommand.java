package dev.kvasir.cli;

import dev.kvasir.cli.console.UserError;
import dev.kvasir.cli.probe.Bench;
import dev.kvasir.config.ConfigSource.Flag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kvasir bench isolation}. */
@Command(
    name = "isolation",
    description = {
      "Whether a tenant learns by time what another one has stored: the area under the ROC curve of",
      "the times of lookups and encodes, 0.5 if not, beside that of the tenant's own blocks."
    },
    mixinStandardHelpOptions = true)
final class IsolationCommand implements Runnable {
  @Option(
      names = "--probes",
      description = "Passages probed by each call (default: ${DEFAULT-VALUE}).",
      defaultValue = "4000")
  private int probes;

  @Mixin private ProbeFlags flags = new ProbeFlags();

  @Override
  public void run() {
    if (probes < 2) {
      throw new UserError("--probes must be at least 2");
    }
    try {
      Path folder = Files.createTempDirectory("kvasir-isolation");
      Path keys = folder.resolve("keys.jsonl");
      Bench.Tenants tenants = Bench.Tenants.in(keys);
      flags.run(
          Stream.of(Flag.set("security.keys_file=" + keys)),
          bench -> bench.isolation(tenants, probes, flags.seed()));
      Files.delete(keys);
    } catch (IOException e) {
      throw new UserError("no temporary folder could be made: " + e.getMessage(), e);
    }
  }
}
