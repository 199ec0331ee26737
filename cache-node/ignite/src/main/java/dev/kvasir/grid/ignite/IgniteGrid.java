package dev.kvasir.grid.ignite;

import dev.kvasir.store.BlockStore;
import dev.kvasir.store.StoreException;
import dev.kvasir.store.grid.join.GridPorts;
import dev.kvasir.store.grid.table.GridBlockStore;
import dev.kvasir.store.grid.table.GridCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteClientDisconnectedException;
import org.apache.ignite.IgniteException;
import org.apache.ignite.IgniteState;
import org.apache.ignite.Ignition;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node of the grid in this JVM and the block store on it. Owns the node. Thread-safe.
 *
 * <p>Needs the flags of {@code ops/jvm.options}. Starting sets Ignite's system properties that
 * switch off its banner, its update check and its shutdown hook: whoever started a grid closes it.
 */
public final class IgniteGrid implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(IgniteGrid.class);

  private static final Duration TIME_TO_GIVE_UP = Duration.ofSeconds(10);

  private final Ignite ignite;
  private final BlockStore blocks;
  private final Optional<Path> temporary;

  private IgniteGrid(Ignite ignite, IgniteSettings settings, Optional<Path> temporary) {
    this.ignite = ignite;
    this.temporary = temporary;
    this.blocks = store(ignite, settings);
  }

  /**
   * Starts a node; returns when it has joined its grid.
   *
   * @throws StoreException if it can't, with what to change
   */
  public static IgniteGrid start(IgniteSettings settings) {
    quieten();
    int discovery = GridPorts.free(settings.bindAddress(), settings.discoveryPort());
    int communication = GridPorts.free(settings.bindAddress(), settings.communicationPort());
    Optional<Path> temporary =
        settings.workDirectory().isPresent() ? Optional.empty() : Optional.of(temporary());
    Path work = settings.workDirectory().or(() -> temporary).orElseThrow();
    try {
      Ignite ignite =
          join(new NodeConfiguration(settings).build(discovery, communication, work), settings);
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

  /** The blocks of the whole grid; usable until this node is closed. */
  public BlockStore blocks() {
    return blocks;
  }

  /**
   * Number of members that hold blocks; 0 once this node has stopped, and while a client has lost
   * its grid.
   */
  public int members() {
    boolean running = Ignition.state(ignite.name()) == IgniteState.STARTED;
    try {
      return running ? ignite.cluster().forServers().nodes().size() : 0;
    } catch (IgniteClientDisconnectedException e) {
      return 0;
    }
  }

  /** Stops the node; blocks that no other node holds are gone. */
  @Override
  public void close() {
    blocks.close();
    Ignition.stop(ignite.name(), true);
    temporary.ifPresent(IgniteGrid::delete);
  }

  private static void quieten() {
    System.setProperty("IGNITE_NO_ASCII", "true");
    System.setProperty("IGNITE_QUIET", "false");
    System.setProperty("IGNITE_UPDATE_NOTIFIER", "false");
    System.setProperty("IGNITE_NO_SHUTDOWN_HOOK", "true");
    System.setProperty("IGNITE_PERFORMANCE_SUGGESTIONS_DISABLED", "true");
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
