package dev.kvasir.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.kvasir.config.ConfigSource.Environment;
import dev.kvasir.config.ConfigSource.Flag;
import dev.kvasir.config.ConfigSource.Flags;
import dev.kvasir.config.ConfigSource.YamlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every error is one sentence: where, which key, what is wrong, what to write. */
class ConfigErrorsTest {
  private static final List<String> PIECES =
      List.of(
          "grid:",
          "\n",
          "  ",
          "- ",
          "{",
          "}",
          "[",
          "]",
          "backups",
          ": ",
          ",",
          "'",
          "\"",
          "#",
          "&a ",
          "*a",
          "!!binary ",
          "? ",
          "1",
          "0x1",
          "~",
          "---\n",
          "\t",
          "%",
          "é",
          "disk",
          "enabled",
          ":\n    ",
          "path",
          ">",
          "|",
          "null",
          "<<: ");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "grid.backup=1 | there is no key grid.backup: the nearest is grid.backups",
        "gird.backups=1 | there is no key gird: the nearest is grid",
        "backups=1 | there is no key backups: the nearest is grid.backups",
        "grid.memory-bytes=1 | there is no key grid.memory-bytes: the nearest is grid.memory_bytes",
        "http.limits.body=1 | there is no key http.limits.body: the nearest is http.timeouts.body",
        "scopes.shared=[{colection: a}] | there is no key scopes.shared[0].colection: the nearest is scopes.shared[0].collection",
        "grid.backups=9 | grid.backups must be from 0 to 8, not 9",
        "grid.backups=many | grid.backups must be a whole number, not 'many'",
        "grid.backups=1.0 | grid.backups must be a whole number, not '1.0'",
        "grid.backups= | grid.backups must be a whole number, not ''",
        "grid.backups=99999999999 | grid.backups must be a whole number, not '99999999999'",
        "grid.backups.x=1 | grid.backups must be a whole number, not a section",
        "grid=1 | grid must be a section with keys below it, not '1'",
        "model.threads=x | model.threads must be a whole number, not 'x'",
        "model.threads=0 | model.threads must be from 1 to 1024, not 0",
        "model.path= | model.path must not be blank: write a path or remove the key",
        "disk.enabled=on | disk.enabled must be true or false, not 'on'",
        "disk.enabled=true | disk.path must name a folder when the disk tier is enabled",
        "grid.kind=ingite | grid.kind must be one of ignite, hazelcast, memory, not 'ingite'",
        "grid.kind=1 | grid.kind must be one of ignite, hazelcast, memory, not '1'",
        "grid.kind=IGNITE | grid.kind must be one of ignite, hazelcast, memory, not 'IGNITE'",
        "grid.cluster_name=' ' | grid.cluster_name must not be blank: write a value or remove the key",
        "grid.memory_bytes=1MiB | grid.memory_bytes must be at least 64MiB, not 1MiB",
        "grid.memory_bytes=3x | grid.memory_bytes must be a size such as 512, 64KiB, 1.5GiB or 10MB (units: B, KB, MB, GB, TB, KiB, MiB, GiB, TiB), not '3x'",
        "grid.memory_bytes=1.5 | grid.memory_bytes must be a whole number of bytes below 8 EiB, not '1.5'",
        "grid.read_deadline=10 | grid.read_deadline must be a duration such as 200ms, 10s, 5m, 1h or PT10S (units: ms, s, m, h, d), not '10'",
        "grid.read_deadline=0s | grid.read_deadline must be at least 1ms, not 0s",
        "grid.discovery_port=80 | grid.discovery_port must be 0 (any free port) or from 1024 to 65535, not 80",
        "grid.discovery.seeds=a:1,b | grid.discovery.seeds[1] must be host:port, such as 10.0.0.5:47500 or [::1]:47500, not 'b'",
        "grid.discovery.seeds=a:70000 | grid.discovery.seeds[0] must have a port from 1 to 65535, not 'a:70000'",
        "grid.discovery.seeds=[a{] | is not YAML: check indentation (blanks, no tabs), colons and quotes there",
        "grid.discovery.multicast.group=10.0.0.1 | grid.discovery.multicast.group must be an address from 224.0.0.0 to 239.255.255.255, not '10.0.0.1'",
        "grid.discovery.kubernetes.service=A | grid.discovery.kubernetes.service must be a Kubernetes name (1 to 63 of a-z, 0-9 and hyphen), not 'A'",
        "http.port=65536 | http.port must be from 0 to 65535, not 65536",
        "http.limits.body_bytes=2GiB | http.limits.body_bytes must be below 2GiB, not 2GiB",
        "security.cluster_secret=hush | security.cluster_secret must have at least 16 characters: make one as with openssl rand -hex 32",
        "security.tls.certificate=c.pem | security.tls.key must be set, too: TLS needs certificate and key",
        "grid.mutual_tls=true | grid.mutual_tls needs security.tls.certificate, security.tls.key and security.tls.authorities",
        "decode.max_running=0 | decode.max_running must be at least 1, not 0",
        "eviction.budget_bytes=2GiB | eviction.budget_bytes must be at most grid.memory_bytes (1GiB), not 2GiB",
        "scopes.unauthenticated_tenant=A | scopes.unauthenticated_tenant must be 1 to 64 of a-z, 0-9, dot, underscore and hyphen, not 'A'",
        "scopes.shared=[{collection: a}] | scopes.shared[0].tenants must be a list, such as [a, b], not nothing",
        "scopes.shared=[{tenants: [a]}] | scopes.shared[0].collection must be a text, not nothing",
        "scopes.shared=[{collection: a, tenants: []}] | scopes.shared[0].tenants must name at least one tenant",
        "scopes.shared=[{collection: a, tenants: [B]}] | scopes.shared[0].tenants must be 1 to 64 of a-z, 0-9, dot, underscore and hyphen, not 'B'",
        "scopes.shared=[{collection: a, tenants: [b]}, {collection: a, tenants: [c]}] | scopes.shared[1] names the collection 'a' again: keep one entry for each",
        "scopes.shared=a | scopes.shared[0] must be a section with keys below it, not 'a'"
      })
  void flag_wrong_isOneSentence(String assignment, String problem) {
    String key = assignment.substring(0, assignment.indexOf('='));

    assertThat(error(new Flags(List.of(Flag.set(assignment.replace("'", ""))))))
        .isEqualTo("--set " + key + ": " + problem);
  }

  @Test
  void flag_withoutKeyOrValue_showsTheForm() {
    for (String assignment : List.of("grid.backups", "=3", "", ".=1", "grid..x=1", "a b=1")) {
      assertThat(catchThrowable(() -> Flag.set(assignment)))
          .isInstanceOf(ConfigException.class)
          .hasMessage("--set: write KEY=VALUE, such as --set grid.backups=2");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "KVASIR_GRID_BACKUP, 1, there is no such variable: the nearest is KVASIR_GRID_BACKUPS",
    "KVASIR_BACKUPS, 1, there is no such variable: the nearest is KVASIR_GRID_BACKUPS",
    "KVASIR_GRID, 1, there is no such variable: the nearest is KVASIR_GRID_KIND",
    "KVASIR_GRID_BACKUPS, x, 'grid.backups must be a whole number, not ''x'''"
  })
  void variable_wrong_isOneSentence(String name, String text, String problem) {
    assertThat(error(new Environment(Map.of(name, text))))
        .isEqualTo("variable " + name + ": " + problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "grid:\\n  backup: 1 | 2 | there is no key grid.backup: the nearest is grid.backups",
        "gird:\\n  backups: 1 | 1 | there is no key gird: the nearest is grid",
        "grid.backups: 1 | 1 | grid.backups has a dot: write nested sections, one below the other",
        "grid:\\n\\n  backups: 9 | 3 | grid.backups must be from 0 to 8, not 9",
        "grid:\\n  backups: | 2 | grid.backups must be a whole number, not nothing",
        "grid:\\n  discovery:\\n    seeds: a:1 | 3 | grid.discovery.seeds must be a list, such as [a, b], not 'a:1'",
        "grid:\\n  discovery:\\n    seeds:\\n    - a:1\\n    - b | 5 | grid.discovery.seeds[1] must be host:port, such as 10.0.0.5:47500 or [::1]:47500, not 'b'",
        "grid:\\n  discovery:\\n    seeds: [~] | 3 | grid.discovery.seeds[0] is empty: write a value or remove it",
        "disk:\\n  enabled: true | 1 | disk.path must name a folder when the disk tier is enabled",
        "grid:\\n  backups: 1\\n  backups: 2 | 3 | grid.backups was given before (F, line 2): keep one",
        "disk:\\n  enabled: true\\n  paht: x | 3 | there is no key disk.paht: the nearest is disk.path",
        "grid:\\n  \"\": 1 | 2 | a key has no name: write one before the colon",
        "- grid | 1 | must begin with a section, such as 'grid:', and its keys indented below it",
        "grid: {backups: 1}\\n---\\na: 1 | 3 | begins a second document: write one only",
        "a: &x 1\\nb: *x | 2 | b is an alias (*), which is not supported: repeat the value",
        "grid:\\n\\tbackups: 1 | 2 | is not YAML: check indentation (blanks, no tabs), colons and quotes there",
        "grid: [a | 2 | is not YAML: check indentation (blanks, no tabs), colons and quotes there"
      })
  void file_wrong_isOneSentenceWithItsLine(String text, int line, String problem)
      throws IOException {
    YamlFile file = yaml(text.replace("\\n", "\n").replace("\\t", "\t") + "\n");

    assertThat(error(file))
        .isEqualTo(
            "%s, line %d: %s"
                .formatted(file.file(), line, problem.replace("(F,", "(" + file.file() + ",")));
  }

  @Test
  void file_missingOrNoText_isOneSentence() throws IOException {
    Path missing = folder.resolve("no.yaml");
    Path binary = Files.write(folder.resolve("binary"), new byte[] {'a', (byte) 0xff});

    assertThat(error(new YamlFile(missing)))
        .isEqualTo(missing + ": there is no readable file: check --config");
    assertThat(error(new YamlFile(binary)))
        .isEqualTo(binary + ": is no UTF-8 text: save it as UTF-8");
  }

  @RepeatedTest(40)
  void file_random_isOneSentenceOrAccepted(RepetitionInfo repetition) throws IOException {
    Random random = new Random(repetition.getCurrentRepetition());
    for (int i = 0; i < 250; i++) {
      StringBuilder text = new StringBuilder();
      for (int left = random.nextInt(14); left >= 0; left--) {
        text.append(PIECES.get(random.nextInt(PIECES.size())));
      }
      YamlFile file = yaml(text.toString());

      Throwable thrown = catchThrowable(() -> read(file));

      if (thrown != null) {
        assertThat(thrown).as("of %s", text).isInstanceOf(ConfigException.class);
        assertThat(thrown.getMessage())
            .as("of %s", text)
            .startsWith(file.file().toString())
            .doesNotContain("Exception", "com.fasterxml");
      }
    }
  }

  private YamlFile yaml(String text) throws IOException {
    return new YamlFile(Files.writeString(folder.resolve("kvasir.yaml"), text));
  }

  private static String error(ConfigSource source) {
    Throwable thrown = catchThrowable(() -> read(source));
    assertThat(thrown).isInstanceOf(ConfigException.class);
    return String.valueOf(thrown.getMessage());
  }

  private static void read(ConfigSource source) {
    ConfigReader.read(KvasirConfig.class, KvasirConfig.defaults(), List.of(source));
  }
}
