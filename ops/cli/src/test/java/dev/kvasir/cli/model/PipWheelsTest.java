package dev.kvasir.cli.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.cli.Recorded;
import dev.kvasir.cli.console.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipWheelsTest {
  @TempDir Path index;
  @TempDir Path work;
  private List<String> offline = List.of();

  @BeforeEach
  void pointPipAtTheFolder() {
    offline = List.of("--no-index", "--find-links", index.toString());
  }

  @Test
  void download_wheelInALocalFolder_comesBack() throws IOException {
    Path original = FakeWheel.in(index);
    Recorded progress = new Recorded();

    Path wheel = new PipWheels("python3", offline).download(FakeWheel.PACKAGED, work, progress);

    assertThat(wheel).hasParent(work).hasSameBinaryContentAs(original);
    assertThat(progress.lines)
        .containsExactly(
            "fetching kvasir-fake-model==0.1.2", "fetching kvasir-fake-model==0.1.2: done");
  }

  @Test
  void download_noSuchWheel_saysWhatPipSaid() {
    assertThatThrownBy(() ->
            new PipWheels("python3", offline).download(FakeWheel.PACKAGED, work, new Recorded()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("pip could not download kvasir-fake-model==0.1.2")
        .hasMessageContaining("No matching distribution");
  }

  @Test
  void download_noPython_saysWhatToInstall() {
    assertThatThrownBy(() ->
            new PipWheels("no-such-python", offline)
                .download(FakeWheel.PACKAGED, work, new Recorded()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("install Python 3");
  }

  @Test
  void download_pythonWithoutPip_saysWhatToInstall() throws IOException {
    assertFailureOf("echo \"$0: No module named pip\"; exit 1", "has no pip");
  }

  @Test
  void download_noNetwork_saysSo() throws IOException {
    assertFailureOf(
        "echo 'WARNING: Retrying after connection broken by NewConnectionError'; exit 1",
        "check the network");
  }

  @Test
  void download_diskFull_saysSo() throws IOException {
    assertFailureOf("echo 'ERROR: [Errno 28] No space left on device'; exit 1", "disk is full");
  }

  private void assertFailureOf(String script, String message) throws IOException {
    Path python = Files.writeString(index.resolve("python"), "#!/bin/sh\n" + script + "\n");
    assertThat(python.toFile().setExecutable(true)).isTrue();
    assertThatThrownBy(() ->
            new PipWheels(python.toString(), offline)
                .download(FakeWheel.PACKAGED, work, new Recorded()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(message);
  }
}
