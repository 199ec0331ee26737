package dev.kvasir.cli.faults;

import java.util.ArrayList;
import java.util.List;

/**
 * Where the processes of a cluster listen: where this user may, each cache node has a network
 * namespace of its own on a bridge, whose cable can be pulled out or throttled; otherwise all share
 * the loopback. Workers are on the host's end of the bridge. Owns namespaces and bridge. Not
 * thread-safe.
 */
final class Networks implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";
  private static final int FIRST_HOST = 11;
  private static final int SUBNETS = 250;

  /** A packet waits at most half a second for its turn, or is dropped. */
  private static final String BUCKET = "burst 64kb latency 500ms";

  private final String name;
  private final String subnet;
  private final int nodes;
  private final boolean apart;

  private Networks(String name, String subnet, int nodes, boolean apart) {
    this.name = name;
    this.subnet = subnet;
    this.nodes = nodes;
    this.apart = apart;
  }

  /** All on the loopback. */
  static Networks shared(int nodes) {
    return new Networks("", "", nodes, false);
  }

  /** One for each node, if this user may make them and the system knows how. */
  static Networks apart(int nodes) {
    long pid = ProcessHandle.current().pid();
    Networks made = new Networks("kv" + pid, "10.213." + pid % SUBNETS, nodes, true);
    if (made.make()) {
      return made;
    }
    made.close();
    return shared(nodes);
  }

  /** Whether a node can be cut off. */
  boolean apart() {
    return apart;
  }

  /** What the workers and other clients of the grid listen on. */
  String host() {
    return apart ? subnet + ".1" : LOOPBACK;
  }

  /** What a node listens on. */
  String address(int node) {
    return apart ? subnet + "." + (FIRST_HOST + node) : LOOPBACK;
  }

  /** The command as a process of that node's namespace. */
  List<String> inside(int node, List<String> command) {
    if (!apart) {
      return command;
    }
    List<String> line = new ArrayList<>(List.of("ip", "netns", "exec", space(node)));
    line.addAll(command);
    return line;
  }

  /** Pulls the node's cable out: whatever is sent to it or by it is lost. */
  void cut(int node) {
    ip("link set " + cable(node) + " down");
  }

  /** Puts it back. */
  void mend(int node) {
    ip("link set " + cable(node) + " up");
  }

  /**
   * Lets every node send and receive at most so many bytes a second.
   *
   * @return false where this user may not, or the system does not know how; nothing is throttled
   */
  boolean throttle(int bytesPerSecond) {
    boolean done = apart;
    for (int node = 0; done && node < nodes; node++) {
      done = throttle(node, bytesPerSecond);
    }
    if (!done) {
      unthrottle();
    }
    return done;
  }

  private boolean throttle(int node, int bytesPerSecond) {
    String bucket = " root tbf rate " + bytesPerSecond + "bps " + BUCKET;
    return tc("qdisc replace dev " + cable(node) + bucket)
        && tc("-n " + space(node) + " qdisc replace dev eth0" + bucket);
  }

  void unthrottle() {
    for (int node = 0; apart && node < nodes; node++) {
      tc("qdisc del dev " + cable(node) + " root");
      tc("-n " + space(node) + " qdisc del dev eth0 root");
    }
  }

  private boolean make() {
    boolean done =
        ip("link add " + name + " type bridge")
            && ip("addr add " + host() + "/24 dev " + name)
            && ip("link set " + name + " up");
    for (int node = 0; done && node < nodes; node++) {
      done = make(node);
    }
    return done;
  }

  private boolean make(int node) {
    String inner = "-n " + space(node) + " ";
    return ip("netns add " + space(node))
        && ip("link add " + cable(node) + " type veth peer name eth0 netns " + space(node))
        && ip("link set " + cable(node) + " master " + name)
        && ip("link set " + cable(node) + " up")
        && ip(inner + "addr add " + address(node) + "/24 dev eth0")
        && ip(inner + "link set eth0 up")
        && ip(inner + "link set lo up");
  }

  private String space(int node) {
    return name + "-" + node;
  }

  private String cable(int node) {
    return name + "c" + node;
  }

  private static boolean ip(String arguments) {
    return run("ip", arguments);
  }

  /** Traffic control. */
  private static boolean tc(String arguments) {
    return run("tc", arguments);
  }

  private static boolean run(String program, String arguments) {
    List<String> line = new ArrayList<>(List.of(program));
    line.addAll(List.of(arguments.split(" ")));
    return SystemCommand.run(line);
  }

  @Override
  public void close() {
    if (!apart) {
      return;
    }
    for (int node = 0; node < nodes; node++) {
      ip("netns del " + space(node));
    }
    ip("link del " + name);
  }
}
