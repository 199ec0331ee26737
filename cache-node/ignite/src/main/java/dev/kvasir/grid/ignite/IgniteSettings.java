package dev.kvasir.grid.ignite;

import dev.kvasir.store.grid.join.Discovery;
import dev.kvasir.store.grid.join.GridRole;
import dev.kvasir.store.grid.join.Membership;
import dev.kvasir.store.grid.table.GridLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Settings of one grid node. All nodes of a grid need the same {@code backups} and {@code
 * partitions}. A node whose role is not {@link GridRole#MEMBER} is a client node: it is seen by the
 * others, holds no blocks and has no use for {@code backups}, {@code partitions} and {@code
 * regionBytes}.
 *
 * @param instanceName name of the node, unique in the grid and stable over restarts
 * @param bindAddress the only address the node listens on
 * @param discoveryPort where nodes find each other; 0 takes a free port. All members found through
 *     Kubernetes have the same one, which their clients name as well
 * @param communicationPort where nodes exchange blocks; 0 takes a free port
 * @param membership its role, and how it finds the others' discovery ports
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
    Membership membership,
    int backups,
    int partitions,
    long regionBytes,
    long inFlightBytes,
    Duration readDeadline,
    Duration writeDeadline,
    Optional<Path> workDirectory) {
  private static final long MIB = 1024 * 1024;

  public IgniteSettings {
    require(!instanceName.isBlank(), "instance-name must not be blank", "");
    require(!bindAddress.isBlank(), "bind-address must not be blank", "");
    port("discovery-port", discoveryPort);
    port("communication-port", communicationPort);
    require(
        discoveryPort > 0 || !(membership.discovery() instanceof Discovery.Kubernetes),
        "discovery-port must be the members' own with discovery through kubernetes",
        discoveryPort);
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
        Membership.alone(),
        1,
        128,
        1024 * MIB,
        24 * MIB,
        Duration.ofSeconds(2),
        Duration.ofSeconds(10),
        Optional.empty());
  }

  /** The same settings for a member of that name, at those ports, that joins the seeds' grid. */
  public IgniteSettings withNode(
      String name, int newDiscoveryPort, int newCommunicationPort, List<String> seeds) {
    return new IgniteSettings(
        name,
        bindAddress,
        newDiscoveryPort,
        newCommunicationPort,
        Membership.member(new Discovery.Static(seeds)),
        backups,
        partitions,
        regionBytes,
        inFlightBytes,
        readDeadline,
        writeDeadline,
        workDirectory);
  }

  /** The same settings in another role, or with another way to find the grid. */
  public IgniteSettings withMembership(Membership newMembership) {
    return new IgniteSettings(
        instanceName,
        bindAddress,
        discoveryPort,
        communicationPort,
        newMembership,
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
        membership,
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
        membership,
        backups,
        partitions,
        regionBytes,
        inFlightBytes,
        read,
        write,
        workDirectory);
  }

  /** Whether the node holds blocks. */
  boolean holdsBlocks() {
    return membership.role() == GridRole.MEMBER;
  }

  /** Bytes of puts under way at once, which a region's pool of empty pages must cover. */
  long putsInFlightBytes() {
    return Math.min(8 * MIB, regionBytes / 32);
  }

  GridLimits limits() {
    return new GridLimits(inFlightBytes, putsInFlightBytes(), readDeadline, writeDeadline);
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
