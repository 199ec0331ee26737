package dev.kvasir.cli;

import dev.kvasir.cli.node.AdminNode;
import dev.kvasir.cli.node.NodeOptions;
import dev.kvasir.config.ConfigSource.Flag;
import dev.kvasir.config.Effective;
import dev.kvasir.config.KvasirConfig;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code kvasir admin}. */
@Command(
    name = "admin",
    description = {
      "Serves the admin API of a cluster until Ctrl-C, and runs its warm-up jobs. It holds no",
      "blocks and no weights."
    },
    mixinStandardHelpOptions = true)
final class AdminCommand implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(AdminCommand.class);

  @Mixin private NodeFlags flags = new NodeFlags();

  @Override
  public void run() {
    Effective<KvasirConfig> read = flags.read(Stream.of(Flag.set("grid.role=client")));
    NodeOptions options = NodeFlags.options(read.value());
    read.lines().forEach(line -> LOG.info("configuration of {}", line));
    UntilStopped.run(
        () -> AdminNode.open(options, read.tree()),
        node -> {
          System.out.printf("Administering on %s, stop with Ctrl-C.%n", node.url());
          UntilStopped.await();
        });
  }
}
