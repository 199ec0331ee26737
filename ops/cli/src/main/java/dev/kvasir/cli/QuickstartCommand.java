package dev.kvasir.cli;

import dev.kvasir.cli.api.ApiClient;
import dev.kvasir.cli.console.OutputFile;
import dev.kvasir.cli.console.UserError;
import dev.kvasir.cli.node.LocalNode;
import dev.kvasir.cli.node.NodeOptions;
import dev.kvasir.cli.node.Ports;
import dev.kvasir.cli.quickstart.Corpus;
import dev.kvasir.cli.quickstart.Interview;
import dev.kvasir.cli.quickstart.Results;
import dev.kvasir.cli.quickstart.RowsFile;
import dev.kvasir.cli.quickstart.TryIt;
import dev.kvasir.config.KvasirConfig;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kvasir quickstart}. */
@Command(
    name = "quickstart",
    description = {
      "Starts everything in one process, asks three questions over ten passages each, four times,",
      "and shows what was faster; then serves until Ctrl-C."
    },
    mixinStandardHelpOptions = true)
final class QuickstartCommand implements Runnable {
  @Mixin private HttpFlags http = new HttpFlags();

  @Option(names = "--exit", description = "End after the table.")
  private boolean exit;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the table to this file too.")
  private @Nullable Path json;

  @Mixin private NodeFlags flags = new NodeFlags();

  @Override
  public void run() {
    KvasirConfig config = flags.read(http.given()).value();
    String host = config.http().host();
    Ports.requireFree(host, config.http().port());
    OutputFile.requireFolder(json);
    NodeOptions options = NodeFlags.options(config);
    requireKey(config);
    System.err.println("kvasir: starting grid, prefill worker, decode worker and HTTP ...");
    UntilStopped.run(() -> LocalNode.openServing(options), node -> showAndServe(node, config));
  }

  /** It asks like any other caller. */
  private static void requireKey(KvasirConfig config) {
    if (config.security().keysFile().isPresent() && config.client().key().isEmpty()) {
      throw new UserError(
          "quickstart asks questions itself and needs a key of security.keys_file with the role"
              + " data: put it into the variable KVASIR_CLIENT_KEY");
    }
  }

  private void showAndServe(LocalNode node, KvasirConfig config) {
    show(interview(node, config));
    if (!exit) {
      System.out.println(
          "\nServing on %s, stop with Ctrl-C. Try:\n\n%s\n"
              .formatted(
                  node.url(),
                  TryIt.curl(URI.create(node.url()), config.security().keysFile().isPresent())));
      UntilStopped.await();
    }
  }

  private static Results interview(LocalNode node, KvasirConfig config) {
    Corpus corpus = Corpus.bundled();
    try (ApiClient client = ServerFlags.client(config, node.url())) {
      Interview interview = new Interview(client, node.caches()::empty);
      System.err.println("kvasir: warming up the JVM on other text, which is not measured ...");
      interview.warmUp();
      System.err.println("kvasir: asking the questions ...");
      return interview.run(corpus.questions());
    }
  }

  private void show(Results results) {
    System.out.println("\n" + results.table() + "\n" + results.verdict());
    if (json != null) {
      RowsFile.write(results, json);
    }
  }
}
