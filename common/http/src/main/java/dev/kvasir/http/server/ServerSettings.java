package dev.kvasir.http.server;

import java.time.Duration;
import java.util.Optional;

/**
 * Where and within which limits a server serves.
 *
 * @param host address to listen on
 * @param port 0 takes any free one
 * @param tls none: plain HTTP
 * @param bodyBytes largest request body
 * @param headerBytes largest request head
 */
public record ServerSettings(
    String host, int port, Optional<Tls> tls, int bodyBytes, int headerBytes, Timeouts timeouts) {
  private static final int MAX_PORT = 65_535;

  public ServerSettings {
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException("port must be from 0 to 65535: port=" + port);
    }
    positive("bodyBytes", bodyBytes);
    positive("headerBytes", headerBytes);
  }

  /**
   * How long a server waits.
   *
   * @param body for the rest of a request
   * @param idle for anything on a connection
   * @param shutdown for running answers at the end
   */
  public record Timeouts(Duration body, Duration idle, Duration shutdown) {
    public static Timeouts usual() {
      return new Timeouts(Duration.ofSeconds(30), Duration.ofMinutes(15), Duration.ofSeconds(10));
    }
  }

  /** Plain HTTP with bodies of 4 MiB and heads of 16 KiB. */
  public static ServerSettings on(String host, int port) {
    return new ServerSettings(host, port, Optional.empty(), 4 << 20, 16 << 10, Timeouts.usual());
  }

  /** The address as the server's clients write it, where they reach it at {@code at}. */
  String url(String at, int actualPort) {
    String name = at.contains(":") ? "[" + at + "]" : at;
    return "%s://%s:%d".formatted(tls.isPresent() ? "https" : "http", name, actualPort);
  }

  private static void positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be positive: " + name + "=" + value);
    }
  }
}
