package dev.kvasir.cli.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.cli.console.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a shell script in the place of Python, which makes environments of copies of itself. */
class PythonProjectTest {
  private static final String WORKING =
      """
      echo "$@" >>"%s"
      if [ "$2" = venv ]; then
        mkdir -p "$4/bin" && cp "$0" "$4/bin/python"
      fi
      [ "$3" = fails ] && exit 7
      exit 0
      """;

  @TempDir Path folder;
  private Path calls;
  private PythonProject project;

  @BeforeEach
  void makeProject() throws IOException {
    calls = folder.resolve("calls");
    Path sources = Files.createDirectories(folder.resolve("sources"));
    Files.writeString(sources.resolve("requirements.lock"), "torch==2.11.0 --hash=sha256:0\n");
    project = new PythonProject(sources, folder.resolve("home"), folder + "/python");
  }

  @Test
  void install_nothingThere_installsTheLockWithHashesOnce() throws IOException {
    python(WORKING.formatted(calls));
    List<String> steps = new ArrayList<>();

    project.install(steps::add);
    project.install(steps::add);

    assertThat(steps).hasSize(1);
    assertThat(Files.readAllLines(calls))
        .hasSize(2)
        .last()
        .asString()
        .contains("--require-hashes", project.sources().resolve("requirements.lock").toString());
  }

  @Test
  void install_lockChanged_installsAgain() throws IOException {
    python(WORKING.formatted(calls));
    project.install(step -> {});
    Files.writeString(project.sources().resolve("requirements.lock"), "torch==2.12.0\n");

    project.install(step -> {});

    assertThat(Files.readAllLines(calls)).hasSize(4);
  }

  @Test
  void install_pipFails_isItsLastLineAndTheLog() throws IOException {
    python("echo 'ERROR: it broke'; exit 1");

    assertThatThrownBy(() -> project.install(step -> {}))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("ERROR: it broke", "setup.log");
  }

  @Test
  void run_module_passesArgumentsAndStatusOn() throws IOException {
    python(WORKING.formatted(calls));
    project.install(step -> {});

    assertThat(project.run(List.of("kvasir_finetune", "fails", "--seed", "1"))).isEqualTo(7);
    assertThat(Files.readAllLines(calls)).last().isEqualTo("-m kvasir_finetune fails --seed 1");
  }

  @Test
  void install_noPython_saysWhatToInstall() {
    assertThatThrownBy(() -> project.install(step -> {}))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("install Python 3.11");
  }

  private void python(String script) throws IOException {
    Path file = Path.of(project.python());
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }
}
