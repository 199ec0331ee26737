package dev.kvasir.cli;

import dev.kvasir.cli.console.ByteSize;
import dev.kvasir.cli.console.UserError;
import dev.kvasir.cli.model.PackagedModel;
import dev.kvasir.cli.node.Ports;
import dev.kvasir.cli.up.ClusterPlan;
import dev.kvasir.cli.up.LocalCluster;
import dev.kvasir.config.Bytes;
import dev.kvasir.config.GridConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kvasir up}. */
@Command(
    name = "up",
    description = {
      "Starts a cluster on this machine, a process for each part: three cache nodes, two prefill",
      "workers, a decode worker, an admin process. One that ends is started again; Ctrl-C ends all",
      "of them. KVASIR_HEAP is the heap of each process that computes (1g)."
    },
    mixinStandardHelpOptions = true)
final class UpCommand implements Runnable {
  private static final String WORKER_HEAP = "1g";

  @Option(
      names = "--folder",
      paramLabel = "FOLDER",
      description = "Logs, block files and corpora (default: ${DEFAULT-VALUE}).",
      defaultValue = "target/up")
  private Path folder = Path.of("target/up");

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description =
          "GGUF file or model folder (default: SmolLM2-135M-Instruct, fetched if needed).")
  private @Nullable Path model;

  @Option(
      names = "--grid",
      description = "ignite or hazelcast (default: ${DEFAULT-VALUE}).",
      defaultValue = "ignite")
  private GridConfig.Kind grid = GridConfig.Kind.IGNITE;

  @Option(
      names = "--cache-nodes",
      description = "How many (default: ${DEFAULT-VALUE}).",
      defaultValue = "3")
  private int cacheNodes;

  @Option(
      names = "--prefill-workers",
      description = "How many (default: ${DEFAULT-VALUE}).",
      defaultValue = "2")
  private int prefillWorkers;

  @Option(
      names = "--port",
      description = "Of the decode worker (default: ${DEFAULT-VALUE}).",
      defaultValue = "8080")
  private int port;

  @Option(
      names = "--admin-port",
      description = "Of the admin process (default: ${DEFAULT-VALUE}).",
      defaultValue = "8090")
  private int adminPort;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description = "For blocks, of each cache node (default: ${DEFAULT-VALUE}).",
      converter = ByteSize.class,
      defaultValue = "512MiB")
  private Bytes memory = Bytes.parse("512MiB");

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "A setting of every process, such as --set model.kv_element_type=int8; repeatable.")
  private List<String> settings = List.of();

  @Override
  public void run() {
    if (grid == GridConfig.Kind.MEMORY || cacheNodes < 1 || prefillWorkers < 1) {
      throw new UserError(
          "a cluster has at least one cache node and one prefill worker, on ignite or hazelcast");
    }
    Ports.requireFree("127.0.0.1", port);
    Ports.requireFree("127.0.0.1", adminPort);
    Path home = folder.toAbsolutePath().normalize();
    ClusterPlan plan =
        new ClusterPlan(
            Kvasir.class.getName(),
            home,
            home.resolve("corpora"),
            usableModel(),
            model == null
                ? Optional.of(PackagedModel.adapter().toAbsolutePath())
                : Optional.empty(),
            grid,
            cacheNodes,
            prefillWorkers,
            port,
            adminPort,
            memory,
            System.getenv().getOrDefault("KVASIR_HEAP", WORKER_HEAP),
            settings);
    System.err.printf(
        "kvasir: starting %d processes, logs in %s, corpora for warm-ups in %s%n",
        plan.processes(), home, plan.corpora());
    UntilStopped.run(
        () -> new LocalCluster(plan),
        cluster -> {
          cluster.start(UpCommand::say);
          System.out.printf(
              "Serving on http://127.0.0.1:%d, administering on http://127.0.0.1:%d, stop with"
                  + " Ctrl-C.%n",
              port, adminPort);
          cluster.watch(UpCommand::say);
        });
  }

  private Path usableModel() {
    if (model == null) {
      return FetchModelCommand.fetch();
    }
    if (!Files.isReadable(model)) {
      throw new UserError("there is no readable file %s: check --model".formatted(model));
    }
    return model.toAbsolutePath();
  }

  private static void say(String line) {
    System.err.println("kvasir: " + line);
  }
}
