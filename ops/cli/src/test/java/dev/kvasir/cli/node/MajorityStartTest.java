package dev.kvasir.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.config.ConfigReader;
import dev.kvasir.config.ConfigSource;
import dev.kvasir.config.ConfigSource.Flag;
import dev.kvasir.config.KvasirConfig;
import dev.kvasir.store.grid.join.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(180)
class MajorityStartTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final int firstPort = FreePorts.find();
  private final int secondPort = FreePorts.find();

  @TempDir private Path folder;

  /** Its files need tombstones in the grid, which one of two nodes may not write. */
  @ParameterizedTest
  @CsvSource({"ignite, discovery_port", "hazelcast, communication_port"})
  void open_firstOfTwoDataNodes_waitsForTheSecond(String kind, String port) {
    CompletableFuture<CacheNode> first = start("first", kind, port, firstPort);
    try {
      awaitListening(firstPort);
      CompletableFuture<CacheNode> second = start("second", kind, port, secondPort);
      assertThat(first).succeedsWithin(PATIENCE);
      assertThat(second).succeedsWithin(PATIENCE);
      second.join().close();
    } finally {
      first.join().close();
    }
  }

  private CompletableFuture<CacheNode> start(String name, String kind, String port, int number) {
    List<Flag> flags =
        Stream.of(
                "grid.role=member",
                "http.port=0",
                "grid.data_nodes=2",
                "grid.memory_bytes=128MiB",
                "grid.partitions=32",
                "grid.instance_name=" + name,
                "grid.kind=" + kind,
                "grid.%s=%d".formatted(port, number),
                "grid.discovery.seeds=127.0.0.1:%d,127.0.0.1:%d".formatted(firstPort, secondPort),
                "disk.enabled=true",
                "disk.path=" + folder.resolve(name))
            .map(Flag::set)
            .toList();
    KvasirConfig config =
        ConfigReader.read(
                KvasirConfig.class, KvasirConfig.defaults(), List.of(new ConfigSource.Flags(flags)))
            .value();
    return CompletableFuture.supplyAsync(
        () -> CacheNode.open(config), task -> Thread.ofPlatform().start(task));
  }

  private static void awaitListening(int port) {
    boolean listening = false;
    while (!listening) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        listening = socket.isConnected();
      } catch (IOException _) {
        LockSupport.parkNanos(5_000_000);
      }
    }
  }
}
