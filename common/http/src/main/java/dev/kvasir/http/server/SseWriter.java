package dev.kvasir.http.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.http.json.Json;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** Writes server-sent events. Used on the request's event loop only. */
public final class SseWriter {
  private static final byte[] DATA = {'d', 'a', 't', 'a', ':', ' '};
  private static final byte[] END_OF_EVENT = {'\n', '\n'};
  private static final String DONE = "data: [DONE]\n\n";

  private final HttpServerResponse response;

  public SseWriter(HttpServerResponse response) {
    this.response = response;
  }

  /** Sends the head; from here on an error can only be an event. */
  public void open() {
    if (!gone()) {
      response
          .setChunked(true)
          .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream; charset=utf-8")
          .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
          .putHeader("X-Accel-Buffering", "no");
    }
  }

  public boolean gone() {
    return response.closed() || response.ended();
  }

  /** Whether the client reads more slowly than events come. */
  public boolean full() {
    return !gone() && response.writeQueueFull();
  }

  /** Calls back once when the client has caught up. */
  public void onDrain(Runnable drained) {
    response.drainHandler(_ -> {
      response.drainHandler(null);
      drained.run();
    });
  }

  public void send(ObjectNode event) {
    if (!gone()) {
      response.write(
          Buffer.buffer()
              .appendBytes(DATA)
              .appendBytes(Json.bytes(event))
              .appendBytes(END_OF_EVENT));
    }
  }

  /** Ends the stream as a complete one; the result comes when all of it was sent. */
  public Future<Void> done() {
    return gone() ? Future.succeededFuture() : response.end(DONE);
  }

  /** Ends the stream without the mark of a complete one; the result comes when all was sent. */
  public Future<Void> end() {
    return gone() ? Future.succeededFuture() : response.end();
  }
}
