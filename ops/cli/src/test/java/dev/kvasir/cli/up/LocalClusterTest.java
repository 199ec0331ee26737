package dev.kvasir.cli.up;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.config.Bytes;
import dev.kvasir.config.GridConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LocalClusterTest {
  private static final List<String> NAMES = List.of("cache-1", "prefill-1", "decode-1", "admin-1");

  @TempDir private Path folder;

  @Test
  void watch_processEnds_isStartedAgainUntilAllEnd() throws IOException {
    List<String> said = new CopyOnWriteArrayList<>();
    LocalCluster cluster = new LocalCluster(plan(), Duration.ofMillis(10));
    try (cluster) {
      cluster.start(said::add);
      assertThat(said).containsExactlyElementsOf(NAMES.stream().map(n -> n + " is up").toList());
      await(() -> NAMES.stream().allMatch(name -> pids(name).size() == 1));
      Thread.startVirtualThread(() -> cluster.watch(said::add));
      assertThat(ProcessHandle.of(pids("decode-1").getFirst()))
          .hasValueSatisfying(ProcessHandle::destroyForcibly);
      await(() -> pids("decode-1").size() == 2);
      assertThat(said).last().asString().startsWith("decode-1 has ended and is started again");
      Path log = folder.resolve("decode-1.log");
      await(() -> lines(log).filter(line -> line.contains("Serving on")).count() == 2);
    }
    assertThat(NAMES.stream().flatMap(name -> pids(name).stream()))
        .hasSize(5)
        .noneMatch(pid -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent());
  }

  private ClusterPlan plan() {
    return new ClusterPlan(
        StubProcess.class.getName(),
        folder,
        folder,
        Path.of("model.gguf"),
        Optional.empty(),
        GridConfig.Kind.IGNITE,
        1,
        1,
        1,
        2,
        Bytes.ofMiB(64),
        "64m",
        List.of(StubProcess.FOLDER + folder));
  }

  /** Of all that have run under that name. */
  private List<Long> pids(String name) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.matches(name + "-\\d+"))
          .map(file -> Long.parseLong(file.substring(name.length() + 1)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<String> lines(Path log) {
    try {
      return Files.readAllLines(log).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      LockSupport.parkNanos(5_000_000);
    }
  }
}
