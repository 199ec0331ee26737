package dev.kvasir.cli.node;

import dev.kvasir.cli.console.UserError;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Checks ports before anything slow starts. */
public final class Ports {
  private Ports() {}

  /**
   * Refuses a port that cannot be listened on.
   *
   * @throws UserError if nothing can listen there now
   */
  public static void requireFree(String host, int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(host))) {
      socket.getLocalPort();
    } catch (IOException e) {
      throw new UserError(
          "port %d on %s cannot be used (%s): choose another with --port"
              .formatted(port, host, e.getMessage()),
          e);
    }
  }
}
