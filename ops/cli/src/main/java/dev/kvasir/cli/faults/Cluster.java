package dev.kvasir.cli.faults;

import dev.kvasir.cli.console.UserError;
import dev.kvasir.config.ConfigReader;
import dev.kvasir.config.ConfigSource;
import dev.kvasir.config.GridConfig;
import dev.kvasir.config.KvasirConfig;
import dev.kvasir.store.grid.join.FreePorts;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Three cache nodes, prefill workers and decode workers, each a process, and their supervisor: what
 * ends without being told to is started again. Owns the processes. Thread-safe.
 */
final class Cluster implements AutoCloseable {
  static final int CACHE_NODES = 3;
  private static final int LOOK_EVERY_MILLIS = 100;
  private static final Duration LOOKUP = Duration.ofMillis(250);
  private static final Duration START = Duration.ofSeconds(90);
  private static final String WORKER_HEAP = "768m";

  private final Plan plan;
  private final Networks networks;
  private final List<String> seeds;
  private final List<Integer> ports;
  private final List<Child> caches = new ArrayList<>();
  private final List<Child> prefills = new ArrayList<>();
  private final List<Child> decodes = new ArrayList<>();
  private final Map<Child, URI> urls = new HashMap<>();
  private final BiConsumer<Child, Child.End> onRestart;
  private final ScheduledExecutorService supervisor =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("kvasir-supervisor").factory());

  /**
   * Processes that do not run yet.
   *
   * @param networks where they will listen; closed with the cluster
   * @param onRestart told of each that ended by itself
   */
  Cluster(
      Plan plan,
      Networks networks,
      int prefillWorkers,
      int decodeWorkers,
      BiConsumer<Child, Child.End> onRestart) {
    this.plan = plan;
    this.networks = networks;
    this.onRestart = onRestart;
    ports = FreePorts.find(2 * CACHE_NODES + prefillWorkers + decodeWorkers);
    boolean onePort = plan.grid() == GridConfig.Kind.HAZELCAST;
    seeds =
        IntStream.range(0, CACHE_NODES)
            .mapToObj(i -> networks.address(i) + ":" + ports.get(2 * i + (onePort ? 1 : 0)))
            .toList();
    IntStream.range(0, CACHE_NODES).forEach(i -> caches.add(cache(i)));
    int next = 2 * CACHE_NODES;
    for (int i = 0; i < prefillWorkers; i++) {
      prefills.add(prefill(i, ports.get(next++)));
    }
    for (int i = 0; i < decodeWorkers; i++) {
      decodes.add(decode(i, ports.get(next++)));
    }
  }

  private Child cache(int i) {
    List<String> settings = common("cache-" + i, networks.address(i));
    settings.addAll(
        List.of(
            "grid.role=member",
            "http.port=0",
            "grid.discovery_port=" + ports.get(2 * i),
            "grid.communication_port=" + ports.get(2 * i + 1),
            "disk.enabled=true",
            "disk.path=" + disk(i)));
    String heap = plan.grid() == GridConfig.Kind.HAZELCAST ? "512m" : "256m";
    List<String> command = networks.inside(i, ChildJvm.command(plan, heap, "cache-node", settings));
    return new Child(
        "cache-" + i, Child.Role.CACHE_NODE, command, " is in the grid", plan.folder());
  }

  private Child prefill(int i, int port) {
    List<String> settings = worker("prefill-" + i);
    settings.add("prefill.listen=127.0.0.1:" + port);
    settings.add("prefill.lookup_deadline=" + patient(LOOKUP).toMillis() + "ms");
    Child child = child("prefill-" + i, "prefill-worker", settings, "Encoding on");
    urls.put(child, URI.create("http://127.0.0.1:" + port));
    return child;
  }

  private Child decode(int i, int port) {
    List<String> settings = worker("decode-" + i);
    settings.addAll(List.of("http.port=" + port, "cache.bytes=8MiB"));
    Child child = child("decode-" + i, "serve", settings, "Serving on");
    urls.put(child, URI.create("http://127.0.0.1:" + port));
    return child;
  }

  private List<String> worker(String name) {
    List<String> settings = common(name, networks.host());
    settings.addAll(List.of("grid.role=client", "model.path=" + plan.model(), "model.threads=2"));
    return settings;
  }

  private List<String> common(String name, String address) {
    return new ArrayList<>(
        List.of(
            "grid.kind=" + plan.grid().name().toLowerCase(Locale.ROOT),
            "grid.cluster_name=kvasir-faults-" + ProcessHandle.current().pid(),
            "grid.instance_name=" + name,
            "grid.bind_address=" + address,
            "grid.discovery.seeds=" + String.join(",", seeds),
            "grid.data_nodes=" + CACHE_NODES,
            "grid.backups=1",
            "grid.partitions=64",
            "grid.memory_bytes=256MiB"));
  }

  /** How one more client of the grid finds it. */
  KvasirConfig client(String name) {
    List<ConfigSource.Flag> flags =
        clientSettings(name).stream().map(ConfigSource.Flag::set).toList();
    return ConfigReader.read(
            KvasirConfig.class, KvasirConfig.defaults(), List.of(new ConfigSource.Flags(flags)))
        .value();
  }

  /** The same as assignments of the command line. */
  List<String> clientSettings(String name) {
    List<String> settings = common(name, networks.host());
    settings.add("grid.role=client");
    return settings;
  }

  private Child child(String name, String command, List<String> settings, String readyText) {
    return new Child(
        name,
        Child.Role.WORKER,
        ChildJvm.command(plan, WORKER_HEAP, command, settings),
        readyText,
        plan.folder());
  }

  /** Where cache node {@code i} keeps its files. */
  Path disk(int i) {
    return plan.folder().resolve("disk-" + i);
  }

  /** Starts everything; returns when all are ready. */
  void start() {
    caches.forEach(Child::start);
    var _ =
        supervisor.scheduleWithFixedDelay(
            this::look, LOOK_EVERY_MILLIS, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    require(caches);
    Stream.concat(prefills.stream(), decodes.stream()).forEach(Child::start);
    require(all());
  }

  private void require(List<Child> some) {
    Duration patience = patient(START);
    if (!awaitUp(some, patience)) {
      String missing =
          some.stream().filter(c -> !c.up()).map(Child::name).collect(Collectors.joining(", "));
      throw new UserError(
          "%s did not start within %d s: look at its log in %s"
              .formatted(missing, patience.toSeconds(), plan.folder()));
    }
  }

  private void look() {
    for (Child child : all()) {
      child.restartIfEnded().ifPresent(end -> onRestart.accept(child, end));
    }
  }

  /** Waits until they are ready; false if they are not in time. */
  static boolean awaitUp(List<Child> some, Duration patience) {
    return Waiting.until(() -> some.stream().allMatch(Child::up), patience);
  }

  /** That deadline on this machine. */
  Duration patient(Duration usual) {
    return plan.patient(usual);
  }

  List<Child> all() {
    return Stream.of(caches, prefills, decodes).flatMap(List::stream).toList();
  }

  List<Child> caches() {
    return caches;
  }

  List<Child> prefills() {
    return prefills;
  }

  List<Child> decodes() {
    return decodes;
  }

  /** Where a worker is asked. */
  URI url(Child worker) {
    URI url = urls.get(worker);
    if (url == null) {
      throw new IllegalArgumentException("no worker: " + worker.name());
    }
    return url;
  }

  /** Whether {@link #cut} can be done here. */
  boolean canCut() {
    return networks.apart();
  }

  /** Cuts a cache node off from everybody until {@link #mend}. */
  void cut(Child cache) {
    networks.cut(caches.indexOf(cache));
  }

  void mend(Child cache) {
    networks.mend(caches.indexOf(cache));
  }

  /**
   * Throttles the cable of each cache node, either way.
   *
   * @return false where that cannot be done
   */
  boolean throttle(int bytesPerSecond) {
    return networks.throttle(bytesPerSecond);
  }

  void unthrottle() {
    networks.unthrottle();
  }

  /** Kills all processes. */
  @Override
  public void close() {
    supervisor.shutdownNow();
    all().forEach(Child::kill);
    networks.close();
  }
}
