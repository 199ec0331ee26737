package dev.kvasir.store.grid.join;

import dev.kvasir.store.StoreException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports that grid nodes listen on. */
public final class GridPorts {
  private GridPorts() {}

  /**
   * The port if it is free, or any free one for 0; so that a port in use is a plain message.
   *
   * @throws StoreException if nothing can listen there now
   */
  public static int free(String address, int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(address))) {
      return port == 0 ? FreePorts.find(address, 1).getFirst() : socket.getLocalPort();
    } catch (IOException e) {
      throw new StoreException(
          "Grid port %d on %s can't be used (%s); choose another one."
              .formatted(port, address, e.getMessage()),
          e);
    }
  }
}
