package dev.kvasir.decode.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A client on a bare socket, which may read slowly, late or not at all. */
final class SseClient implements AutoCloseable {
  private final Socket socket;

  SseClient(TestApi api, String path, String body) throws IOException {
    socket = new Socket();
    socket.setReceiveBufferSize(4_096);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), api.server.port()));
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String head =
        "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
            .formatted(path, bytes.length);
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /** Reads until the first event has come. */
  void awaitFirstEvent() throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder seen = new StringBuilder();
    while (seen.indexOf("data: ") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new AssertionError("no event: " + seen);
      }
      seen.append((char) next);
    }
  }

  /** Reads everything until the server closes, and takes the chunked framing away. */
  String readBody() throws IOException {
    String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    int at = all.indexOf("\r\n\r\n") + 4;
    StringBuilder body = new StringBuilder();
    while (at < all.length()) {
      int end = all.indexOf("\r\n", at);
      int size = Integer.parseInt(all.substring(at, end), 16);
      body.append(all, end + 2, end + 2 + size);
      at = end + 2 + size + 2;
    }
    return new String(
        body.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** The data of all events, in order; fails where the framing is not that of SSE. */
  static List<String> events(String body) {
    List<String> events = new ArrayList<>();
    if (!body.endsWith("\n\n")) {
      throw new AssertionError("the last event is not complete: " + body);
    }
    for (String event : body.substring(0, body.length() - 2).split("\n\n", -1)) {
      if (!event.startsWith("data: ") || event.contains("\n")) {
        throw new AssertionError("not one line of data: " + event);
      }
      events.add(event.substring(6));
    }
    return events;
  }

  /** The JSON of all events but a last {@code [DONE]}. */
  static List<JsonNode> objects(List<String> events) {
    return events.stream().filter(data -> !data.equals("[DONE]")).map(TestApi::json).toList();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
