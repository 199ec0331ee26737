package dev.kvasir.cli;

import dev.kvasir.bench.Machine;
import dev.kvasir.cli.console.OutputFile;
import dev.kvasir.cli.console.UserError;
import dev.kvasir.cli.node.LocalNode;
import dev.kvasir.cli.node.NodeOptions;
import dev.kvasir.cli.probe.Bench;
import dev.kvasir.config.ConfigSource.Flag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What benches of a server in this process have in common. */
final class ProbeFlags {
  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures to this file.")
  private @Nullable Path json;

  @Option(
      names = "--seed",
      description = "Seed of everything random (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  private long seed;

  @Mixin private NodeFlags flags = new NodeFlags();

  long seed() {
    return seed;
  }

  /** Starts a node on a free port with these settings, too, measures it, and shows the figures. */
  void run(Stream<Flag> settings, Function<Bench, Bench.Report> measure) {
    OutputFile.requireFolder(json);
    Stream<Flag> local = Stream.of(Flag.set("http.host=127.0.0.1"), Flag.set("http.port=0"));
    NodeOptions options = NodeFlags.options(flags.read(Stream.concat(local, settings)).value());
    UntilStopped.run(
        () -> LocalNode.openServing(options),
        node ->
            show(measure.apply(new Bench(node, step -> System.err.println("kvasir: " + step)))));
  }

  private void show(Bench.Report report) {
    String machine = Machine.line(Path.of(System.getProperty("kvasir.root", ".")));
    System.out.print(report.text());
    System.out.println("machine: " + machine);
    if (json != null) {
      try {
        Files.writeString(
            json, report.json().put("machine", machine).toPrettyString() + System.lineSeparator());
      } catch (IOException e) {
        throw new UserError("%s could not be written: %s".formatted(json, e.getMessage()), e);
      }
    }
  }
}
