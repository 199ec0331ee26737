package dev.kvasir.bench.rival;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.bench.BenchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a shell script in the place of the virtual environment's Python. */
class RivalSetupTest {
  private static final String VERSIONS =
      """
      case "$*" in
        *llama-cpp-python) echo 0.3.36 ;;
        *torch) echo 2.11.0+cpu ;;
        *transformers) echo 5.23.0 ;;
      esac
      """;

  @TempDir Path folder;
  private RivalHome home;

  @BeforeEach
  void makeHome() {
    home = RivalHome.of(folder, folder, folder.resolve("model.gguf"));
  }

  @Test
  void state_nothing_saysSo() {
    assertThat(RivalSetup.state(home))
        .containsExactly(
            "llama-cpp-python not installed",
            "torch not installed",
            "transformers not installed",
            "SmolLM2-135M-Instruct.F16.gguf missing");
    assertThat(home.hasLlama()).isFalse();
  }

  @Test
  void run_everythingThere_keepsIt() throws IOException {
    python(VERSIONS);
    Files.createFile(home.halfModel());
    List<String> steps = new ArrayList<>();

    new RivalSetup(home, steps::add).run(true);

    assertThat(steps).hasSize(5).allMatch(step -> step.endsWith(": is there"));
    assertThat(home.hasLlama()).isTrue();
  }

  @Test
  void run_pipFails_isItsLastLineAndTheLog() throws IOException {
    python("[ \"$1\" = -m ] && echo 'ERROR: it broke'; exit 1");

    assertThatThrownBy(() -> new RivalSetup(home, step -> {}).run(false))
        .isInstanceOf(BenchException.class)
        .hasMessageContainingAll("ERROR: it broke", home.log().toString());
  }

  @Test
  void run_otherVersionOfTorch_installsTheWantedOne() throws IOException {
    python(VERSIONS.replace("2.11.0+cpu", "2.1.0").replace("esac", "*install*) exit 1 ;; esac"));
    Files.createFile(home.halfModel());
    List<String> steps = new ArrayList<>();

    assertThatThrownBy(() -> new RivalSetup(home, steps::add).run(true))
        .isInstanceOf(BenchException.class);
    assertThat(steps.getLast()).startsWith("torch==2.11.0");
  }

  private void python(String script) throws IOException {
    Files.createDirectories(home.python().getParent());
    Files.writeString(home.python(), "#!/bin/sh\n" + script + "\n");
    assertThat(home.python().toFile().setExecutable(true)).isTrue();
  }
}
