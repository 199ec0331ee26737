package dev.kvasir.http.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.http.error.ApiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessTest {
  private static final Set<Role> DATA = Set.of(Role.DATA);
  private static final String SECRET = "a-secret-of-the-cluster";

  @TempDir private Path folder;
  private Path path;
  private KeyFile file;

  @BeforeEach
  void makeAKey() {
    path = folder.resolve("keys.jsonl");
    file = new KeyFile(path);
    file.create("operator", "ops", Set.of(Role.ADMIN));
  }

  private Access access() {
    return Access.of(Optional.of(new KeyRing(path, Duration.ZERO)), Optional.of(SECRET), "default");
  }

  @Test
  void admit_goodKey_decidesTenantAndRoles() {
    String key = file.create("app", "acme", DATA).text();
    for (String header : new String[] {"Bearer " + key, "bearer   " + key + " "}) {
      assertThat(access().admit(header, DATA)).isEqualTo(new Caller("app", "acme", DATA));
    }
  }

  @Test
  void admit_noOrUnknownOrAlmostRightKey_is401() {
    String key = file.create("app", "acme", DATA).text();
    assertRefused(null, 401, "this server wants a key: send the header Authorization: Bearer KEY");
    assertRefused("Basic " + key, 401, "this server wants a key");
    for (String wrong : new String[] {"x", key + "x", key.substring(1), "\u00e9"}) {
      assertRefused("Bearer " + wrong, 401, "the key is unknown or was revoked");
    }
    String hash = file.read().getLast().sha256();
    assertRefused("Bearer " + hash, 401, "the key is unknown or was revoked");
  }

  @Test
  void admit_fileThatCouldNotBeRead_isReadAgainThoughItLooksTheSame() throws IOException {
    Access access = access();
    String key = file.create("app", "acme", DATA).text();
    String good = Files.readString(path);
    Files.writeString(path, "?" + good.substring(1));
    var modified = Files.getLastModifiedTime(path);
    assertThatThrownBy(() -> access.admit("Bearer " + key, DATA)).isInstanceOf(ApiException.class);
    Files.writeString(path, good);
    Files.setLastModifiedTime(path, modified);
    assertThat(access.admit("Bearer " + key, DATA).id()).isEqualTo("app");
  }

  @Test
  void admit_keyWithoutTheRole_is403AndSaysWhichIsMissing() {
    String key = file.create("app", "acme", DATA).text();
    assertThatThrownBy(() -> access().admit("Bearer " + key, Set.of(Role.ADMIN, Role.CLUSTER)))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.error().status()).isEqualTo(403))
        .hasMessage(
            "the key 'app' may not do this: it has the role data and needs admin or cluster");
  }

  @Test
  void admit_clusterSecret_isAProcessOfTheClusterAndNothingElse() {
    assertThat(access().admit("Bearer " + SECRET, Set.of(Role.CLUSTER)).id()).isEqualTo("cluster");
    assertThat(access().admit("Bearer " + SECRET, Set.of()).id())
        .as("nobody guards what needs no role")
        .isEqualTo("none");
    Access spaceless = Access.of(Optional.empty(), Optional.of("cluster-secret-0123"), "default");
    assertThat(spaceless.admit("Bearer cluster-secret-0123", Set.of(Role.CLUSTER)).roles())
        .containsExactly(Role.CLUSTER);
    assertThat(spaceless.guards(Role.DATA)).isFalse();
    assertThatThrownBy(() -> spaceless.admit("Bearer cluster-secret-0124", Set.of(Role.CLUSTER)))
        .isInstanceOf(ApiException.class);
  }

  @Test
  void admit_fileChanges_areSeenWithoutARestart() {
    Access access = access();
    String key = file.create("late", "acme", DATA).text();
    assertThat(access.admit("Bearer " + key, DATA).tenant()).isEqualTo("acme");
    file.revoke("late");
    assertThatThrownBy(() -> access.admit("Bearer " + key, DATA)).isInstanceOf(ApiException.class);
  }

  @Test
  void admit_fileIsDamagedOrGone_keepsTheKeysReadBefore() throws IOException {
    Access access = access();
    String key = file.create("app", "acme", DATA).text();
    assertThat(access.admit("Bearer " + key, DATA).id()).isEqualTo("app");
    Files.writeString(path, "damage");
    assertThat(access.admit("Bearer " + key, DATA).id()).isEqualTo("app");
    Files.delete(path);
    assertThat(access.admit("Bearer " + key, DATA).id()).isEqualTo("app");
  }

  @Test
  void admit_noKeysAtAll_isTheOpenTenantWithEveryRole() {
    assertThat(Access.open("default").admit(null, DATA))
        .isEqualTo(new Caller("none", "default", Set.of(Role.values())));
  }

  private void assertRefused(@Nullable String header, int status, String sentence) {
    assertThatThrownBy(() -> access().admit(header, DATA))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.error().status()).isEqualTo(status))
        .hasMessageStartingWith(sentence);
  }
}
