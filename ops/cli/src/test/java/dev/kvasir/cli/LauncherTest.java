package dev.kvasir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bash launcher, copied into a small project of its own with fake JDKs and a fake Maven. */
class LauncherTest {
  private static final String NO_JDK = "kvasir: no JDK 25 was found";

  private static final List<String> PLAIN_TOOLS =
      List.of(
          "dirname readlink find head touch mv rm mkdir grep sed awk sort tee tail cat tr flock"
              .split(" "));

  @TempDir Path folder;
  private Path root = Path.of("");
  private Path tools = Path.of("");
  private Path calls = Path.of("");

  @BeforeEach
  void copyTheLauncher() throws IOException {
    root = Files.createDirectories(folder.resolve("a clone with spaces"));
    tools = Files.createDirectories(folder.resolve("tools"));
    calls = folder.resolve("calls");
    Files.copy(Path.of(System.getProperty("kvasir.root"), "kvasir"), root.resolve("kvasir"));
    assertThat(root.resolve("kvasir").toFile().setExecutable(true)).isTrue();
    Files.createDirectories(root.resolve("ops/cli/src/main/java"));
    Files.writeString(root.resolve("pom.xml"), "<project/>");
    script(tools.resolve("mvn"), "echo mvn \"$@\" >>\"$CALLS\"; exit ${MVN_STATUS:-0}");
  }

