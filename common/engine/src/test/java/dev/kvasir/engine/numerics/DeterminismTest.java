package dev.kvasir.engine.numerics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.ElementType;
import dev.kvasir.engine.EngineOptions;
import dev.kvasir.engine.EngineOptions.Backend;
import dev.kvasir.engine.testing.TinyModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A block's bytes do not depend on threads, batch, compiler or vector width (DESIGN §5). */
final class DeterminismTest {
  @TempDir private static Path folder;
  private static Path model;
  private static String halves;
  private static String bytes;

  @BeforeAll
  static void encodeOnce() {
    model = TinyModel.write(folder);
    halves = digest(ElementType.FLOAT16, 1, 1, true);
    bytes = digest(ElementType.INT8, 1, 1, true);
  }

  @Test
  void encode_int8_otherBytesThanFloat16() {
    assertThat(bytes).isNotEqualTo(halves);
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT16, 1, false",
    "FLOAT16, 2, true",
    "FLOAT16, 2, false",
    "FLOAT16, 3, true",
    "FLOAT16, 5, false",
    "INT8, 1, false",
    "INT8, 2, true",
    "INT8, 3, false"
  })
  void encode_anyThreadsAndBatch_sameBytes(ElementType type, int threads, boolean batched) {
    assertThat(digest(type, threads, 3, batched)).isEqualTo(expected(type));
  }

  @ParameterizedTest
  @CsvSource({
    "interpreter, FLOAT16, 2, 1, -Xint",
    "C1, FLOAT16, 1, 5, -XX:TieredStopAtLevel=1",
    "C2, FLOAT16, 2, 60, -XX:-TieredCompilation",
    "tiers, FLOAT16, 2, 60, -XX:+TieredCompilation",
    "128 bit, FLOAT16, 2, 40, -Dkvasir.vector.bits=128",
    "256 bit, FLOAT16, 2, 40, -Dkvasir.vector.bits=256",
    "512 bit, FLOAT16, 2, 3, -Dkvasir.vector.bits=512",
    "interpreter, INT8, 2, 1, -Xint",
    "C2, INT8, 2, 60, -XX:-TieredCompilation",
    "128 bit, INT8, 2, 40, -Dkvasir.vector.bits=128",
    "256 bit, INT8, 2, 40, -Dkvasir.vector.bits=256",
    "512 bit, INT8, 2, 40, -Dkvasir.vector.bits=512"
  })
  void encode_anyCompilerAndWidth_sameBytes(
      String name, ElementType type, int threads, int repeats, String flag) throws Exception {
    assertThat(inOwnJvm(type, threads, repeats, flag)).as(name).isEqualTo(expected(type));
  }

  private static String digest(ElementType type, int threads, int repeats, boolean batched) {
    EngineOptions options = new EngineOptions(Backend.VECTOR, threads, type);
    return EncodedDigest.of(model, options, repeats, batched);
  }

  private static String expected(ElementType type) {
    return type == ElementType.INT8 ? bytes : halves;
  }

  private static String inOwnJvm(ElementType type, int threads, int repeats, String flag)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + Path.of(System.getProperty("kvasir.root"), "ops", "jvm.options"));
    command.addAll(List.of("-Xmx512m", flag, "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(EncodedDigest.class.getName(), model.toString(), type.name()));
    command.addAll(List.of(String.valueOf(threads), String.valueOf(repeats)));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return Arrays.asList(output.split("\n")).getLast();
  }
}
