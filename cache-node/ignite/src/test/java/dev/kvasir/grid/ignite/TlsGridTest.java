package dev.kvasir.grid.ignite;

import static dev.kvasir.store.ManyBlocks.assertHasAll;
import static dev.kvasir.store.ManyBlocks.putAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.store.StoreException;
import dev.kvasir.store.grid.join.GridRole;
import dev.kvasir.store.grid.join.Membership;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes that speak TLS, and who does not get in. */
class TlsGridTest {
  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final IgniteSettings FIRST = TestNodes.seed("tls-first");

  @TempDir private static Path folder;
  private static SSLContext known;
  private static SSLContext nameless;
  private static IgniteGrid first;

  @BeforeAll
  static void start() throws Exception {
    KeyStore store = certificate();
    known = context(store, true);
    nameless = context(store, false);
    first = IgniteGrid.start(FIRST, Optional.of(known));
  }

  @AfterAll
  static void stop() {
    first.close();
  }

  @Test
  void blocks_putOnOneNode_areReadOnTheOther() {
    try (IgniteGrid second =
        IgniteGrid.start(
            TestNodes.settings("tls-second", TestNodes.freePort(), FIRST.discoveryPort()),
            Optional.of(known))) {
      assertThat(second.members()).hasSize(2);
      putAll(first.blocks(), 20);
      assertHasAll(second.blocks(), 20);
    }
  }

  @Test
  void node_withoutTls_doesNotGetIn() {
    Membership usual = TestNodes.client("clear", FIRST).membership();
    Membership hasty =
        new Membership(GridRole.CLIENT, usual.discovery(), Map.of(), Duration.ofSeconds(3));
    assertThatThrownBy(
            () -> IgniteGrid.start(TestNodes.client("clear", FIRST).withMembership(hasty)))
        .isInstanceOf(StoreException.class);
    assertThat(first.members()).hasSize(1);
  }

  @Test
  void socket_withoutACertificate_isClosedAndWithOneIsNot() throws IOException {
    assertThat(firstByte(nameless)).isEqualTo(Outcome.REFUSED);
    assertThat(firstByte(known)).isEqualTo(Outcome.OPEN);
  }

  private enum Outcome {
    OPEN,
    REFUSED
  }

  /** A node that let a connection in waits for what comes. */
  private static Outcome firstByte(SSLContext context) throws IOException {
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", FIRST.discoveryPort())) {
      socket.setSoTimeout(2_000);
      socket.startHandshake();
      return socket.getInputStream().read() < 0 ? Outcome.REFUSED : Outcome.OPEN;
    } catch (SocketTimeoutException e) {
      return Outcome.OPEN;
    } catch (SSLException | SocketException e) {
      return Outcome.REFUSED;
    }
  }

  private static SSLContext context(KeyStore store, boolean shown) throws GeneralSecurityException {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    KeyStore believed;
    try {
      believed = KeyStore.getInstance("PKCS12");
      believed.load(null, null);
    } catch (IOException e) {
      throw new GeneralSecurityException(e);
    }
    believed.setCertificateEntry("one", store.getCertificate("one"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(believed);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(shown ? keys.getKeyManagers() : null, trust.getTrustManagers(), null);
    return context;
  }

  private static KeyStore certificate() throws Exception {
    Path file = folder.resolve("node.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "one",
                "-keyalg",
                "EC",
                "-dname",
                "CN=kvasir",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                file.toString())
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    return store;
  }
}
