package dev.kvasir.grid.hazelcast;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.config.ListenerConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.core.LifecycleListener;
import com.hazelcast.spi.properties.ClusterProperty;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.StoreException;
import dev.kvasir.store.grid.join.GridPorts;
import dev.kvasir.store.grid.join.GridRole;
import dev.kvasir.store.grid.table.GridBlockStore;
import dev.kvasir.store.grid.table.GridCalls;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member or client of a Hazelcast grid in this JVM and the block store on it. Owns it; there is
 * no shutdown hook, so whoever started a grid closes it. Thread-safe.
 *
 * <p>Wants the flags of {@code ops/jvm.options}. Starting sets Hazelcast's system property for
 * logs, since some of them come before any configuration is read.
 */
public final class HazelcastGrid implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HazelcastGrid.class);

  private final HazelcastInstance instance;
  private final BlockStore blocks;

  private HazelcastGrid(HazelcastInstance instance, HazelcastSettings settings) {
    this.instance = instance;
    this.blocks = store(instance, settings);
  }

  /**
   * Starts a member, which returns when it has joined its grid or made one of its own, or a client,
   * which returns when it has found its grid.
   *
   * @throws StoreException if it can't, with what to change
   */
  public static HazelcastGrid start(HazelcastSettings settings) {
    System.setProperty(ClusterProperty.LOGGING_TYPE.getName(), "slf4j");
    return settings.membership().role() == GridRole.CLIENT ? connect(settings) : join(settings);
  }

  private static HazelcastGrid join(HazelcastSettings settings) {
    int port = GridPorts.free(settings.bindAddress(), settings.port());
    try {
      String address = InetAddress.getByName(settings.bindAddress()).getHostAddress();
      HazelcastInstance member =
          Hazelcast.newHazelcastInstance(new MemberConfiguration(settings).build(address, port));
      log.info(
          "grid member={} started: role={} address={} port={} heap={} MiB",
          settings.instanceName(),
          settings.membership().role(),
          address,
          port,
          settings.heapBytes() >> 20);
      return new HazelcastGrid(member, settings);
    } catch (HazelcastException | IllegalStateException | UnknownHostException e) {
      throw new StoreException(
          "Grid member %s did not start; its name must be unique in its process, and all members "
                  .formatted(settings.instanceName())
              + "need the same backups and partitions: "
              + e.getMessage(),
          e);
    }
  }

  private static HazelcastGrid connect(HazelcastSettings settings) {
    CountDownLatch connected = new CountDownLatch(1);
    LifecycleListener listener =
        event -> {
          if (event.getState() == LifecycleState.CLIENT_CONNECTED) {
            connected.countDown();
          }
        };
    ClientConfig configuration = new ClientConfiguration(settings).build();
    configuration.addListenerConfig(new ListenerConfig(listener));
    HazelcastInstance client = HazelcastClient.newHazelcastClient(configuration);
    try {
      await(connected, settings.membership().joinDeadline());
      HazelcastGrid grid = new HazelcastGrid(client, settings);
      log.info("grid client={} connected", settings.instanceName());
      return grid;
    } catch (HazelcastException | IllegalStateException e) {
      client.getLifecycleService().terminate();
      throw new StoreException(
          "Grid client %s did not find the grid %s; check its seeds and cluster-name: %s"
              .formatted(settings.instanceName(), settings.clusterName(), e.getMessage()),
          e);
    }
  }

  private static void await(CountDownLatch connected, Duration deadline) {
    try {
      if (!connected.await(deadline.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new IllegalStateException("no member answered within " + deadline);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  static BlockStore store(HazelcastInstance instance, HazelcastSettings settings) {
    GridCalls calls = new GridCalls("hazelcast");
    return new GridBlockStore(new HazelcastTables(instance, calls), calls, settings.limits());
  }

  /** The blocks of the whole grid; usable until this member or client is closed. */
  public BlockStore blocks() {
    return blocks;
  }

  /**
   * Number of members that hold blocks; 0 once this member or client has stopped. A client that has
   * lost its grid may still count the members it knew.
   */
  public int members() {
    if (!instance.getLifecycleService().isRunning()) {
      return 0;
    }
    return (int)
        instance.getCluster().getMembers().stream()
            .filter(member -> !member.isLiteMember())
            .count();
  }

  /**
   * Stops the member or client. A member hands its blocks over to the others first; blocks of the
   * last one are gone.
   */
  @Override
  public void close() {
    blocks.close();
    instance.shutdown();
  }
}
