package dev.kvasir.cli.probe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.block.Scope;
import dev.kvasir.cli.node.LocalNode;
import dev.kvasir.http.access.KeyFile;
import dev.kvasir.http.access.Role;
import dev.kvasir.store.delete.Selector;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;

/** Runs the benches against a node in this process. */
public final class Bench {
  private static final String OWNER = "owner";
  private static final String PROBER = "prober";

  private final LocalNode node;
  private final Consumer<String> progress;

  /** A bench of that node, which was opened serving and is borrowed. */
  public Bench(LocalNode node, Consumer<String> progress) {
    this.node = node;
    this.progress = progress;
  }

  /**
   * A bench's figures.
   *
   * @param text for people
   */
  public record Report(ObjectNode json, String text) {}

  /** Keys of two tenants, as {@link #isolation} takes them. */
  public record Tenants(String owner, String prober) {
    /** Makes both in a new file, which the node must be told of. */
    public static Tenants in(Path keys) {
      KeyFile file = new KeyFile(keys);
      return new Tenants(
          file.create(OWNER, OWNER, Set.of(Role.DATA)).text(),
          file.create(PROBER, PROBER, Set.of(Role.DATA)).text());
    }

    @Override
    public String toString() {
      return "Tenants[" + OWNER + ", " + PROBER + "]";
    }
  }

  /** Whether one tenant learns from times what another one has stored. */
  public Report isolation(Tenants tenants, int probes, long seed) {
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI url = URI.create(node.url());
      IsolationBench bench =
          new IsolationBench(
              new BlocksClient(http, url, tenants.owner()),
              new BlocksClient(http, url, tenants.prober()),
              this::forget,
              seed);
      bench.run(probes, progress);
      return new Report(bench.json().put("seed", seed), bench.table());
    }
  }

  private void forget() {
    node.deletions().delete(new Selector.Everything(new Scope.Tenant(OWNER)));
    node.deletions().delete(new Selector.Everything(new Scope.Tenant(PROBER)));
  }

  /**
   * What many clients at once do to those that are let in.
   *
   * @param answerTokens most tokens of an answer
   */
  public Report overload(int clients, Duration duration, int answerTokens, long seed)
      throws InterruptedException {
    int alone = 50;
    try (HttpClient http = HttpClient.newHttpClient()) {
      RushClient client = new RushClient(http, URI.create(node.url()), answerTokens);
      ObjectNode report =
          new OverloadBench(
                  client, new OverloadBench.Plan(clients, duration, alone, seed), progress)
              .run();
      return new Report(report.put("seed", seed), OverloadBench.text(report));
    }
  }
}
