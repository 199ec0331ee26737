package dev.kvasir.grid.ignite;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Settings of one grid node. All nodes of a grid need the same {@code backups} and {@code
 * partitions}.
 *
 * @param instanceName name of the node, unique in the grid and stable over restarts
 * @param bindAddress the only address the node listens on
 * @param discoveryPort where nodes find each other; 0 takes a free port
 * @param communicationPort where nodes exchange blocks; 0 takes a free port
 * @param seeds {@code host:port} discovery addresses of the grid, this node's own not needed
 * @param backups copies of every block besides the first
 * @param partitions parts that blocks are spread over
 * @param regionBytes native memory for blocks; the oldest pages go when 90 % are in use
 * @param inFlightBytes bytes of gets under way at the same time
 * @param readDeadline a get, lookup or listing that takes longer fails
 * @param writeDeadline a put or remove that takes longer fails
 * @param workDirectory Ignite's working files; a temporary directory if empty
 */
public record IgniteSettings(
    String instanceName,
    String bindAddress,
    int discoveryPort,
    int communicationPort,
    List<String> seeds,
    int backups,
    int partitions,
    long regionBytes,
    long inFlightBytes,
    Duration readDeadline,
    Duration writeDeadline,
    Optional<Path> workDirectory) {
  private static final long MIB = 1024 * 1024;

  public IgniteSettings {
    seeds = List.copyOf(seeds);
    require(!instanceName.isBlank(), "instance-name must not be blank", "");
    require(!bindAddress.isBlank(), "bind-address must not be blank", "");
    port("discovery-port", discoveryPort);
    port("communication-port", communicationPort);
    require(backups >= 0 && backups <= 8, "backups must be in [0, 8]", backups);
    require(partitions >= 8 && partitions <= 1024, "partitions must be in [8, 1024]", partitions);
    require(regionBytes >= 64 * MIB, "region-bytes must be at least 64 MiB", regionBytes);
    require(inFlightBytes >= MIB, "in-flight-bytes must be at least 1 MiB", inFlightBytes);
    require(readDeadline.isPositive(), "read-deadline must be positive", readDeadline);
    require(writeDeadline.isPositive(), "write-deadline must be positive", writeDeadline);
  }

  /** One node alone in this process, on free loopback ports, with 1 GiB for blocks. */
  public static IgniteSettings embedded() {
    return new IgniteSettings(
        "kvasir-" + ProcessHandle.current().pid(),
        "127.0.0.1",
        0,
        0,
        List.of(),
        1,
        128,
        1024 * MIB,
        24 * MIB,
        Duration.ofSeconds(2),
        Duration.ofSeconds(10),
        Optional.empty());
  }

  /** The same settings for a node of that name, at those ports, that joins the seeds' grid. */
  public IgniteSettings withNode(
      String name, int newDiscoveryPort, int newCommunicationPort, List<String> newSeeds) {
    return new IgniteSettings(
        name,
        bindAddress,
        newDiscoveryPort,
        newCommunicationPort,
        newSeeds,
        backups,
        partitions,
        regionBytes,
        inFlightBytes,
        readDeadline,
        writeDeadline,
        workDirectory);
  }

  /** The same settings with another size: memory for blocks, and parts they are spread over. */
  public IgniteSettings withSize(long newRegionBytes, int newPartitions) {
    return new IgniteSettings(
        instanceName,
        bindAddress,
        discoveryPort,
        communicationPort,
        seeds,
        backups,
        newPartitions,
        newRegionBytes,
        inFlightBytes,
        readDeadline,
        writeDeadline,
        workDirectory);
  }

  /** The same settings with other deadlines. */
  public IgniteSettings withDeadlines(Duration read, Duration write) {
    return new IgniteSettings(
        instanceName,
        bindAddress,
        discoveryPort,
        communicationPort,
        seeds,
        backups,
        partitions,
        regionBytes,
        inFlightBytes,
        read,
        write,
        workDirectory);
  }

  private static void port(String name, int port) {
    boolean valid = port == 0 || (port >= 1024 && port <= 65535);
    require(valid, name + " must be 0 or in [1024, 65535]", port);
  }

  private static void require(boolean condition, String rule, Object value) {
    if (!condition) {
      throw new IllegalArgumentException(rule + ": \"" + value + "\"");
    }
  }
}
