package dev.kvasir.grid.ignite;

import dev.kvasir.store.BlockStore;
import dev.kvasir.store.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteException;
import org.apache.ignite.IgniteState;
import org.apache.ignite.Ignition;
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

  private final Ignite ignite;
  private final IgniteBlockStore blocks;
  private final Optional<Path> temporary;

  private IgniteGrid(Ignite ignite, IgniteSettings settings, Optional<Path> temporary) {
    this.ignite = ignite;
    this.temporary = temporary;
    this.blocks =
        new IgniteBlockStore(
            ignite.cache(NodeConfiguration.ENTRIES),
            ignite.cache(NodeConfiguration.RECORDS),
            settings);
  }

  /**
   * Starts a node; returns when it has joined its grid.
   *
   * @throws StoreException if it can't, with what to change
   */
  public static IgniteGrid start(IgniteSettings settings) {
    quieten();
    int discovery = freePort(settings.bindAddress(), settings.discoveryPort());
    int communication = freePort(settings.bindAddress(), settings.communicationPort());
    Optional<Path> temporary =
        settings.workDirectory().isPresent() ? Optional.empty() : Optional.of(temporary());
    Path work = settings.workDirectory().or(() -> temporary).orElseThrow();
    try {
      Ignite ignite =
          Ignition.start(new NodeConfiguration(settings).build(discovery, communication, work));
      log.info(
          "grid node={} started: address={} discovery={} communication={} region={} MiB",
          settings.instanceName(),
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

  /** The blocks of the whole grid; usable until this node is closed. */
  public BlockStore blocks() {
    return blocks;
  }

  /** Number of nodes in the grid, this one included; 0 once this node has stopped. */
  public int members() {
    boolean running = Ignition.state(ignite.name()) == IgniteState.STARTED;
    return running ? ignite.cluster().forServers().nodes().size() : 0;
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

  /** The port if it is free, or any free one for 0; so that a port in use is a plain message. */
  private static int freePort(String address, int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(address))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new StoreException(
          "Grid port %d on %s can't be used (%s); choose another one."
              .formatted(port, address, e.getMessage()),
          e);
    }
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
