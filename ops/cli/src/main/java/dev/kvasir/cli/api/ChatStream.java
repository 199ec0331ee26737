package dev.kvasir.cli.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kvasir.cli.console.UserError;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;

/** Reads the events of a streamed answer. Used once, by one thread. */
final class ChatStream {
  private static final String DATA = "data:";
  private static final String DONE = "[DONE]";

  private final long sentNanos;
  private final StringBuilder text = new StringBuilder();
  private long firstTextNanos;
  private JsonNode usage = Json.object();
  private JsonNode cache = Json.object();

  /**
   * A reader of one answer.
   *
   * @param sentNanos when the request was sent
   */
  ChatStream(long sentNanos) {
    this.sentNanos = sentNanos;
    this.firstTextNanos = sentNanos;
  }

  Answer read(BufferedReader lines) throws IOException {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String data = line.startsWith(DATA) ? line.substring(DATA.length()).strip() : "";
      if (data.equals(DONE)) {
        return answer();
      }
      if (!data.isEmpty()) {
        event(data);
      }
    }
    throw new UserError("the server's answer broke off: look at the server's log");
  }

  private void event(String data) throws JsonProcessingException {
    JsonNode event = Json.read(data);
    if (event.has("error")) {
      throw new UserError("the server refused: " + event.at("/error/message").asText());
    }
    String delta = event.at("/choices/0/delta/content").asText("");
    if (!delta.isEmpty() && text.isEmpty()) {
      firstTextNanos = System.nanoTime();
    }
    text.append(delta);
    if (event.hasNonNull("usage")) {
      usage = event.path("usage");
    }
    if (event.has("block_cache")) {
      cache = event.path("block_cache");
    }
  }

  private Answer answer() {
    return new Answer(
        text.toString(),
        usage.path("prompt_tokens").asInt(),
        cache.path("computed_tokens").asInt(),
        usage.at("/prompt_tokens_details/cached_tokens").asInt(),
        Duration.ofNanos(firstTextNanos - sentNanos));
  }
}
