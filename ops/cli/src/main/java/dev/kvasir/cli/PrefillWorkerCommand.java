package dev.kvasir.cli;

import dev.kvasir.cli.node.NodeOptions;
import dev.kvasir.cli.node.PrefillNode;
import dev.kvasir.config.Effective;
import dev.kvasir.config.KvasirConfig;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code kvasir prefill-worker}. */
@Command(
    name = "prefill-worker",
    description = "Encodes passages for the processes of its grid until Ctrl-C.",
    mixinStandardHelpOptions = true)
final class PrefillWorkerCommand implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(PrefillWorkerCommand.class);

  @Mixin private NodeFlags flags = new NodeFlags();

  @Override
  public void run() {
    Effective<KvasirConfig> read = flags.read(Stream.empty());
    NodeOptions options = NodeFlags.options(read.value());
    read.lines().forEach(line -> LOG.info("configuration of {}", line));
    UntilStopped.run(
        () -> PrefillNode.open(options),
        node -> {
          System.out.printf("Encoding on %s, stop with Ctrl-C.%n", node.url());
          UntilStopped.await();
        });
  }
}
