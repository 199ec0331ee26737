package dev.kvasir.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.admin.event.EventLog;
import dev.kvasir.admin.rest.Endpoint;
import dev.kvasir.admin.rest.Reply;
import dev.kvasir.http.access.Access;
import dev.kvasir.http.access.Role;
import dev.kvasir.http.json.Json;
import dev.kvasir.http.server.Server;
import dev.kvasir.http.server.ServerParts;
import dev.kvasir.http.server.ServerSettings;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LongCallsTest {
  private final Semaphore begun = new Semaphore(0);
  private final Semaphore goOn = new Semaphore(0);

  @Test
  void longCalls_twoRun_aThirdIsRefusedAndOthersAreAnswered() {
    List<Endpoint> endpoints =
        List.of(
            new Endpoint(Endpoint.Method.GET, "/quick", "quick", false, _ -> empty()),
            new Endpoint(Endpoint.Method.GET, "/long", "long", true, _ -> waiting()));
    try (EventLog events = new EventLog(1, InstantSource.system());
        Server server =
            Server.open(
                ServerSettings.on("127.0.0.1", 0),
                new ServerParts(
                    Access.open("default"),
                    Role.ADMIN,
                    new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                    OpenTelemetry.noop(),
                    AdminApi.failures(),
                    Optional::empty));
        HttpClient http = HttpClient.newHttpClient()) {
      server.serve(new AdminApi(endpoints, events));
      List<CompletableFuture<HttpResponse<String>>> running =
          List.of(get(http, server, "/long"), get(http, server, "/long"));
      begun.acquireUninterruptibly(2);
      HttpResponse<String> refused = get(http, server, "/long").join();
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.headers().firstValue("retry-after")).isPresent();
      assertThat(get(http, server, "/quick").join().statusCode()).isEqualTo(200);
      goOn.release(3);
      running.forEach(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
      assertThat(get(http, server, "/long").join().statusCode()).isEqualTo(200);
    }
  }

  private Reply waiting() {
    begun.release();
    goOn.acquireUninterruptibly();
    return empty();
  }

  private static Reply empty() {
    return new Reply(200, Json.object());
  }

  private static CompletableFuture<HttpResponse<String>> get(
      HttpClient http, Server server, String path) {
    return http.sendAsync(
        HttpRequest.newBuilder(URI.create(server.url() + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
