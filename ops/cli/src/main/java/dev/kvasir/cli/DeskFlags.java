package dev.kvasir.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvasir.cli.api.AdminClient;
import dev.kvasir.cli.node.GridVisitor;
import dev.kvasir.cli.node.WarmUpNode;
import dev.kvasir.cli.warmup.GridDesk;
import dev.kvasir.cli.warmup.RestDesk;
import dev.kvasir.cli.warmup.WarmUpDesk;
import dev.kvasir.config.ConfigSource.Flag;
import dev.kvasir.config.KvasirConfig;
import dev.kvasir.warmup.WarmUps;
import java.net.URI;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where warm-up jobs are, and how they are shown. */
final class DeskFlags {
  @Option(
      names = "--url",
      description = {
        "Ask this admin process, such as http://127.0.0.1:8090, which then runs jobs too; without",
        "it this command joins the grid that the configuration names."
      })
  private @Nullable URI url;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "Key with the role admin, where that process wants one (client.key).")
  private @Nullable String key;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Mixin private NodeFlags flags = new NodeFlags();

  /** Whether an admin process is asked. */
  boolean isRemote() {
    return url != null;
  }

  /** Looks at jobs. */
  void look(Consumer<WarmUpDesk> use) {
    if (url != null) {
      ask(url, use);
      return;
    }
    UntilStopped.run(
        () -> GridVisitor.open(config()),
        visitor -> {
          try (WarmUpDesk desk = GridDesk.looking(visitor.grid())) {
            use.accept(desk);
          }
        });
  }

  /** Also plans jobs. */
  void plan(Consumer<WarmUpDesk> use) {
    inGrid(GridDesk::planning, use);
  }

  /** Also makes and runs jobs. */
  void run(Consumer<WarmUpDesk> use) {
    inGrid(GridDesk::running, use);
  }

  private void ask(URI admin, Consumer<WarmUpDesk> use) {
    KvasirConfig config = flags.read(ConfigFlags.named("--key", "client.key", key)).value();
    try (AdminClient client = AdminUrlFlags.client(admin, config)) {
      use.accept(new RestDesk(client));
    }
  }

  private void inGrid(Function<WarmUps, WarmUpDesk> desks, Consumer<WarmUpDesk> use) {
    if (url != null) {
      ask(url, use);
      return;
    }
    KvasirConfig config = config();
    UntilStopped.run(
        () -> WarmUpNode.open(NodeFlags.options(config)),
        node -> {
          try (WarmUpDesk desk = desks.apply(node.warmUps())) {
            use.accept(desk);
          }
        });
  }

  /** It comes and goes, so it never holds blocks. */
  private KvasirConfig config() {
    return flags.read(Stream.of(Flag.set("grid.role=client"))).value();
  }

  /** Prints the answer. */
  void print(JsonNode answer, Function<JsonNode, String> text) {
    System.out.print(json ? answer.toPrettyString() + "\n" : text.apply(answer));
  }
}
