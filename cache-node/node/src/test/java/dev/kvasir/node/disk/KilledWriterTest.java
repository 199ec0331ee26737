package dev.kvasir.node.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.StoredBlock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed while it writes leaves whole files only, and all it had finished. */
class KilledWriterTest {
  private static final int ROUNDS = 5;
  private static final int NUMBERS_A_ROUND = 1000;

  @TempDir private Path root = Path.of("unset");
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void kill_atRandomMoments_leavesNoWrongFileAndLosesNothingWritten() throws Exception {
    long seed = 5;
    System.out.println("KilledWriterTest seed=" + seed);
    Random random = new Random(seed);
    Set<Integer> written = new HashSet<>();
    for (int round = 0; round < ROUNDS; round++) {
      int first = 10_000 + round * NUMBERS_A_ROUND;
      int finished = writeAndKill(first, 1 + random.nextInt(8), random.nextInt(20_000_000));
      for (int number = first; number <= finished; number++) {
        written.add(number);
      }
      check(written, finished + 1);
    }
  }

  /** The last number that the process said it had written. */
  private int writeAndKill(int first, int blocks, int nanos) throws Exception {
    Process child = start(first);
    try (BufferedReader output = child.inputReader()) {
      Iterator<Integer> numbers =
          output
              .lines()
              .filter(line -> line.startsWith(WritingChild.WRITTEN))
              .map(line -> Integer.valueOf(line.substring(WritingChild.WRITTEN.length())))
              .iterator();
      int last = first - 1;
      for (int i = 0; i < blocks; i++) {
        last = numbers.next();
      }
      LockSupport.parkNanos(nanos);
      assertThat(child.toHandle().destroyForcibly()).isTrue(); // Process would close the output
      child.waitFor();
      while (numbers.hasNext()) {
        last = numbers.next();
      }
      return last;
    }
  }

  private Process start(int first) throws IOException {
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", "."));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + Path.of(System.getProperty("kvasir.root"), "ops", "jvm.options"));
    command.addAll(List.of("-Xmx256m", "-cp", path, WritingChild.class.getName()));
    command.addAll(List.of(root.toString(), Integer.toString(first)));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private void check(Set<Integer> written, int unfinished) throws IOException {
    try (DiskFolder folder = DiskFolder.open(root)) {
      DiskFiles files =
          DiskFiles.open(folder, 1L << 40, new DiskMetrics(registry), DurableFile.Opener.NEW);
      Set<BlockKey> found = new HashSet<>();
      files.all().stream().map(StoredBlock::key).forEach(found::add);
      for (int number : written) {
        assertHas(files, number);
        found.remove(KvBlocks.large(number).key());
      }
      if (found.remove(KvBlocks.large(unfinished).key())) {
        assertHas(files, unfinished);
        written.add(unfinished);
      }
      assertThat(found).isEmpty();
      assertThat(filesOnDisk()).isEqualTo(files.blocks());
    }
  }

  private static void assertHas(DiskFiles files, int number) throws IOException {
    var block = KvBlocks.large(number);
    DiskFiles.Read read = files.read(block.key()).orElseThrow();
    DiskFilesTest.assertSame(read.block(), block);
    assertThat(read.info()).isEqualTo(KvBlocks.info(number, "a"));
  }

  private long filesOnDisk() throws IOException {
    try (Stream<Path> all = Files.walk(root.resolve("blocks"))) {
      return all.filter(Files::isRegularFile).count();
    }
  }
}
