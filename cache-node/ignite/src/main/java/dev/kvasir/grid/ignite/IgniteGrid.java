package dev.kvasir.grid.ignite;

import dev.kvasir.store.BlockStore;
import dev.kvasir.store.StoreException;
import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.LocalBlocks;
import dev.kvasir.store.grid.Member;
import dev.kvasir.store.grid.SharedMap;
import dev.kvasir.store.grid.Topic;
import dev.kvasir.store.grid.join.GridPorts;
import dev.kvasir.store.grid.table.GridBlockStore;
import dev.kvasir.store.grid.table.GridCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteClientDisconnectedException;
import org.apache.ignite.IgniteException;
import org.apache.ignite.IgniteState;
import org.apache.ignite.Ignition;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.internal.IgniteClientDisconnectedCheckedException;
import org.apache.ignite.internal.util.typedef.X;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node of the grid in this JVM, and what Kvasir needs of the grid through it. Owns the node.
 * Thread-safe.
 *
 * <p>Needs the flags of {@code ops/jvm.options}. Starting sets Ignite's system properties that
 * switch off its banner, its update check and its shutdown hook: whoever started a grid closes it;
 * and the one by which a member that cannot reach a client has it dropped from the grid, since
 * until then every message to a dead client is tried for two seconds, and the grid waits.
 */
public final class IgniteGrid implements Grid {
  /** Above all loggers of Ignite's own. */
  public static final String LIBRARY_LOGGER = "org.apache.ignite";

  private static final Logger log = LoggerFactory.getLogger(IgniteGrid.class);

  private static final int JOIN_ATTEMPTS = 4;
  private static final Duration TIME_TO_GIVE_UP = Duration.ofSeconds(10);

  private final Ignite ignite;
  private final BlockStore blocks;
  private final Optional<Path> temporary;
  private final IgniteSettings settings;
  private final Member self;
  private final Optional<LocalBlocks> local;
  private final GridCalls calls = new GridCalls("ignite");
  private final Map<String, SharedMap> maps = new ConcurrentHashMap<>();
  private final Map<String, Topic> topics = new ConcurrentHashMap<>();

  private IgniteGrid(Ignite ignite, IgniteSettings settings, Optional<Path> temporary) {
    this.ignite = ignite;
    this.settings = settings;
    this.temporary = temporary;
    this.self = IgniteMembers.of(ignite.cluster().localNode());
    this.local =
        ignite.cluster().localNode().isClient()
            ? Optional.empty()
            : Optional.of(new IgniteLocalBlocks(ignite, calls, settings.writeDeadline()));
    this.blocks = store(ignite, settings);
  }

  /**
   * Starts a node; returns when it has joined its grid.
   *
   * @throws StoreException if it can't, with what to change
   */
  public static IgniteGrid start(IgniteSettings settings) {
    return start(settings, Optional.empty());
  }

  /**
   * Starts a node likewise.
   *
   * @param tls what nodes show each other and believe; all of a grid have it or none. Without it
   *     they speak in the clear
   * @throws StoreException if it can't, with what to change
   */
  public static IgniteGrid start(IgniteSettings settings, Optional<SSLContext> tls) {
    setProperties();
    int discovery = GridPorts.free(settings.bindAddress(), settings.discoveryPort());
    int communication = GridPorts.free(settings.bindAddress(), settings.communicationPort());
    Optional<Path> temporary =
        settings.workDirectory().isPresent() ? Optional.empty() : Optional.of(temporary());
    Path work = settings.workDirectory().or(() -> temporary).orElseThrow();
    try {
      NodeConfiguration node = new NodeConfiguration(settings, tls);
      Ignite ignite = untilJoined(() -> join(node.build(discovery, communication, work), settings));
      log.info(
          "grid node={} started: role={} address={} discovery={} communication={} region={} MiB",
          settings.instanceName(),
          settings.membership().role(),
          settings.bindAddress(),
          discovery,
          communication,
          settings.regionBytes() >> 20);
      return new IgniteGrid(ignite, settings, temporary);
    } catch (IgniteException e) {
      temporary.ifPresent(IgniteGrid::delete);
      throw new StoreException(
          "Grid node %s did not start; its name must be unique in the grid, and all nodes need the "
                  .formatted(settings.instanceName())
              + "same backups and partitions: "
              + e.getMessage(),
          e);
    }
  }

