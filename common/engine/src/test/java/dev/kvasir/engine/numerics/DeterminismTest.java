package dev.kvasir.engine.numerics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.engine.testing.TinyModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A block's bytes do not depend on threads, batch, compiler or vector width (DESIGN §5). */
final class DeterminismTest {
  @TempDir private static Path folder;
  private static Path model;
  private static String expected;

  @BeforeAll
  static void encodeOnce() {
    model = TinyModel.write(folder);
    expected = EncodedDigest.of(model, 1, 1, true);
  }

  @ParameterizedTest
  @CsvSource({"1, false", "2, true", "2, false", "3, true", "5, false"})
  void encode_anyThreadsAndBatch_sameBytes(int threads, boolean batched) {
    assertThat(EncodedDigest.of(model, threads, 3, batched)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "interpreter, 2, 1, -Xint",
    "C1, 1, 5, -XX:TieredStopAtLevel=1",
    "C2, 2, 60, -XX:-TieredCompilation",
    "tiers, 2, 60, -XX:+TieredCompilation",
    "128 bit, 2, 40, -Dkvasir.vector.bits=128",
    "256 bit, 2, 40, -Dkvasir.vector.bits=256",
    "512 bit, 2, 3, -Dkvasir.vector.bits=512"
  })
  void encode_anyCompilerAndWidth_sameBytes(String name, int threads, int repeats, String flag)
      throws Exception {
    assertThat(inOwnJvm(threads, repeats, flag)).as(name).isEqualTo(expected);
  }

  private static String inOwnJvm(int threads, int repeats, String flag)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + Path.of(System.getProperty("kvasir.root"), "ops", "jvm.options"));
    command.addAll(List.of("-Xmx512m", flag, "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(EncodedDigest.class.getName(), model.toString()));
    command.addAll(List.of(String.valueOf(threads), String.valueOf(repeats)));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return Arrays.asList(output.split("\n")).getLast();
  }
}
