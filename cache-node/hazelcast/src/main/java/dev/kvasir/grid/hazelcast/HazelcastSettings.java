package dev.kvasir.grid.hazelcast;

import dev.kvasir.store.grid.join.Discovery;
import dev.kvasir.store.grid.join.GridRole;
import dev.kvasir.store.grid.join.Membership;
import dev.kvasir.store.grid.table.GridLimits;
import java.time.Duration;
import java.util.List;

/**
 * Settings of one member or client of a Hazelcast grid. All members of a grid need the same {@code
 * clusterName}, {@code backups} and {@code partitions}. Clients and lite members hold no blocks;
 * clients listen nowhere.
 *
 * @param instanceName name of the member, unique in its process and stable over restarts
 * @param clusterName members and clients of another name don't meet
 * @param bindAddress the only address the member listens on
 * @param port where members and clients reach the member; 0 takes a free port. All members found
 *     through Kubernetes have the same one, which their clients name as well
 * @param membership its role, and how it finds the others
 * @param backups copies of every block besides the first
 * @param partitions parts that blocks are spread over
 * @param heapBytes heap for the member's blocks, copies for others included; records of blocks go
 *     when it is full
 * @param inFlightBytes bytes of gets under way at the same time
 * @param readDeadline a get or lookup that takes longer fails
 * @param writeDeadline a put, removal, listing or count that takes longer fails
 * @param dataNodes data members of the whole grid when all are up, the same on each: shared maps
 *     can be written, and tombstones read, only while more than half of them see each other; 0 asks
 *     for no majority
 */
public record HazelcastSettings(
    String instanceName,
    String clusterName,
    String bindAddress,
    int port,
    Membership membership,
    int backups,
    int partitions,
    long heapBytes,
    long inFlightBytes,
    Duration readDeadline,
    Duration writeDeadline,
    int dataNodes) {
  private static final long MIB = 1024 * 1024;

  public HazelcastSettings {
    require(!instanceName.isBlank(), "instance-name must not be blank", "");
    require(!clusterName.isBlank(), "cluster-name must not be blank", "");
    require(!bindAddress.isBlank(), "bind-address must not be blank", "");
    require(
        port == 0 || (port >= 1024 && port <= 65535), "port must be 0 or in [1024, 65535]", port);
    require(backups >= 0 && backups <= 6, "backups must be in [0, 6]", backups);
    require(partitions >= 8 && partitions <= 4096, "partitions must be in [8, 4096]", partitions);
    require(heapBytes >= 64 * MIB, "heap-bytes must be at least 64 MiB", heapBytes);
    require(inFlightBytes >= MIB, "in-flight-bytes must be at least 1 MiB", inFlightBytes);
    require(readDeadline.isPositive(), "read-deadline must be positive", readDeadline);
    require(writeDeadline.isPositive(), "write-deadline must be positive", writeDeadline);
    require(dataNodes >= 0, "data-nodes must not be negative", dataNodes);
    require(
        port > 0 || !(membership.discovery() instanceof Discovery.Kubernetes),
        "port must be the members' own with discovery through kubernetes",
        port);
    require(
        membership.role() != GridRole.CLIENT
            || !(membership.discovery() instanceof Discovery.Multicast),
        "discovery of a Hazelcast client must be static or kubernetes",
        "multicast");
  }

  /** One member alone in this process, on a free loopback port, with 1 GiB of heap for blocks. */
  public static HazelcastSettings embedded() {
    String name = "kvasir-" + ProcessHandle.current().pid();
    return new HazelcastSettings(
        name,
        name,
        "127.0.0.1",
        0,
        Membership.alone(),
        1,
        271,
        1024 * MIB,
        24 * MIB,
        Duration.ofSeconds(2),
        Duration.ofSeconds(10),
        0);
  }

  /** The same settings for a member of that name, at that port, that joins the seeds' grid. */
  public HazelcastSettings withMember(
      String name, String newClusterName, int newPort, List<String> seeds) {
    return new HazelcastSettings(
        name,
        newClusterName,
        bindAddress,
        newPort,
        Membership.member(new Discovery.Static(seeds)),
        backups,
        partitions,
        heapBytes,
        inFlightBytes,
        readDeadline,
        writeDeadline,
        dataNodes);
  }

  /** The same settings in another role, or with another way to find the grid. */
  public HazelcastSettings withMembership(Membership newMembership) {
    return new HazelcastSettings(
        instanceName,
        clusterName,
        bindAddress,
        port,
        newMembership,
        backups,
        partitions,
        heapBytes,
        inFlightBytes,
        readDeadline,
        writeDeadline,
        dataNodes);
  }

  /** The same settings with another size: heap for blocks, and parts they are spread over. */
  public HazelcastSettings withSize(long newHeapBytes, int newPartitions) {
    return new HazelcastSettings(
        instanceName,
        clusterName,
        bindAddress,
        port,
        membership,
        backups,
        newPartitions,
        newHeapBytes,
        inFlightBytes,
        readDeadline,
        writeDeadline,
        dataNodes);
  }

  /** The same settings with other deadlines. */
  public HazelcastSettings withDeadlines(Duration read, Duration write) {
    return new HazelcastSettings(
        instanceName,
        clusterName,
        bindAddress,
        port,
        membership,
        backups,
        partitions,
        heapBytes,
        inFlightBytes,
        read,
        write,
        dataNodes);
  }

  /** The same settings in a grid of so many data members, of which a majority is asked for. */
  public HazelcastSettings withDataNodes(int newDataNodes) {
    return new HazelcastSettings(
        instanceName,
        clusterName,
        bindAddress,
        port,
        membership,
        backups,
        partitions,
        heapBytes,
        inFlightBytes,
        readDeadline,
        writeDeadline,
        newDataNodes);
  }

  /** Data members that must see each other for shared maps to be written. */
  int majority() {
    return dataNodes / 2 + 1;
  }

  GridLimits limits() {
    long putBytes = Math.min(8 * MIB, heapBytes / 32);
    return new GridLimits(inFlightBytes, putBytes, readDeadline, writeDeadline);
  }

  private static void require(boolean condition, String rule, Object value) {
    if (!condition) {
      throw new IllegalArgumentException(rule + ": \"" + value + "\"");
    }
  }
}
