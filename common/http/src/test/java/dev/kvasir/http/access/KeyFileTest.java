package dev.kvasir.http.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyFileTest {
  private static final Set<Role> DATA = Set.of(Role.DATA);

  @TempDir private Path folder;
  private Path path;

  @BeforeEach
  void name() {
    path = folder.resolve("keys.jsonl");
  }

  @Test
  void create_newFile_holdsOnlyTheHashOfARandomKeyAndIsTheOwnersAlone() throws Exception {
    KeyFile.Created made = new KeyFile(path).create("app", "acme", Set.of(Role.DATA, Role.ADMIN));

    String random = made.text().substring("kvasir-".length());
    assertThat(Base64.getUrlDecoder().decode(random)).hasSize(32);
    String hash =
        HexFormat.of()
            .formatHex(
                MessageDigest.getInstance("SHA-256")
                    .digest(made.text().getBytes(StandardCharsets.UTF_8)));
    assertThat(Files.readString(path))
        .startsWith(
            "{\"id\":\"app\",\"tenant\":\"acme\",\"roles\":[\"admin\",\"data\"],\"sha256\":\"%s\","
                .formatted(hash))
        .endsWith("\"revoked\":null}\n")
        .doesNotContain(random);
    assertThat(Files.getPosixFilePermissions(path))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(new KeyFile(path).read()).containsExactly(made.key());
  }

  @Test
  void create_byThreadsAndProcessesAtOnce_losesNone() throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      processes.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  CreatingChild.class.getName(),
                  path.toString(),
                  "process-" + i)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("log-" + i).toFile())
              .start());
    }
    IntStream.range(0, 20)
        .parallel()
        .forEach(i -> new KeyFile(path).create("thread-" + i, "acme", DATA));
    for (Process process : processes) {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    }
    assertThat(new KeyFile(path).read().stream().map(ApiKey::id))
        .hasSize(20 + 2 * CreatingChild.KEYS)
        .doesNotHaveDuplicates();
  }

  /** Another process that makes keys. */
  static final class CreatingChild {
    static final int KEYS = 10;

    private CreatingChild() {}

    public static void main(String[] arguments) {
      for (int i = 0; i < KEYS; i++) {
        new KeyFile(Path.of(arguments[0])).create(arguments[1] + "-" + i, "acme", DATA);
      }
    }
  }

  @Test
  void create_fileOthersMayRead_keepsOwnerAndRights() throws Exception {
    KeyFile file = new KeyFile(path);
    file.create("app", "acme", DATA);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));
    var owner = Files.getOwner(path);
    file.create("other", "acme", DATA);
    assertThat(Files.getPosixFilePermissions(path))
        .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
    assertThat(Files.getOwner(path)).isEqualTo(owner);
  }

  @Test
  void create_idTaken_saysSo() {
    KeyFile file = new KeyFile(path);
    file.create("app", "acme", DATA);
    assertThatThrownBy(() -> file.create("app", "other", DATA))
        .isInstanceOf(KeyFileException.class)
        .hasMessage("there is a key 'app' in %s already: choose another --id", path);
    assertThat(file.read()).hasSize(1);
  }

  @Test
  void create_wrongNames_areRefused() {
    KeyFile file = new KeyFile(path);
    assertThatThrownBy(() -> file.create("app", "Acme Inc", DATA))
        .hasMessageContaining("the tenant of a key is 1 to 64 of a-z");
    assertThatThrownBy(() -> file.create("app", "acme", Set.of()))
        .hasMessageContaining("at least one of the roles");
  }

  @Test
  void revoke_key_keepsTheFirstTimeAndRefusesUnknownIds() {
    KeyFile file = new KeyFile(path);
    file.create("app", "acme", DATA);
    file.revoke("app");
    List<ApiKey> once = file.read();
    assertThat(once.getFirst().revoked()).isPresent();
    file.revoke("app");
    assertThat(file.read()).isEqualTo(once);
    assertThatThrownBy(() -> file.revoke("nobody"))
        .hasMessage("there is no key 'nobody' in %s: kvasir keys list shows them", path);
  }

  @Test
  void read_noFile_saysHowToMakeOne() {
    assertThatThrownBy(() -> new KeyFile(path).read())
        .isInstanceOf(KeyFileException.class)
        .hasMessageContaining("make one with kvasir keys create");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nonsense|it is no JSON object",
        "{'created':'2026-01-02T03:04:05Z'}|the id of a key is",
        "{'id':'a','tenant':'b','roles':['root']}|a role is data, admin or cluster, not 'root'",
        "{'id':'a','tenant':'b','roles':['data'],'sha256':'00'}|created and revoked are times"
      })
  void read_wrongLine_isNamed(String line, String reason) throws IOException {
    Files.writeString(path, "\n" + line.replace('\'', '"') + "\n");
    assertThatThrownBy(() -> new KeyFile(path).read())
        .isInstanceOf(KeyFileException.class)
        .hasMessageStartingWith("line 2 of the file of keys " + path + " is wrong: ")
        .hasMessageContaining(reason);
  }
}