  static BlockStore store(Ignite node, IgniteSettings settings) {
    GridCalls calls = new GridCalls("ignite");
    return new GridBlockStore(new IgniteTables(node, calls), calls, settings.limits());
  }

  /**
   * A client node that loses a busy grid while it joins does not start: it is tried again, since a
   * worker would have to load its model anew.
   */
  static <T> T untilJoined(Supplier<T> join) {
    for (int attempt = 1; ; attempt++) {
      try {
        return join.get();
      } catch (IgniteException e) {
        if (attempt == JOIN_ATTEMPTS || !lostWhileJoining(e)) {
          throw e;
        }
        log.warn("the grid was lost while this node joined it, trying again: {}", e.getMessage());
      }
    }
  }

  private static boolean lostWhileJoining(IgniteException failure) {
    return X.hasCause(
        failure,
        IgniteClientDisconnectedException.class,
        IgniteClientDisconnectedCheckedException.class);
  }

  /** A member starts at once; a client node would wait for one without end. */
  private static Ignite join(IgniteConfiguration configuration, IgniteSettings settings) {
    if (settings.holdsBlocks()) {
      return Ignition.start(configuration);
    }
    Duration deadline = settings.membership().joinDeadline();
    FutureTask<Ignite> start = new FutureTask<>(() -> Ignition.start(configuration));
    Thread starting = Thread.ofPlatform().name("kvasir-ignite-join").start(start);
    try {
      if (!starting.join(deadline)) {
        starting.interrupt();
        starting.join(TIME_TO_GIVE_UP);
        throw new IgniteException("no member of the grid was found within " + deadline);
      }
      return start.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IgniteException known ? known : new IgniteException(e);
    } catch (InterruptedException e) {
      starting.interrupt();
      Thread.currentThread().interrupt();
      throw new IgniteException("interrupted while looking for the grid", e);
    }
  }

  @Override
  public String name() {
    return "ignite";
  }

  @Override
  public Member self() {
    return self;
  }

  /** Nobody once this node has stopped, and while a client has lost its grid. */
  @Override
  public List<Member> members() {
    return IgniteMembers.of(nodes());
  }

  /**
   * Whether this node is in the grid, together with a majority of the data nodes if their number is
   * set. A data node that the others expelled has stopped and stays so.
   */
  @Override
  public boolean healthy() {
    Collection<ClusterNode> nodes = nodes();
    return !nodes.isEmpty() && new Majority(settings.dataNodes()).validate(nodes);
  }

  private Collection<ClusterNode> nodes() {
    try {
      boolean running = Ignition.state(ignite.name()) == IgniteState.STARTED;
      return running ? ignite.cluster().nodes() : List.of();
    } catch (IgniteException | IllegalStateException e) {
      log.debug("grid node={} is not in its grid: {}", settings.instanceName(), e.getMessage());
      return List.of();
    }
  }

  @Override
  public BlockStore blocks() {
    return blocks;
  }

  @Override
  public SharedMap map(String name) {
    return maps.computeIfAbsent(name, fresh -> new IgniteSharedMap(fresh, ignite, calls, settings));
  }

  @Override
  public Topic topic(String name) {
    return topics.computeIfAbsent(name, fresh -> new IgniteTopic(fresh, ignite));
  }

  @Override
  public Optional<LocalBlocks> local() {
    return local;
  }

  /** Stops the node; blocks that no other node holds are gone. */
  @Override
  public void close() {
    blocks.close();
    Ignition.stop(ignite.name(), true);
    temporary.ifPresent(IgniteGrid::delete);
  }

  private static void setProperties() {
    System.setProperty("IGNITE_NO_ASCII", "true");
    System.setProperty("IGNITE_QUIET", "false");
    System.setProperty("IGNITE_UPDATE_NOTIFIER", "false");
    System.setProperty("IGNITE_NO_SHUTDOWN_HOOK", "true");
    System.setProperty("IGNITE_PERFORMANCE_SUGGESTIONS_DISABLED", "true");
    System.setProperty("IGNITE_ENABLE_FORCIBLE_NODE_KILL", "true");
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("kvasir-ignite-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      log.warn("cannot delete the grid's temporary directory {}", directory, e);
    }
  }
}
