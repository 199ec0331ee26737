package dev.kvasir.cli;

import dev.kvasir.cli.console.UserError;
import dev.kvasir.cli.node.CacheNode;
import dev.kvasir.config.Effective;
import dev.kvasir.config.KvasirConfig;
import java.time.Duration;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code kvasir cache-node}. */
@Command(
    name = "cache-node",
    description =
        "Holds blocks in the grid until Ctrl-C: memory, and files if they are configured. Ends with"
            + " status 1 when it was expelled from the grid, so that a supervisor starts it again.",
    mixinStandardHelpOptions = true)
final class CacheNodeCommand implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(CacheNodeCommand.class);

  private static final Duration TIME_TO_CLOSE = Duration.ofSeconds(10);

  @Mixin private ConfigFlags flags = new ConfigFlags();

  @Override
  public void run() {
    Effective<KvasirConfig> read = flags.read(Stream.empty());
    read.lines().forEach(line -> LOG.info("configuration of {}", line));
    UntilStopped.run(
        () -> CacheNode.open(read.value()),
        node -> {
          System.out.printf(
              "Cache node %s is in the grid, health on %s, stop with Ctrl-C.%n",
              node.grid().self().id(), node.url());
          awaitEnd(node);
        });
  }

  private static void awaitEnd(CacheNode node) {
    try {
      node.awaitExpulsion();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    UntilStopped.haltAfter(TIME_TO_CLOSE);
    throw new UserError("this node is no longer in its grid: start it again, as a supervisor does");
  }
}
