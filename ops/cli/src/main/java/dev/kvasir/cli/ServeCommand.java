package dev.kvasir.cli;

import dev.kvasir.cli.node.LocalNode;
import dev.kvasir.cli.node.NodeOptions;
import dev.kvasir.cli.node.Ports;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kvasir serve}. */
@Command(
    name = "serve",
    description = "Serves the HTTP API until Ctrl-C: grid, prefill and decode in one process.",
    mixinStandardHelpOptions = true)
final class ServeCommand implements Runnable {
  @Option(
      names = "--host",
      description = "Address to listen on (default: ${DEFAULT-VALUE}).",
      defaultValue = "127.0.0.1")
  private String host = "127.0.0.1";

  @Option(
      names = "--port",
      description = "Port to listen on, 0 for any free one (default: ${DEFAULT-VALUE}).",
      defaultValue = "8080")
  private int port;

  @Mixin private NodeFlags flags = new NodeFlags();

  @Override
  public void run() {
    Ports.requireFree(host, port);
    NodeOptions options = flags.options();
    UntilStopped.run(() -> LocalNode.open(options), node -> serve(node));
  }

  private void serve(LocalNode node) {
    int actual = node.serve(host, port);
    System.out.printf("Serving on http://%s:%d, stop with Ctrl-C.%n", host, actual);
    UntilStopped.await();
  }
}
