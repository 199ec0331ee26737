package dev.kvasir.cli.up;

import dev.kvasir.config.Bytes;
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
 * @param memory of each cache node
 * @param workerHeap of each process that computes, such as {@code 1g}
 * @param more settings of every process, which win over the plan's own
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
    Bytes memory,
    String workerHeap,
    List<String> more) {
  /** Of two nodes no majority is left when one ends. */
  private static final int LEAST_FOR_MAJORITY = 3;

  private static final String CACHE_HEAP = "384m";
  private static final int HAZELCAST_MIB = 256;
  private static final int MIB = 1 << 20;
  private static final String ADMIN_HEAP = "512m";

  public ClusterPlan {
    more = List.copyOf(more);
  }

  /** Hazelcast keeps blocks on the heap, Ignite beside it. */
  private String cacheHeap() {
    return grid == GridConfig.Kind.HAZELCAST
        ? memory.count() / MIB + HAZELCAST_MIB + "m"
        : CACHE_HEAP;
  }

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
              cacheHeap(),
              "is in the grid",
              settings(
                  name,
                  seeds,
                  List.of(
                      "grid.role=member",
                      "http.port=0",
                      "grid.discovery_port=" + ports.get(2 * i),
                      "grid.communication_port=" + ports.get(2 * i + 1),
                      "disk.enabled=true",
                      "disk.path=" + folder.resolve(name + "-blocks")))));
    }
    for (int i = 0; i < prefillWorkers; i++) {
      String name = "prefill-" + (i + 1);
      int port = ports.get(2 * cacheNodes + i);
      parts.add(
          new Part(
              name,
              "prefill-worker",
              workerHeap,
              "Encoding on",
              worker(name, seeds, "prefill.listen=127.0.0.1:" + port)));
    }
    parts.add(
        new Part(
            "decode-1",
            "serve",
            workerHeap,
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

  private List<String> worker(String name, String seeds, String... own) {
    List<String> all = new ArrayList<>(List.of(own));
    all.addAll(
        List.of(
            "grid.role=client",
            "model.path=" + model,
            "model.adapter=" + adapter.map(Path::toString).orElse("none")));
    return settings(name, seeds, all);
  }

  private List<String> settings(String name, String seeds, List<String> own) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "grid.kind=" + grid,
                "grid.cluster_name=kvasir-up-" + ProcessHandle.current().pid(),
                "grid.instance_name=" + name,
                "grid.discovery.seeds=" + seeds,
                "grid.data_nodes=" + (cacheNodes < LEAST_FOR_MAJORITY ? 0 : cacheNodes),
                "grid.memory_bytes=" + memory.count()));
    settings.addAll(own);
    settings.addAll(more);
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
                  "-Dkvasir.root=" + root));
      line.addAll(logging());
      line.addAll(List.of("-cp", System.getProperty("java.class.path"), program, command));
      settings.forEach(setting -> line.addAll(List.of("--set", setting)));
      return line;
    }

    private static List<String> logging() {
      return System.getProperties().stringPropertyNames().stream()
          .filter(name -> name.startsWith("kvasir.log"))
          .sorted()
          .map(name -> "-D%s=%s".formatted(name, System.getProperty(name)))
          .toList();
    }
  }
}
