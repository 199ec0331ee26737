package dev.kvasir.node.disk;

import dev.kvasir.store.StoreException;
import dev.kvasir.store.delete.DeletedCopies;
import dev.kvasir.store.delete.GuardedStore;
import dev.kvasir.store.delete.Removed;
import dev.kvasir.store.delete.Selector;
import dev.kvasir.store.delete.Tombstones;
import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.LocalBlocks;
import dev.kvasir.store.tier.DiskDirectory;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The files of one data node: what lies in its memory is written behind, readers get it back
 * through {@link dev.kvasir.store.tier.TieredStore}, and after a restart the node announces what it
 * has. Hand it to {@link DeletedCopies}, so that receipts of deletions wait for files. Borrows the
 * grid; owns its folder and threads. Thread-safe.
 *
 * <p>Order at start: tombstones of the folder into the grid, files that they mean dropped, files
 * announced, memory looked through. So nothing that was deleted comes back from a file.
 */
public final class DiskTier implements DeletedCopies.Holder, AutoCloseable {
  private static final Duration LOOK = Duration.ofMinutes(1);
  private static final Duration AGREE = Duration.ofMinutes(10);
  private static final Duration SHORTEST_LIFE = LOOK.multipliedBy(5);

  private final DiskFolder folder;
  private final OwnFiles own;
  private final FileDeletions deletions;
  private final DiskWriter writer;
  private final DiskServer server;
  private final CompletableFuture<Void> announced;

  /** What tests replace. */
  record Surroundings(InstantSource clock, DurableFile.Opener opener) {
    static final Surroundings REAL =
        new Surroundings(InstantSource.system(), DurableFile.Opener.NEW);
  }

  private DiskTier(
      Grid grid, Tombstones tombstones, DiskSettings settings, DiskFolder folder, Opened opened) {
    this.folder = folder;
    own = opened.own();
    deletions = opened.deletions();
    Worker worker = own.worker();
    announced = worker.execute("announce", own.announcements()::all);
    GuardedStore store = new GuardedStore(grid.blocks(), tombstones);
    server = new DiskServer(grid, store, own, settings.maxReads());
    writer = new DiskWriter(local(grid), own, settings);
    writer.visit();
    worker.every("look", this::look, LOOK);
    worker.every("agree", this::agree, AGREE);
  }

  private void look() throws IOException {
    deletions.look();
    own.announcements().finish();
  }

  /** Brings the order of files and the grid's directory in line with what is. */
  private void agree() throws IOException {
    writer.keepOrder();
    own.announcements().all();
  }

  private record Opened(OwnFiles own, FileDeletions deletions) {}

  /**
   * Starts the files of this node; returns when the grid has the folder's tombstones.
   *
   * @param grid in whose memory this process holds blocks
   * @param tombstones those of the whole grid; each lives for 5 minutes at least
   * @throws StoreException if the folder or the grid can't be used, with what to change
   */
  public static DiskTier start(
      Grid grid, Tombstones tombstones, DiskSettings settings, MeterRegistry registry) {
    return start(grid, tombstones, settings, registry, Surroundings.REAL);
  }

  static DiskTier start(
      Grid grid,
      Tombstones tombstones,
      DiskSettings settings,
      MeterRegistry registry,
      Surroundings surroundings) {
    requireLongLife(tombstones.timeToLive());
    var _ = local(grid);
    try {
      DiskFolder folder = DiskFolder.open(settings.folder());
      try {
        Opened opened =
            open(grid, tombstones, settings, folder, new DiskMetrics(registry), surroundings);
        return new DiskTier(grid, tombstones, settings, folder, opened);
      } catch (IOException | RuntimeException e) {
        folder.close();
        throw e;
      }
    } catch (IOException | UncheckedIOException e) {
      throw new StoreException(
          "The disk tier can't use its folder %s: %s".formatted(settings.folder(), e), e);
    } catch (CompletionException e) {
      throw new StoreException("The grid did not take the tombstones of the disk tier", e);
    }
  }

  private static Opened open(
      Grid grid,
      Tombstones tombstones,
      DiskSettings settings,
      DiskFolder folder,
      DiskMetrics metrics,
      Surroundings surroundings)
      throws IOException {
    DiskFiles files = DiskFiles.open(folder, settings.maxBytes(), metrics, surroundings.opener());
    metrics.watch(files);
    DiskDirectory directory = new DiskDirectory(grid.map(DiskDirectory.NAME), tombstones);
    Announcements announcements = new Announcements(files, directory, grid.self().id());
    Worker worker = new Worker(metrics);
    OwnFiles own = new OwnFiles(files, announcements, worker, metrics);
    try {
      FileDeletions deletions =
          FileDeletions.open(own, tombstones, folder.file(LastSeen.NAME), surroundings.clock());
      deletions.restore();
      return new Opened(own, deletions);
    } catch (IOException | RuntimeException e) {
      worker.close();
      throw e;
    }
  }

  private static void requireLongLife(Duration tombstones) {
    if (tombstones.compareTo(SHORTEST_LIFE) < 0) {
      throw new IllegalArgumentException(
          "where blocks lie in files, tombstones must live for %s at least, not %s"
              .formatted(SHORTEST_LIFE, tombstones));
    }
  }

  private static LocalBlocks local(Grid grid) {
    return grid.local()
        .orElseThrow(
            () -> new IllegalArgumentException("only a node that holds blocks has a disk tier"));
  }

  /** Completes when every file that was found at start is announced, or exceptionally. */
  public CompletableFuture<Void> announced() {
    return announced;
  }

  /** Completes when all that waits now is written. */
  CompletableFuture<Void> settled() {
    return own.worker().execute("settle", () -> {});
  }

  /** Drops the files; returns at once if they are gone already. */
  @Override
  public void drop(Selector selector, long generation) {
    own.worker()
        .execute(
            "delete",
            () -> {
              if (!deletions.has(selector.text(), generation)) {
                deletions.look();
              }
            })
        .join();
  }

  @Override
  public Removed removed(Selector selector, long generation) {
    return deletions.removed(selector.text(), generation);
  }

  /** Writes what waits, if that is soon done, and ends; the files stay. */
  @Override
  public void close() {
    writer.close();
    server.close();
    own.worker().close();
    try {
      folder.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
