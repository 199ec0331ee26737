package dev.kvasir.cli.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Finds ports that nobody listens on now, below those that systems give to connections: a process
 * that is down for a while must find its port free again.
 */
public final class FreePorts {
  private static final int FIRST = 10_000;
  private static final int END = 32_000;

  private FreePorts() {}

  /** So many different ones. */
  public static List<Integer> find(int count) {
    Random random = new Random();
    Set<Integer> tried = new HashSet<>();
    List<Integer> ports = new ArrayList<>();
    while (ports.size() < count) {
      int port = random.nextInt(FIRST, END);
      if (tried.add(port) && isFree(port)) {
        ports.add(port);
      }
    }
    return ports;
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
