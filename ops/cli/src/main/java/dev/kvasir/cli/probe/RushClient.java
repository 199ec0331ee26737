package dev.kvasir.cli.probe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.cli.api.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** Asks one question and tells what became of it. Thread-safe. */
final class RushClient {
  private static final int OK = 200;
  private static final int REFUSED = 429;
  private static final String DATA = "data: ";
  private static final String DONE = "[DONE]";
  private static final double NANOS_PER_MILLI = 1e6;

  private final HttpClient http;
  private final URI url;
  private final int answerTokens;

  RushClient(HttpClient http, URI base, int answerTokens) {
    this.http = http;
    this.url = base.resolve("/v1/chat/completions");
    this.answerTokens = answerTokens;
  }

  /** What became of a question. */
  sealed interface Outcome {
    /**
     * A whole answer.
     *
     * @param firstMillis from sending the question to its first piece of text
     */
    record Answered(double firstMillis) implements Outcome {}

    /** Refused with 429. */
    record Refused(double millis, int retryAfterSeconds) implements Outcome {}

    /** Anything else. */
    record Failed(String what) implements Outcome {}
  }

  Outcome ask(String document, String question) throws InterruptedException {
    ObjectNode body = Json.object().put("stream", true).put("temperature", 0);
    body.put("max_tokens", answerTokens);
    body.putArray("documents").addObject().put("text", document);
    body.putArray("messages").addObject().put("role", "user").put("content", question);
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .build();
    long sent = System.nanoTime();
    try {
      HttpResponse<InputStream> answer =
          http.send(request, HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream in = answer.body()) {
        return switch (answer.statusCode()) {
          case OK -> read(in, sent);
          case REFUSED -> refused(answer, in, sent);
          default -> new Outcome.Failed("status " + answer.statusCode());
        };
      }
    } catch (IOException e) {
      return new Outcome.Failed(e.toString());
    }
  }

  private static Outcome refused(HttpResponse<InputStream> answer, InputStream in, long sent)
      throws IOException {
    in.readAllBytes();
    return answer
        .headers()
        .firstValue("retry-after")
        .<Outcome>map(seconds -> new Outcome.Refused(since(sent), Integer.parseInt(seconds)))
        .orElseGet(() -> new Outcome.Failed("429 without Retry-After"));
  }

  private static Outcome read(InputStream in, long sent) throws IOException {
    double first = Double.NaN;
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.equals(DATA + DONE)) {
          return new Outcome.Answered(Double.isNaN(first) ? since(sent) : first);
        }
        if (line.startsWith(DATA)) {
          JsonNode event = Json.read(line.substring(DATA.length()));
          if (event.has("error")) {
            return new Outcome.Failed(event.path("error").toString());
          }
          if (Double.isNaN(first) && !event.at("/choices/0/delta/content").asText("").isEmpty()) {
            first = since(sent);
          }
        }
      }
    }
    return new Outcome.Failed("the answer broke off");
  }

  private static double since(long nanos) {
    return (System.nanoTime() - nanos) / NANOS_PER_MILLI;
  }
}
