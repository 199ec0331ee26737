package dev.kvasir.cli.node;

import dev.kvasir.admin.LogLevels;
import dev.kvasir.config.DiskConfig;
import dev.kvasir.config.GridConfig;
import dev.kvasir.config.KvasirConfig;
import dev.kvasir.node.disk.DiskSettings;
import dev.kvasir.node.disk.DiskTier;
import dev.kvasir.node.evict.Evictor;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.BreakerStore;
import dev.kvasir.store.StoreException;
import dev.kvasir.store.delete.DeletedCopies;
import dev.kvasir.store.delete.Deletions;
import dev.kvasir.store.delete.GuardedStore;
import dev.kvasir.store.delete.RepeatedDeletions;
import dev.kvasir.store.delete.Tombstones;
import dev.kvasir.store.event.BlockEvents;
import dev.kvasir.store.event.TellingStore;
import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.holder.HolderAnswers;
import dev.kvasir.store.pressure.PatientStore;
import dev.kvasir.store.pressure.Pressure;
import dev.kvasir.store.tier.DiskDirectory;
import dev.kvasir.store.tier.TieredStore;
import dev.kvasir.store.touch.Touches;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The blocks of the cluster as one process sees them: the grid's memory, behind it the files of its
 * nodes, deletions that win over both, and a breaker for the case that the grid does not answer. A
 * process that holds blocks also keeps its files. The closers own all of it.
 */
final class Storage {
  private static final Logger LOG = LoggerFactory.getLogger(Storage.class);
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final int PUT_SHARE = 3;
  private static final Duration TRIAL_EVERY = Duration.ofSeconds(2);
  private static final Duration DISK_PATIENCE = Duration.ofSeconds(1);

  private final Grid grid;
  private final Tombstones tombstones;
  private final Deletions deletions;
  private final BlockStore blocks;
  private final Touches touches;
  private final LogLevels logLevels;
  private final Optional<DiskTier> disk;

  private Storage(Grid grid, KvasirConfig config, MeterRegistry registry, Closers closers) {
    this.grid = grid;
    tombstones = new Tombstones(grid.map(Tombstones.MAP), config.deletion().tombstoneTtl());
    if (config.disk().enabled() && grid.local().isPresent()) {
      awaitMajority(grid);
    }
    disk = openDisk(config.disk(), tombstones, registry);
    disk.ifPresent(closers::add);
    TieredStore tiered =
        closers.add(
            new TieredStore(
                grid, new DiskDirectory(grid.map(DiskDirectory.NAME), tombstones), DISK_PATIENCE));
    deletions = new Deletions(grid, tiered, tombstones, config.deletion().receiptPatience());
    BreakerStore steady =
        closers.add(
            new BreakerStore(
                new GuardedStore(tiered, tombstones), config.grid().writeDeadline(), TRIAL_EVERY));
    PatientStore patient =
        closers.add(new PatientStore(steady, grid.topic(Pressure.TOPIC), puts(config)));
    blocks = new TellingStore(patient, new BlockEvents(grid));
    grid.local().ifPresent(local -> closers.add(new HolderAnswers(grid, local)));
    grid.local().ifPresent(_ -> closers.add(new RepeatedDeletions(grid, deletions)));
    logLevels = closers.add(new ClusterLogLevels(grid));
    touches = closers.add(new Touches(grid.topic(Touches.TOPIC)));
    if (grid.local().isPresent() && config.grid().kind() != GridConfig.Kind.MEMORY) {
      closers.add(Evictor.start(grid, ModuleSettings.evictor(config), registry));
    }
  }

  private static PatientStore.Settings puts(KvasirConfig config) {
    return new PatientStore.Settings(
        config.grid().inFlightBytes().count() / PUT_SHARE, config.prefill().putDeadline());
  }

  /** Joins the grid with these attributes, which the others can read. */
  static Storage open(ProcessParts process, Map<String, String> attributes) {
    KvasirConfig config = process.config();
    Grid grid = process.closers().add(Grids.open(config, attributes));
    return new Storage(grid, process.config(), process.registry(), process.closers());
  }

  /** Files need the grid's tombstones, which a minority of the data nodes does not take. */
  private static void awaitMajority(Grid grid) {
    if (!grid.healthy()) {
      LOG.info("waiting for a majority of grid.data_nodes, which the disk tier needs");
    }
    try {
      while (!grid.healthy()) {
        Thread.sleep(LOOK_EVERY);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("interrupted while waiting for a majority of the data nodes", e);
    }
  }

  private Optional<DiskTier> openDisk(
      DiskConfig config, Tombstones tombstones, MeterRegistry registry) {
    return config
        .path()
        .filter(_ -> config.enabled() && grid.local().isPresent())
        .map(folder -> DiskSettings.of(folder, config.maxBytes().count()))
        .map(settings -> DiskTier.start(grid, tombstones, settings, registry));
  }

  /** From now on drops this process's own copies of what is deleted: files, and those given. */
  void dropDeleted(Closers closers, DeletedCopies.Holder... others) {
    List<DeletedCopies.Holder> holders = new ArrayList<>(List.of(others));
    disk.ifPresent(holders::add);
    closers.add(new DeletedCopies(grid, holders));
  }

  /** Why a process cannot answer for the grid it joined. */
  Optional<String> unready() {
    return grid.healthy()
        ? Optional.empty()
        : Optional.of("the grid is not joined, or too few of its nodes are there");
  }

  Grid grid() {
    return grid;
  }

  LogLevels logLevels() {
    return logLevels;
  }

  Tombstones tombstones() {
    return tombstones;
  }

  BlockStore blocks() {
    return blocks;
  }

  /** To be told of every use of a block, so that what is used stays. */
  Touches touches() {
    return touches;
  }

  Deletions deletions() {
    return deletions;
  }
}
