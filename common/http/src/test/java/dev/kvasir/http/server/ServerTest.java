package dev.kvasir.http.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import dev.kvasir.http.access.Access;
import dev.kvasir.http.access.KeyFile;
import dev.kvasir.http.access.KeyRing;
import dev.kvasir.http.access.Role;
import dev.kvasir.http.client.PemTls;
import dev.kvasir.http.error.Failures;
import dev.kvasir.http.json.Json;
import dev.kvasir.http.testing.TestCertificate;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.vertx.ext.web.RoutingContext;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class ServerTest {
  @TempDir private Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private final AtomicReference<Optional<String>> reason = new AtomicReference<>(Optional.empty());
  private @Nullable Server server;

  @AfterEach
  void close() {
    client.shutdownNow();
    if (server != null) {
      server.close();
    }
  }

  private static ServerSettings settings(String host, Optional<Tls> tls, Duration shutdown) {
    return new ServerSettings(
        host,
        0,
        tls,
        1_000,
        4_096,
        new ServerSettings.Timeouts(Duration.ofSeconds(30), Duration.ofMinutes(1), shutdown));
  }

  private Server open(Access access, Role role) {
    return open(settings("127.0.0.1", Optional.empty(), Duration.ofSeconds(30)), access, role);
  }

  private Server open(ServerSettings settings, Access access, Role role) {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    server =
        Server.open(
            settings,
            new ServerParts(
                access, role, registry, OpenTelemetry.noop(), Failures.none(), reason::get));
    return server;
  }

  private static void who(RoutingContext ctx) {
    Replies.json(ctx, 200, Json.object().put("tenant", Request.of(ctx).caller().tenant()));
  }

  @Test
  void health_startingServingAndUnready_saysWhy() {
    Server server = open(Access.open("t"), Role.DATA);
    assertThat(get(server, "/health/live", "").statusCode()).isEqualTo(200);
    assertThat(get(server, "/health/ready", "").body())
        .isEqualTo("{\"status\":\"not ready\",\"reason\":\"the process is starting\"}");
    assertThat(get(server, "/who", "").statusCode()).isEqualTo(503);
    assertThat(get(server, "/who", "").body()).contains("\"code\":\"starting\"");
    server.serve(routes -> routes.get("who", "/who", ServerTest::who));
    assertThat(get(server, "/who", "").body()).isEqualTo("{\"tenant\":\"t\"}");
    assertThat(get(server, "/health/ready", "").body()).isEqualTo("{\"status\":\"ready\"}");
    reason.set(Optional.of("the grid is gone"));
    HttpResponse<String> unready = get(server, "/health/ready", "");
    assertThat(unready.statusCode()).isEqualTo(503);
    assertThat(unready.body())
        .isEqualTo("{\"status\":\"not ready\",\"reason\":\"the grid is gone\"}");
    assertThat(get(server, "/metrics", "").body()).contains("route=\"who\",status=\"200\"");
  }

  @Test
  void close_requestInWork_isUnreadyRefusesOthersAndWaitsForIt() throws Exception {
    Server server = open(Access.open("t"), Role.DATA);
    CountDownLatch arrived = new CountDownLatch(1);
    CompletableFuture<Void> release = new CompletableFuture<>();
    server.serve(routes ->
        routes.get(
            "slow",
            "/slow",
            ctx -> {
              arrived.countDown();
              var context = ctx.vertx().getOrCreateContext();
              var _ = release.thenRun(() -> context.runOnContext(_ -> who(ctx)));
            }));
    CompletableFuture<HttpResponse<String>> running =
        client.sendAsync(request(server, "/slow", "").build(), BodyHandlers.ofString());
    assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
    CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);
    HttpResponse<String> ready = get(server, "/health/ready", "");
    while (ready.statusCode() == 200) {
      ready = get(server, "/health/ready", "");
    }
    assertThat(ready.body()).contains("the process is shutting down");
    HttpResponse<String> other = get(server, "/slow", "");
    assertThat(other.statusCode()).isEqualTo(503);
    assertThat(other.headers().firstValue("retry-after")).hasValue("1");
    assertThat(other.body()).contains("\"code\":\"shutting_down\"");
    assertThat(closed).isNotDone();
    release.complete(null);
    assertThat(running.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    assertThat(closed).succeedsWithin(Duration.ofSeconds(20));
  }

  @Test
  void close_requestThatNeverEnds_isCutOffAfterTheBound() throws Exception {
    Server server =
        open(
            settings("127.0.0.1", Optional.empty(), Duration.ofMillis(100)),
            Access.open("t"),
            Role.DATA);
    CountDownLatch arrived = new CountDownLatch(1);
    server.serve(routes -> routes.get("slow", "/slow", _ -> arrived.countDown()));
    CompletableFuture<HttpResponse<String>> running =
        client.sendAsync(request(server, "/slow", "").build(), BodyHandlers.ofString());
    assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(CompletableFuture.runAsync(server::close)).succeedsWithin(Duration.ofSeconds(20));
    assertThat(running).failsWithin(Duration.ofSeconds(20));
  }

  @Test
  void routes_methodsOfOnePath_shareItAndOthersAreRefused() {
    Server server = open(Access.open("t"), Role.DATA);
    server.serve(routes ->
        routes
            .get("who", "/who", ServerTest::who)
            .delete("who", "/who", ServerTest::who)
            .post("who", "/who", ServerTest::who));
    assertThat(send(request(server, "/who", "").DELETE()).statusCode()).isEqualTo(200);
    HttpResponse<String> put = send(request(server, "/who", "").PUT(BodyPublishers.ofString("{}")));
    assertThat(put.statusCode()).isEqualTo(405);
    assertThat(put.headers().firstValue("allow")).hasValue("GET, HEAD, DELETE, POST");
    assertThat(get(server, "/nobody", "").statusCode()).isEqualTo(404);
    HttpResponse<String> large =
        send(
            request(server, "/who", "")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("x".repeat(1_001))));
    assertThat(large.statusCode()).isEqualTo(413);
  }

  @Test
  void keys_ofARole_openTheirRoutesAndDecideTheTenant() {
    Path path = folder.resolve("keys.jsonl");
    KeyFile file = new KeyFile(path);
    String data = file.create("app", "acme", Set.of(Role.DATA)).text();
    String admin = file.create("operator", "ops", Set.of(Role.ADMIN)).text();
    Access access = Access.of(Optional.of(new KeyRing(path)), Optional.empty(), "default");
    Server server = open(access, Role.DATA);
    server.serve(routes -> routes.get("who", "/who", ServerTest::who));

    HttpResponse<String> nobody = get(server, "/who", "");
    assertThat(nobody.statusCode()).isEqualTo(401);
    assertThat(nobody.headers().firstValue("www-authenticate")).hasValue("Bearer");
    assertThat(nobody.body()).contains("\"type\":\"invalid_request_error\"", "invalid_api_key");
    assertThat(get(server, "/who", data).body()).isEqualTo("{\"tenant\":\"acme\"}");
    assertThat(get(server, "/who", admin).statusCode()).isEqualTo(403);
    assertThat(get(server, "/metrics", data).statusCode()).isEqualTo(403);
    assertThat(get(server, "/metrics", admin).statusCode()).isEqualTo(200);
    assertThat(get(server, "/health/ready", "").statusCode()).isEqualTo(200);
  }

  @Test
  void log_ofRequestsGoodAndBad_hasNoKeyAndNoSecret() {
    Path path = folder.resolve("keys.jsonl");
    KeyFile file = new KeyFile(path);
    String good = file.create("app", "acme", Set.of(Role.DATA)).text();
    String secret = "a-secret-of-the-cluster";
    String bad = "kvasir-bad-key";
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    log.start();
    root.addAppender(log);
    try {
      Access access = Access.of(Optional.of(new KeyRing(path)), Optional.of(secret), "default");
      Server server = open(access, Role.DATA);
      server.serve(routes ->
          routes
              .get("who", "/who", ServerTest::who)
              .get(
                  "fails",
                  "/fails",
                  ctx -> {
                    throw new IllegalStateException("on purpose");
                  }));
      for (String key : List.of(good, secret, bad)) {
        get(server, "/who", key);
        get(server, "/fails", key);
        get(server, "/metrics", key);
      }
    } finally {
      root.detachAppender(log);
    }
    assertThat(log.list).isNotEmpty();
    assertThat(log.list.stream().map(ServerTest::written))
        .noneMatch(line -> line.contains(good) || line.contains(secret) || line.contains(bad));
  }

  private static String written(ILoggingEvent event) {
    IThrowableProxy thrown = event.getThrowableProxy();
    return event.getFormattedMessage()
        + (thrown == null ? "" : ThrowableProxyUtil.asString(thrown));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::"})
  void open_otherMachinesWithoutKeys_isRefusedInOneSentence(String host) {
    ServerSettings settings = settings(host, Optional.empty(), Duration.ofSeconds(1));
    assertThatThrownBy(() -> open(settings, Access.open("t"), Role.DATA))
        .isInstanceOf(ListenException.class)
        .hasMessage(
            "%s can be reached from other machines, and there are no keys: set security.keys_file"
                + " (kvasir keys create makes one), or listen on 127.0.0.1",
            host);
    Access secret = Access.of(Optional.empty(), Optional.of("0123456789abcdef"), "t");
    assertThatThrownBy(() -> open(settings, secret, Role.DATA)).isInstanceOf(ListenException.class);
    open(settings, secret, Role.CLUSTER).close();
  }

  @Test
  void host_ofAnotherSite_isRefusedWhereThereAreNoKeysOnly() throws IOException {
    Server open = open(Access.open("t"), Role.DATA);
    open.serve(routes -> routes.get("who", "/who", ServerTest::who));
    for (String host :
        List.of("localhost", "LocalHost:1", "127.0.0.1:80", "127.9.8.7", "[::1]:5")) {
      assertThat(statusLine(open, host)).as(host).contains(" 200 ");
    }
    for (String host : List.of("evil.example", "127.0.0.1.evil.example", "192.168.0.1:8080")) {
      assertThat(statusLine(open, host)).as(host).contains(" 403 ");
    }
    open.close();
    Path path = folder.resolve("keys.jsonl");
    new KeyFile(path).create("app", "acme", Set.of(Role.DATA));
    Server guarded =
        open(Access.of(Optional.of(new KeyRing(path)), Optional.empty(), "t"), Role.DATA);
    guarded.serve(routes -> routes.get("who", "/who", ServerTest::who));
    assertThat(statusLine(guarded, "kvasir.example")).contains(" 401 ");
  }

  private static String statusLine(Server server, String host) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write("GET /who HTTP/1.1\r\nHost: %s\r\n\r\n".formatted(host).getBytes(US_ASCII));
      return new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII))
          .readLine();
    }
  }

  @Test
  void tls_pemFiles_areServedToClientsThatTrustThem() throws Exception {
    Tls tls = TestCertificate.make(folder);
    Server server =
        open(
            settings("127.0.0.1", Optional.of(tls), Duration.ofSeconds(1)),
            Access.open("t"),
            Role.DATA);
    server.serve(routes -> routes.get("who", "/who", ServerTest::who));
    assertThat(server.url()).startsWith("https://127.0.0.1:");
    try (HttpClient trusting =
        HttpClient.newBuilder().sslContext(PemTls.trusting(tls.certificate())).build()) {
      HttpResponse<String> answer =
          trusting.send(request(server, "/who", "").build(), BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
    }
    assertThatThrownBy(
            () -> client.send(request(server, "/who", "").build(), BodyHandlers.ofString()))
        .isInstanceOf(SSLHandshakeException.class);
  }

  @Test
  void tls_filesThatAreNone_areRefusedInOneSentence() throws IOException {
    Path text = Files.writeString(folder.resolve("text"), "no certificate");
    Path none = folder.resolve("none");
    assertThatThrownBy(() -> openTls(new Tls(text, text)))
        .hasMessage("the TLS certificate %s is no PEM file: convert it, as with openssl", text);
    assertThatThrownBy(() -> openTls(new Tls(none, text)))
        .hasMessage("the TLS certificate %s cannot be read: check path and rights", none);
    assertThatThrownBy(() -> PemTls.trusting(text)).hasMessageContaining("is no PEM file");
  }

  private void openTls(Tls tls) {
    open(
        settings("127.0.0.1", Optional.of(tls), Duration.ofSeconds(1)),
        Access.open("t"),
        Role.DATA);
  }

  private HttpResponse<String> get(Server server, String path, String key) {
    return send(request(server, path, key));
  }

  private static HttpRequest.Builder request(Server server, String path, String key) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url() + path));
    return key.isEmpty() ? request : request.header("Authorization", "Bearer " + key);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    return client
        .sendAsync(request.build(), BodyHandlers.ofString())
        .orTimeout(20, TimeUnit.SECONDS)
        .join();
  }
}
