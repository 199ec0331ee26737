package dev.kvasir.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * The grid that shares blocks. All its nodes need the same {@code cluster_name}, {@code backups}
 * and {@code partitions}.
 */
public record GridConfig(
    @About("ignite, hazelcast or memory (a map on the heap that no other process sees)") Kind kind,
    @About(
            "embedded (stores blocks, inside a serving process), member (stores blocks, alone in its process) or client (stores none)")
        Role role,
    @About("name of the grid; nodes of another name are not let in") String clusterName,
    @About("name of this node, unique in the grid and stable over restarts; none: kvasir-PID")
        Optional<String> instanceName,
    @About("the only address this node listens on for other nodes") String bindAddress,
    @About("where nodes find each other, 1024 to 65535, or 0 for any free port") int discoveryPort,
    @About("where nodes exchange blocks, 1024 to 65535, or 0 for any free port")
        int communicationPort,
    DiscoveryConfig discovery,
    @About("copies of every block besides the first, 0 to 8") int backups,
    @About(
            "nodes of the grid that store blocks when all are up, three or more, the same on each: half of them or fewer refuse leases and deletions, and on Hazelcast reads of blocks; 0: nobody says")
        int dataNodes,
    @About("native memory for blocks on this node, at least 64MiB") Bytes memoryBytes,
    @About("parts that blocks are spread over, 8 to 1024") int partitions,
    @About("bytes of gets under way at the same time, at least 1MiB") Bytes inFlightBytes,
    @About("a get, lookup or listing that takes longer fails") Duration readDeadline,
    @About("a put or remove that takes longer fails") Duration writeDeadline,
    @About("folder of the grid's working files; none: a temporary one")
        Optional<Path> workDirectory,
    @About(
            "whether nodes speak TLS with each other and show certificates, those of security.tls; the same in all of them")
        boolean mutualTls) {

  /** Whose grid. */
  public enum Kind {
    IGNITE,
    HAZELCAST,
    /** A map on the heap: nothing is shared with other processes. */
    MEMORY;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What this process is in the grid. */
  public enum Role {
    /** A node that stores blocks, inside a serving process. */
    EMBEDDED,
    /** A node that stores blocks, alone in its process. */
    MEMBER,
    /** A node that stores none. */
    CLIENT;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public GridConfig {
    Require.text("cluster_name", clusterName);
    instanceName.ifPresent(name -> Require.text("instance_name", name));
    Require.text("bind_address", bindAddress);
    Require.gridPort("discovery_port", discoveryPort);
    Require.gridPort("communication_port", communicationPort);
    Require.range("backups", backups, 0, 8);
    Require.range("data_nodes", dataNodes, 0, 1_024);
    Require.atLeast("memory_bytes", memoryBytes, Bytes.ofMiB(64));
    Require.range("partitions", partitions, 8, 1_024);
    Require.atLeast("in_flight_bytes", inFlightBytes, Bytes.ofMiB(1));
    Require.positive("read_deadline", readDeadline);
    Require.positive("write_deadline", writeDeadline);
    Require.that(
        !mutualTls || kind == Kind.IGNITE,
        "mutual_tls",
        "must be false with %s, which has no TLS (Hazelcast only in its enterprise edition): use ignite or a network that encrypts"
            .formatted(kind));
  }

  public static GridConfig defaults() {
    return new GridConfig(
        Kind.IGNITE,
        Role.EMBEDDED,
        "kvasir",
        Optional.empty(),
        "127.0.0.1",
        0,
        0,
        DiscoveryConfig.defaults(),
        1,
        0,
        Bytes.ofMiB(1_024),
        128,
        Bytes.ofMiB(24),
        Duration.ofSeconds(2),
        Duration.ofSeconds(10),
        Optional.empty(),
        false);
  }
}
