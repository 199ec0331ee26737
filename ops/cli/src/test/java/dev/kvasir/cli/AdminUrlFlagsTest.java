package dev.kvasir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.kvasir.http.client.PemTls;
import dev.kvasir.http.server.Tls;
import dev.kvasir.http.testing.TestCertificate;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Commands that ask an admin process with TLS and keys. */
@Timeout(60)
class AdminUrlFlagsTest {
  private final List<String> shown = new CopyOnWriteArrayList<>();

  @TempDir private Path folder;

  private Tls tls;

  private HttpsServer server;

  @BeforeEach
  void start() throws Exception {
    tls = TestCertificate.make(folder);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(PemTls.mutual(tls.certificate(), tls.key(), tls.certificate())));
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      shown.add(Objects.requireNonNull(exchange.getRequestHeaders().getFirst("Authorization")));
      byte[] bytes = "{\"data\": []}".getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nodes", "warmup list"})
  void ask_authoritiesAndKeyConfigured_believesAndShowsThem(String command) {
    StringWriter errors = new StringWriter();
    assertThat(run(errors, command, trusting(), "--set=client.key=configured"))
        .as("status: %s", errors)
        .isZero();
    assertThat(run(errors, command, trusting(), "--key=given")).as("status: %s", errors).isZero();
    assertThat(shown).containsExactly("Bearer configured", "Bearer given");
  }

  @Test
  void ask_nothingConfigured_doesNotBelieve() {
    StringWriter errors = new StringWriter();
    assertThat(run(errors, "nodes")).isEqualTo(1);
    assertThat(errors.toString()).contains("talking to https://127.0.0.1");
    assertThat(shown).isEmpty();
  }

  private String trusting() {
    return "--set=security.tls.authorities=" + tls.certificate();
  }

  private int run(StringWriter errors, String command, String... options) {
    CommandLine line = Kvasir.commandLine();
    line.setErr(new PrintWriter(errors, true));
    String words =
        "%s --url=https://127.0.0.1:%d %s"
            .formatted(command, server.getAddress().getPort(), String.join(" ", options));
    return line.execute(words.strip().split(" "));
  }
}
