package dev.kvasir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The CI script in a project of its own, with a fake launcher and a fake Python. */
class CiRunTest {
  private static final String PASSED = "Kvasir tests: 7 run, 0 failed, 0 skipped";
  private static final String FRAMED = "!!  the tests on Qwen2.5-Coder-0.5B DID NOT RUN";
  private static final String FAULTS = "faults --seed 1 --minutes 5 --patience 3";
  private static final String QWEN = "test -P qwen -pl common/engine -am";

  private static final String RIGHT =
      "Right answers: full 3 of 3, block-cold 3 of 3, block-warm 3 of 3, block-reordered 3 of 3.";

  private final Map<String, String> environment =
      new HashMap<>(Map.of("SETUP_STATUS", "0", "QUICKSTART_SAYS", RIGHT));

  @TempDir private Path folder;

  @BeforeEach
  void copyTheScript() throws IOException {
    Path script = Path.of(System.getProperty("kvasir.root"), ".ci", "run");
    Files.createDirectory(folder.resolve(".ci"));
    Files.copy(script, folder.resolve(".ci/run"));
    script(
        "kvasir",
        """
        echo "$@" >>calls
        case "$*" in
          *qwen*) echo "$QWEN_SAYS"; exit "$QWEN_STATUS" ;;
          test*) echo "%s" ;;
          finetune*help) exit "$SETUP_STATUS" ;;
          quickstart*) echo "$QUICKSTART_SAYS" ;;
        esac
        """
            .formatted(PASSED));
    script("tools/python3", "exit \"$FETCH_STATUS\"");
  }

  @Test
  void run_modelFetched_testsOnIt() throws Exception {
    Run run = run(0, 0, PASSED);

    assertThat(run.status()).isZero();
    assertThat(run.output()).doesNotContain("DID NOT RUN").contains("ci: passed");
    assertThat(calls())
        .containsSubsequence("test", FAULTS, QWEN, "finetune test", "quickstart --exit");
  }

  @Test
  void run_modelNotFetched_passesAndSaysSoInAFrameAtTheEnd() throws Exception {
    Run run = run(1, 0, "");

    assertThat(run.status()).isZero();
    assertThat(calls()).contains("test", "quickstart --exit").doesNotContain(QWEN);
    String afterQuickstart = run.output().substring(run.output().lastIndexOf("ci: ./kvasir"));
    assertThat(afterQuickstart).contains(FRAMED, "make -C ops qwen", "ci: passed");
  }

  @Test
  void run_testsOnItFail_fails() throws Exception {
    Run run = run(0, 1, "Kvasir tests: 7 run, 1 failed, 0 skipped");

    assertThat(run.status()).isNotZero();
    assertThat(run.output()).doesNotContain("ci: passed");
  }

  @Test
  void run_testsOnItSkipped_fails() throws Exception {
    Run run = run(0, 0, "Kvasir tests: 7 run, 0 failed, 2 skipped\nSKIPPED A.b: no model");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.output()).contains("ci: tests were skipped").doesNotContain("ci: passed");
  }

  @Test
  void run_torchNotInstalled_passesAndSaysSoInAFrameAtTheEnd() throws Exception {
    environment.put("SETUP_STATUS", "1");
    Run run = run(0, 0, PASSED);

    assertThat(run.status()).isZero();
    assertThat(calls()).doesNotContain("finetune test");
    String afterQuickstart = run.output().substring(run.output().lastIndexOf("ci: ./kvasir"));
    assertThat(afterQuickstart).contains("ops/finetune DID NOT RUN", "ci: passed");
  }

  @Test
  void run_quickstartWrongInOneMode_fails() throws Exception {
    environment.put("QUICKSTART_SAYS", RIGHT.replace("block-warm 3", "block-warm 2"));
    Run run = run(0, 0, PASSED);

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.output()).contains("not right 3 of 3 in mode block-warm");
  }

  private record Run(int status, String output) {}

  private Run run(int fetchStatus, int qwenStatus, String qwenSays) throws Exception {
    Path output = folder.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder("bash", folder.resolve(".ci/run").toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    environment.put("PATH", folder.resolve("tools") + ":" + System.getenv("PATH"));
    environment.put("FETCH_STATUS", Integer.toString(fetchStatus));
    environment.put("QWEN_STATUS", Integer.toString(qwenStatus));
    environment.put("QWEN_SAYS", qwenSays);
    builder.environment().putAll(environment);
    int status = builder.start().waitFor();
    return new Run(status, Files.readString(output, StandardCharsets.UTF_8));
  }

  private Iterable<String> calls() throws IOException {
    return Files.readAllLines(folder.resolve("calls"));
  }

  private void script(String name, String body) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/bash\n" + body);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }
}
