package dev.kvasir.grid.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.grid.join.Discovery;
import dev.kvasir.store.grid.join.FreePorts;
import dev.kvasir.store.grid.join.GridRole;
import dev.kvasir.store.grid.join.Membership;
import dev.kvasir.store.grid.table.BlockEntry;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Small members on ports of their own. */
final class TestMembers {
  static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long PAUSE_NANOS = 5_000_000;
  static final String LOOPBACK = "127.0.0.1";

  private TestMembers() {}

  static int freePort() {
    return FreePorts.find();
  }

  /**
   * Settings of a member at that port.
   *
   * @param name member names are unique in this JVM
   * @param seedPort port of the grid's first member, which names the grid, too
   */
  static HazelcastSettings member(String name, int port, int seedPort) {
    return HazelcastSettings.embedded()
        .withMember(name, "test-" + seedPort, port, List.of(LOOPBACK + ":" + seedPort))
        .withSize(256L << 20, 31)
        .withDeadlines(Duration.ofSeconds(30), Duration.ofSeconds(30));
  }

  /** Settings of a process that holds no blocks and finds the grid at those ports. */
  static HazelcastSettings user(String name, GridRole role, int... seedPorts) {
    List<String> seeds = Arrays.stream(seedPorts).mapToObj(port -> LOOPBACK + ":" + port).toList();
    return member(name, freePort(), seedPorts[0])
        .withMembership(Membership.of(role, new Discovery.Static(seeds)));
  }

  /** The same settings with one copy of every block. */
  static HazelcastSettings withoutBackups(HazelcastSettings settings) {
    return new HazelcastSettings(
        settings.instanceName(),
        settings.clusterName(),
        settings.bindAddress(),
        settings.port(),
        settings.membership(),
        0,
        settings.partitions(),
        settings.heapBytes(),
        settings.inFlightBytes(),
        settings.readDeadline(),
        settings.writeDeadline(),
        settings.dataNodes());
  }

  static HazelcastInstance instance(String name) {
    return Objects.requireNonNull(Hazelcast.getHazelcastInstanceByName(name), name);
  }

  static HazelcastInstance client(String name) {
    return Objects.requireNonNull(HazelcastClient.getHazelcastClientByName(name), name);
  }

  /** An empty store on that member or client, apart from the one its grid owns. */
  static BlockStore emptied(HazelcastInstance instance, HazelcastSettings settings) {
    instance.getMap(HazelcastTables.ENTRIES).clear();
    instance.getMap(HazelcastTables.RECORDS).clear();
    return HazelcastGrid.store(() -> instance, settings);
  }

  /** Takes a record of the block away, if the block is there. */
  static void loseRecord(HazelcastInstance instance, String block, int index) {
    BlockEntry entry = instance.<String, BlockEntry>getMap(HazelcastTables.ENTRIES).get(block);
    if (entry != null) {
      instance.getMap(HazelcastTables.RECORDS).delete(new RecordKey(entry.record(block, index)));
    }
  }

  static <T> T await(CompletableFuture<T> future) {
    return future.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }

  static void until(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("time is up").isLessThan(end);
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
