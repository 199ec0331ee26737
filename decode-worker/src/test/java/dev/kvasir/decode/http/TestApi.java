package dev.kvasir.decode.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvasir.block.KvGeometry;
import dev.kvasir.decode.AttentionMode;
import dev.kvasir.decode.BlockPath;
import dev.kvasir.engine.ModelInfo;
import dev.kvasir.engine.prompt.PromptLayout;
import dev.kvasir.engine.prompt.Scoping;
import dev.kvasir.http.access.Access;
import dev.kvasir.http.server.Server;
import dev.kvasir.http.server.ServerSettings;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.memory.MemoryBlockStore;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A server over fakes, and a client for it. */
final class TestApi implements AutoCloseable {
  static final int CONTEXT = 2_000;
  private static final long SECONDS_TO_ANSWER = 60;
  static final ModelInfo MODEL =
      new ModelInfo("tiny/model", TinyLayout.FINGERPRINT, new KvGeometry(2, 1, 4), CONTEXT, 258);
  static final PromptLayout LAYOUT = TinyLayout.create();

  private static final ObjectMapper JSON = new ObjectMapper();

  final FakeGenerator generator = new FakeGenerator();
  final BlockStore store;
  final FakeEncoder encoder;
  final AtomicBoolean ready = new AtomicBoolean(true);
  final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  final BlockPath blocks = BlockPath.open();
  final Server server;
  final HttpClient client = HttpClient.newHttpClient();

  TestApi() {
    this(settings(64));
  }

  TestApi(Settings settings) {
    this(settings, new MemoryBlockStore());
  }

  TestApi(Settings settings, BlockStore store) {
    this(settings, store, Access.open("tests"));
  }

  TestApi(Settings settings, BlockStore store, Access access) {
    this.store = store;
    this.encoder = new FakeEncoder(store);
    Optional<String> reason = Optional.of("the test says so");
    this.server =
        Server.open(
            settings.server(),
            Api.parts(
                access,
                metrics,
                OpenTelemetry.noop(),
                () -> ready.get() ? Optional.empty() : reason));
    server.serve(new Api(settings.api(), services()));
  }

  private ApiServices services() {
    return new ApiServices(
        generator, tenant -> LAYOUT.forCaller(Scoping.of(tenant)), MODEL, blocks, encoder, store);
  }

  /** Settings of a server and of the API on it. */
  record Settings(ServerSettings server, ApiSettings api) {}

  static Settings settings(int requests) {
    return settings(requests, Duration.ofMinutes(1));
  }

  /**
   * Usual settings but for these.
   *
   * @param client how long to wait for slow bodies and stalled readers
   */
  static Settings settings(int requests, Duration client) {
    return settings("127.0.0.1", 0, requests, client);
  }

  static Settings settings(String host, int port, int requests, Duration client) {
    return new Settings(
        new ServerSettings(
            host,
            port,
            Optional.empty(),
            100_000,
            8_192,
            new ServerSettings.Timeouts(client, Duration.ofMinutes(5), Duration.ofMillis(100))),
        new ApiSettings(
            AttentionMode.BLOCK,
            new ApiSettings.Limits(requests, 20, 100, 100_000),
            new ApiSettings.Timeouts(client, Duration.ofSeconds(5))));
  }

  String url(String path) {
    return "http://127.0.0.1:%d%s".formatted(server.port(), path);
  }

  HttpResponse<String> post(String path, String body) {
    return send(
        HttpRequest.newBuilder(URI.create(url(path)))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build());
  }

  HttpResponse<String> get(String path) {
    return send(HttpRequest.newBuilder(URI.create(url(path))).build());
  }

  HttpResponse<String> send(HttpRequest request) {
    try {
      return client
          .sendAsync(request, BodyHandlers.ofString())
          .get(SECONDS_TO_ANSWER, TimeUnit.SECONDS);
    } catch (ExecutionException | InterruptedException | TimeoutException e) {
      throw new AssertionError(request + " got no answer", e);
    }
  }

  JsonNode chat(String body) {
    HttpResponse<String> response = post("/v1/chat/completions", body);
    if (response.statusCode() != 200) {
      throw new AssertionError(response.statusCode() + " " + response.body());
    }
    return json(response.body());
  }

  /** Closes the block path for a part. */
  void stop(String scope, Optional<String> collection, String sentence) {
    assertThat(blocks.stop(Optional.of(new BlockPath.Part(scope, collection)), sentence)).isTrue();
  }

  /** Turns 'single' quotes into "double" ones, for readable bodies. */
  static String q(String json) {
    return json.replace('\'', '"');
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
    server.close();
    store.close();
  }
}
