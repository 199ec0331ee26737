package dev.kvasir.store.grid.join;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Finds ports that nobody listens on now, below those that systems give to connections: one found
 * must still be free when it is used, and once more when a process that was down comes back.
 */
public final class FreePorts {
  private static final int FIRST = 10_000;
  private static final int END = 32_000;
  private static final String LOOPBACK = "127.0.0.1";

  private FreePorts() {}

  /** One at the loopback. */
  public static int find() {
    return find(1).getFirst();
  }

  /** So many different ones at the loopback. */
  public static List<Integer> find(int count) {
    return find(LOOPBACK, count);
  }

  /** So many different ones at an address of this machine, one that can be listened at. */
  static List<Integer> find(String address, int count) {
    Random random = new Random();
    Set<Integer> tried = new HashSet<>();
    List<Integer> ports = new ArrayList<>();
    while (ports.size() < count) {
      int port = random.nextInt(FIRST, END);
      if (tried.add(port) && isFree(address, port)) {
        ports.add(port);
      }
    }
    return ports;
  }

  private static boolean isFree(String address, int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(address))) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
