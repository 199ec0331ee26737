package dev.kvasir.grid.hazelcast;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.config.ListenerConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.internal.util.ConcurrencyUtil;
import com.hazelcast.spi.properties.ClusterProperty;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.StoreException;
import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.LocalBlocks;
import dev.kvasir.store.grid.Member;
import dev.kvasir.store.grid.SharedMap;
import dev.kvasir.store.grid.Subscription;
import dev.kvasir.store.grid.Topic;
import dev.kvasir.store.grid.join.GridPorts;
import dev.kvasir.store.grid.join.GridRole;
import dev.kvasir.store.grid.table.GridBlockStore;
import dev.kvasir.store.grid.table.GridCalls;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member or client of a Hazelcast grid in this JVM, and what Kvasir needs of the grid through it.
 * Owns it; there is no shutdown hook, so whoever started a grid closes it. Thread-safe.
 *
 * <p>Wants the flags of {@code ops/jvm.options}. Starting sets Hazelcast's system property for
 * logs, since some of them come before any configuration is read, and the executor of its
 * callbacks, for all of the JVM.
 */
public final class HazelcastGrid implements Grid {
  /** Above all loggers of Hazelcast's own. */
  public static final String LIBRARY_LOGGER = "com.hazelcast";

  private static final Logger log = LoggerFactory.getLogger(HazelcastGrid.class);
  private static final String NAME = "hazelcast";

  /** Where Hazelcast runs callbacks: on one or two processors it starts a thread for each. */
  private static final Executor CALLBACKS =
      Executors.newThreadPerTaskExecutor(
          Thread.ofVirtual().name("kvasir-hazelcast-callback-", 0).factory());

  private final HazelcastInstance instance;
  private final BlockLine line;
  private final HazelcastSettings settings;
  private final GridCalls calls = new GridCalls(NAME);
  private final BlockStore blocks;
  private final HazelcastMembers members;
  private final Optional<LocalBlocks> local;
  private final Map<String, SharedMap> maps = new ConcurrentHashMap<>();
  private final Map<String, Topic> topics = new ConcurrentHashMap<>();

  private HazelcastGrid(
      HazelcastInstance instance, HazelcastSettings settings, BooleanSupplier linked) {
    this.instance = instance;
    this.line = BlockLine.of(instance, settings);
    this.settings = settings;
    this.blocks = store(line::now, settings);
    this.members = new HazelcastMembers(instance, settings, linked);
    this.local =
        settings.membership().role() == GridRole.MEMBER
            ? Optional.of(new HazelcastLocalBlocks(instance, settings, calls))
            : Optional.empty();
  }

  /**
   * Starts a member, which returns when it has joined its grid or made one of its own, or a client,
   * which returns when it has found its grid.
   *
   * @throws StoreException if it can't, with what to change
   */
  public static HazelcastGrid start(HazelcastSettings settings) {
    System.setProperty(ClusterProperty.LOGGING_TYPE.getName(), "slf4j");
    ConcurrencyUtil.setDefaultAsyncExecutor(CALLBACKS);
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
      return new HazelcastGrid(member, settings, () -> true);
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
    ClientLink link = new ClientLink();
    ClientConfig configuration = new ClientConfiguration(settings).build();
    configuration.addListenerConfig(new ListenerConfig(link));
    HazelcastInstance client = HazelcastClient.newHazelcastClient(configuration);
    try {
      link.await(settings.membership().joinDeadline());
      HazelcastGrid grid = new HazelcastGrid(client, settings, link::up);
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

  static BlockStore store(Supplier<HazelcastInstance> instance, HazelcastSettings settings) {
    GridCalls calls = new GridCalls(NAME);
    return new GridBlockStore(new HazelcastTables(instance, calls), calls, settings.limits());
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Member self() {
    return members.self();
  }

  /**
   * Members see each other and all clients, as these connect to every member; a client sees the
   * members and itself. Nobody once this process has stopped, and while a client has lost its grid.
   */
  @Override
  public List<Member> members() {
    return members.now();
  }

  /**
   * Whether this process runs and is in a grid with a majority of the data members, or with one
   * where nobody says how many there are; then both sides of a grid that is split are healthy.
   */
  @Override
  public boolean healthy() {
    return members.canWrite();
  }

  /**
   * Parts of the grid look for each other, so only a member that was stopped does not come back.
   */
  @Override
  public boolean expelled() {
    return !instance.getLifecycleService().isRunning();
  }

  @Override
  public BlockStore blocks() {
    return blocks;
  }

  @Override
  public SharedMap map(String name) {
    return maps.computeIfAbsent(
        name, fresh -> new HazelcastSharedMap(fresh, instance, calls, settings));
  }

  @Override
  public Topic topic(String name) {
    return topics.computeIfAbsent(
        name, fresh -> new HazelcastTopic(fresh, instance, calls, settings.writeDeadline()));
  }

  @Override
  public Optional<LocalBlocks> local() {
    return local;
  }

  @Override
  public Subscription watchMerges(Runnable merged) {
    UUID listener =
        instance
            .getLifecycleService()
            .addLifecycleListener(event -> {
              if (event.getState() == LifecycleState.MERGED) {
                Thread.startVirtualThread(merged);
              }
            });
    return () -> {
      var _ = instance.getLifecycleService().removeLifecycleListener(listener);
    };
  }

  /**
   * Stops the member or client. A member hands its blocks over to the others first; blocks of the
   * last one are gone.
   */
  @Override
  public void close() {
    blocks.close();
    line.close();
    instance.shutdown();
  }
}
