package dev.kvasir.cli;

import dev.kvasir.cli.node.LocalNode;
import dev.kvasir.cli.node.NodeOptions;
import dev.kvasir.cli.node.Ports;
import dev.kvasir.config.Effective;
import dev.kvasir.config.KvasirConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code kvasir serve}. */
@Command(
    name = "serve",
    aliases = "decode-worker",
    description = "Serves the HTTP API until Ctrl-C: grid, prefill and decode in one process.",
    mixinStandardHelpOptions = true)
final class ServeCommand implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

  @Mixin private HttpFlags http = new HttpFlags();

  @Mixin private NodeFlags flags = new NodeFlags();

  @Override
  public void run() {
    Effective<KvasirConfig> read = flags.read(http.given());
    KvasirConfig config = read.value();
    Ports.requireFree(config.http().host(), config.http().port());
    NodeOptions options = NodeFlags.options(config);
    read.lines().forEach(line -> LOG.info("configuration of {}", line));
    UntilStopped.run(() -> LocalNode.openServing(options), node -> serve(node));
  }

  private static void serve(LocalNode node) {
    System.out.printf("Serving on %s, stop with Ctrl-C.%n", node.url());
    UntilStopped.await();
  }
}