  @Test
  void launcher_javaHomeOfAnotherVersion_refusesInOneLine() throws Exception {
    Run run = launch(Map.of("JAVA_HOME", jdk("17.0.15").toString()), "--version");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.errors()).startsWith(NO_JDK).hasLineCount(1);
    assertThat(calls).doesNotExist();
  }

  @Test
  void launcher_noJavaAtAll_refusesInOneLine() throws Exception {
    Run run = launch(Map.of(), "--version");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.errors()).startsWith(NO_JDK).hasLineCount(1);
  }

  @Test
  void launcher_wrongJavaHomeButJdk25Elsewhere_takesThatOne() throws Exception {
    Path right = jdk("25.0.3");

    Run run =
        launch(
            Map.of("JAVA_HOME", jdk("17.0.15").toString(), "KVASIR_JDKS", right.toString()),
            "java-home");

    assertThat(run.output()).isEqualTo(right + "\n");
  }

  @Test
  void launcher_version250_isNotTakenFor25() throws Exception {
    assertThat(launch(Map.of("JAVA_HOME", jdk("250.1").toString()), "java-home").status())
        .isEqualTo(1);
  }

  @Test
  void launcher_freshClone_buildsOnceThenRunsWithItsArguments() throws Exception {
    Map<String, String> variables = Map.of("JAVA_HOME", jdk("25.0.3").toString());

    Run first = launch(variables, "serve", "--model", "a b.gguf");
    Run second = launch(variables, "serve");

    assertThat(first.status()).isZero();
    assertThat(first.errors()).contains("kvasir: building").hasLineCount(1);
    assertThat(second.errors()).isEmpty();
    assertThat(Files.readAllLines(calls))
        .containsExactly(
            "mvn -B -ntp -DskipTests -Dspotless.check.skip=true -Dkvasir.commit= package");
    assertThat(first.output().lines())
        .contains("@" + root.toRealPath() + "/ops/jvm.options")
        .endsWith("dev.kvasir.cli.Kvasir", "serve", "--model", "a b.gguf");
  }

  @Test
  void launcher_sourceNewerThanBuild_buildsAgain() throws Exception {
    Map<String, String> variables = Map.of("JAVA_HOME", jdk("25.0.3").toString());
    launch(variables, "serve");
    Path source = Files.writeString(root.resolve("ops/cli/src/main/java/New.java"), "class New {}");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));

    launch(variables, "serve");

    assertThat(Files.readAllLines(calls)).hasSize(2);
  }

  @Test
  void launcher_buildFails_showsTheLogAndEndsWithOne() throws Exception {
    script(tools.resolve("mvn"), "echo '[INFO] noise'; echo '[ERROR] no symbol'; exit 1");

    Run run = launch(Map.of("JAVA_HOME", jdk("25.0.3").toString()), "serve");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.output()).isEmpty();
    assertThat(run.errors())
        .contains("[ERROR] no symbol", "the build failed")
        .doesNotContain("noise");
  }

  @Test
  void launcher_noMaven_saysWhatToInstall() throws Exception {
    Files.delete(tools.resolve("mvn"));

    Run run = launch(Map.of("JAVA_HOME", jdk("25.0.3").toString()), "serve");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.errors()).contains("install Maven").hasLineCount(1);
  }

  @Test
  void launcher_calledThroughALinkFromElsewhere_findsItsRoot() throws Exception {
    Path link = Files.createSymbolicLink(tools.resolve("kvasir"), root.resolve("kvasir"));

    Run run = launch(link, Map.of("JAVA_HOME", jdk("25.0.3").toString()), "serve");

    assertThat(run.output()).contains("-Dkvasir.root=" + root.toRealPath());
  }

  @Test
  void test_surefireLines_areKeptAndSummed() throws Exception {
    mavenPrints(
        "[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 1 s -- in A",
        "SKIPPED no root: the tc test",
        "[WARNING] Tests run: 3, Failures: 0, Errors: 0, Skipped: 1",
        "[INFO] Tests run: 4, Failures: 0, Errors: 0, Skipped: 0");

    Run run = launch(Map.of("JAVA_HOME", jdk("25.0.3").toString()), "test");

    assertThat(run.status()).isZero();
    assertThat(run.output())
        .contains("[INFO] Tests run: 4, Failures: 0, Errors: 0, Skipped: 0")
        .endsWith("Kvasir tests: 7 run, 0 failed, 1 skipped\nSKIPPED no root: the tc test\n");
    assertThat(run.output().lines()).contains("dev.kvasir.cli.Kvasir", "fetch-model");
  }

  @Test
  void test_mavenFails_endsWithOne() throws Exception {
    mavenPrints("[ERROR] Tests run: 2, Failures: 1, Errors: 0, Skipped: 0", "FAIL");

    Run run = launch(Map.of("JAVA_HOME", jdk("25.0.3").toString()), "test");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.output()).contains("Kvasir tests: 2 run, 1 failed, 0 skipped");
    assertThat(run.errors()).contains("the tests failed");
  }

  private void mavenPrints(String... lines) throws IOException {
    Path log = Files.write(folder.resolve("maven.log"), List.of(lines));
    script(
        tools.resolve("mvn"),
        "case \"$*\" in *verify*) cat '%s'; ! grep -q FAIL '%s' ;; esac".formatted(log, log));
  }

  private Path jdk(String version) throws IOException {
    Path home = folder.resolve("jdk-" + version);
    script(home.resolve("bin/javac"), "exit 0");
    script(
        home.resolve("bin/java"),
        "if [ \"$1\" = -version ]; then echo 'openjdk version \""
            + version
            + "\"' >&2; exit; fi\n"
            + "printf '%s\\n' \"$@\"");
    return home;
  }

  private static void script(Path file, String body) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/bash\n" + body + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private Run launch(Map<String, String> variables, String... arguments) throws Exception {
    return launch(root.resolve("kvasir"), variables, arguments);
  }

  private Run launch(Path launcher, Map<String, String> variables, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("bash", launcher.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    Path output = folder.resolve("out");
    Path errors = folder.resolve("err");
    builder.redirectOutput(output.toFile()).redirectError(errors.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().retainAll(List.of("HOME", "LANG"));
    environment.put("PATH", tools + ":" + systemTools());
    environment.put("CALLS", calls.toString());
    environment.put("KVASIR_JDKS", folder.resolve("nowhere").toString());
    environment.putAll(variables);
    int status = builder.start().waitFor();
    return new Run(
        status,
        Files.readString(output, StandardCharsets.UTF_8),
        Files.readString(errors, StandardCharsets.UTF_8));
  }

  /** A folder with the plain tools only, so that no java and no mvn of the machine is seen. */
  private Path systemTools() throws IOException {
    Path bin = folder.resolve("bin");
    for (String tool : PLAIN_TOOLS) {
      for (Path place : List.of(Path.of("/bin", tool), Path.of("/usr/bin", tool))) {
        if (Files.exists(place)) {
          script(bin.resolve(tool), "exec " + place + " \"$@\"");
        }
      }
    }
    return bin;
  }

  private record Run(int status, String output, String errors) {}
}
