package dev.kvasir.cli.up;

import dev.kvasir.config.GridConfig;
import dev.kvasir.store.grid.join.FreePorts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a local cluster consists of.
 *
 * @param program class with the main method that every process runs
 * @param folder of logs and block files
 * @param corpora where warm-ups made through the API find theirs
 * @param adapter merged into the model by every process; empty: none
 * @param httpPort where the decode worker serves
 * @param adminPort where the admin process serves
 * @param memory of each cache node, as in the configuration
 */
public record ClusterPlan(
    String program,
    Path folder,
    Path corpora,
    Path model,
    Optional<Path> adapter,
    GridConfig.Kind grid,
    int cacheNodes,
    int prefillWorkers,
    int httpPort,
    int adminPort,
    String memory) {
  private static final String CACHE_HEAP = "384m";
  private static final String HAZELCAST_HEAP = "768m";
  private static final String WORKER_HEAP = "1g";
  private static final String ADMIN_HEAP = "512m";

  /** How many processes: one decodes, one is for operators. */
  public int processes() {
    return cacheNodes + prefillWorkers + 2;
  }

  /** The processes, cache nodes first. */
  List<Part> parts() {
    List<Integer> ports = FreePorts.find(2 * cacheNodes + prefillWorkers);
    boolean onePort = grid == GridConfig.Kind.HAZELCAST;
    String seeds =
        String.join(
            ",",
            IntStream.range(0, cacheNodes)
                .mapToObj(i -> "127.0.0.1:" + ports.get(2 * i + (onePort ? 1 : 0)))
                .toList());
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < cacheNodes; i++) {
      String name = "cache-" + (i + 1);
      parts.add(
          new Part(
              name,
              "cache-node",
              onePort ? HAZELCAST_HEAP : CACHE_HEAP,
              "is in the grid",
              settings(
                  name,
                  seeds,
                  "grid.role=member",
                  "http.port=0",
                  "grid.discovery_port=" + ports.get(2 * i),
                  "grid.communication_port=" + ports.get(2 * i + 1),
                  "disk.enabled=true",
                  "disk.path=" + folder.resolve(name + "-blocks"))));
    }
    for (int i = 0; i < prefillWorkers; i++) {
      String name = "prefill-" + (i + 1);
      int port = ports.get(2 * cacheNodes + i);
      parts.add(
          new Part(
              name,
              "prefill-worker",
              WORKER_HEAP,
              "Encoding on",
              worker(name, seeds, "prefill.listen=127.0.0.1:" + port)));
    }
    parts.add(
        new Part(
            "decode-1",
            "serve",
            WORKER_HEAP,
            "Serving on",
            worker("decode-1", seeds, "http.port=" + httpPort, "cache.bytes=512MiB")));
    parts.add(
        new Part(
            "admin-1",
            "admin",
            ADMIN_HEAP,
            "Administering on",
            worker("admin-1", seeds, "admin.port=" + adminPort, "admin.corpora=" + corpora)));
    return parts;
  }

  private List<String> worker(String name, String seeds, String... more) {
    List<String> settings = settings(name, seeds, more);
    settings.addAll(
        List.of(
            "grid.role=client",
            "model.path=" + model,
            "model.adapter=" + adapter.map(Path::toString).orElse("none")));
    return settings;
  }

  private List<String> settings(String name, String seeds, String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "grid.kind=" + grid,
                "grid.cluster_name=kvasir-up-" + ProcessHandle.current().pid(),
                "grid.instance_name=" + name,
                "grid.discovery.seeds=" + seeds,
                "grid.data_nodes=" + cacheNodes,
                "grid.memory_bytes=" + memory));
    settings.addAll(List.of(more));
    return settings;
  }

  /**
   * One process.
   *
   * @param command of Kvasir
   * @param readyText what it prints when it can be used
   * @param settings keys and values of its configuration
   */
  record Part(String name, String command, String heap, String readyText, List<String> settings) {

    /** The program with that command. */
    List<String> commandLine(String program) {
      Path root = Path.of(System.getProperty("kvasir.root", "."));
      List<String> line =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "@" + root.resolve("ops/jvm.options"),
                  "-Xmx" + heap,
                  "-Dkvasir.root=" + root,
                  "-cp",
                  System.getProperty("java.class.path"),
                  program,
                  command));
      settings.forEach(setting -> line.addAll(List.of("--set", setting)));
      return line;
    }
  }
}
