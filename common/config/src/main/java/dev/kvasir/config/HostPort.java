package dev.kvasir.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address of another process, written as {@code host:port}.
 *
 * @param host name, IPv4 address, or IPv6 address without its brackets
 * @param port from 1 to 65535
 */
public record HostPort(String host, int port) {
  static final String FORM = "host:port, such as 10.0.0.5:47500 or [::1]:47500";

  private static final Pattern WRITTEN =
      Pattern.compile("(?:([A-Za-z0-9._-]+)|\\[([0-9A-Fa-f:.%]+)]):(\\d{1,5})");

  public HostPort {
    if (host.isBlank() || port < 1 || port > 65_535) {
      throw new IllegalArgumentException(
          "host must not be blank, port from 1 to 65535: host=%s port=%d".formatted(host, port));
    }
  }

  /**
   * Reads an address.
   *
   * @throws IllegalArgumentException whose message says how addresses are written
   */
  public static HostPort parse(String text) {
    Matcher written = WRITTEN.matcher(text.strip());
    if (!written.matches()) {
      throw new IllegalArgumentException("must be %s, not '%s'".formatted(FORM, text));
    }
    int port = Integer.parseInt(written.group(3));
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException(
          "must have a port from 1 to 65535, not '%s'".formatted(text));
    }
    String name = written.group(1);
    return new HostPort(name == null ? written.group(2) : name, port);
  }

  /** As written; {@link #parse} reads it back. */
  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
