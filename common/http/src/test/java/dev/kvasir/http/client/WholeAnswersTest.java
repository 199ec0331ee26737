package dev.kvasir.http.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class WholeAnswersTest {
  private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n";

  @Test
  void ask_bodyThatStops_failsInTimeAndEndsTheConnection() throws IOException {
    try (HttpClient http = HttpClient.newHttpClient();
        ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<HttpResponse<String>> answer = ask(http, listening, Duration.ofMillis(300));
      try (Socket socket = listening.accept()) {
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write((HEAD + "ab").getBytes(US_ASCII));
        assertThat(answer)
            .failsWithin(Duration.ofSeconds(20))
            .withThrowableThat()
            .withCauseInstanceOf(HttpTimeoutException.class);
        socket.getInputStream().readAllBytes();
      }
    }
  }

  @Test
  void ask_wholeAnswer_isIt() throws IOException {
    try (HttpClient http = HttpClient.newHttpClient();
        ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<HttpResponse<String>> answer = ask(http, listening, Duration.ofMinutes(1));
      try (Socket socket = listening.accept()) {
        socket.getOutputStream().write((HEAD + "abcd").getBytes(US_ASCII));
        assertThat(answer.join().body()).isEqualTo("abcd");
      }
    }
  }

  private static CompletableFuture<HttpResponse<String>> ask(
      HttpClient http, ServerSocket listening, Duration patience) {
    URI uri = URI.create("http://127.0.0.1:" + listening.getLocalPort());
    return WholeAnswers.ask(
        http,
        HttpRequest.newBuilder(uri).version(HttpClient.Version.HTTP_1_1).build(),
        HttpResponse.BodyHandlers.ofString(),
        patience);
  }
}
