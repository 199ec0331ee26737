package dev.kvasir.bench.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The profile's script, with a fake jfr that prints made-up samples. */
class SharesScriptTest {
  private static final Path SCRIPT =
      Path.of(System.getProperty("kvasir.root"), "ops", "bench", "profile", "shares.py");
  private static final String PASS = "LlamaForward.run Work.run";

  @TempDir private Path folder;

  @Test
  void shares_samples_areCountedByOperationAndMethod() throws Exception {
    List<String> stacks = new ArrayList<>();
    stacks.addAll(
        Collections.nCopies(6, "jdk.Vector Lanes.all Tile.multiply VectorKernels.matmul " + PASS));
    stacks.addAll(
        Collections.nCopies(
            3,
            "Rowwise.add VectorKernels.lambda$add$0 VectorKernels.eachRow VectorKernels.add "
                + PASS));
    stacks.add("Rope.rotate LlamaForward.store LlamaForward.attend " + PASS);
    stacks.addAll(Collections.nCopies(5, "Tile.multiply VectorKernels.matmul Other.run"));

    Run run = run(stacks, "Work.run");

    assertThat(run.status()).isZero();
    assertThat(run.output())
        .isEqualTo(
            """
            10 samples in Work.run

            | share | operation |
            |---:|---|
            | 60.0 % | `VectorKernels.matmul` |
            | 30.0 % | `VectorKernels.add` |
            | 10.0 % | `LlamaForward.store` |

            | share | method |
            |---:|---|
            | 60.0 % | `Tile.multiply` |
            | 30.0 % | `Rowwise.add` |
            | 10.0 % | `Rope.rotate` |
            """);
  }

  @Test
  void shares_methodNeverSampled_isOneLine() throws Exception {
    Run run = run(List.of("Tile.multiply Other.run"), "Work.run");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.output()).contains("no sample has Work.run").hasLineCount(1);
  }

  private record Run(int status, String output) {}

  private Run run(List<String> stacks, String method) throws Exception {
    Path recording = Files.writeString(folder.resolve("x.jfr"), json(stacks));
    Path jfr = Files.createDirectories(folder.resolve("bin")).resolve("jfr");
    Files.writeString(jfr, "#!/bin/sh\nfor last; do :; done\ncat \"$last\"\n");
    assertThat(jfr.toFile().setExecutable(true)).isTrue();
    ProcessBuilder builder =
        new ProcessBuilder("python3", SCRIPT.toString(), recording.toString(), method)
            .redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", folder.toString());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), output);
  }

  /** As {@code jfr print --json} writes execution samples. */
  private static String json(List<String> stacks) {
    return stacks.stream()
        .map(stack ->
            Stream.of(stack.split(" ", -1))
                .map(SharesScriptTest::frame)
                .collect(
                    Collectors.joining(",", "{\"values\":{\"stackTrace\":{\"frames\":[", "]}}}")))
        .collect(Collectors.joining(",", "{\"recording\":{\"events\":[", "]}}"));
  }

  private static String frame(String name) {
    String[] parts = name.split("\\.", -1);
    String type = name.startsWith("jdk") ? name : "dev/kvasir/engine/" + parts[0];
    return "{\"method\":{\"type\":{\"name\":\"%s\"},\"name\":\"%s\"}}".formatted(type, parts[1]);
  }
}
