package dev.kvasir.node.disk;

import dev.kvasir.block.BlockKey;
import dev.kvasir.node.disk.DiskMetrics.Loss;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.StoreException;
import dev.kvasir.store.StoredBlock;
import dev.kvasir.store.delete.Buried;
import dev.kvasir.store.delete.Removed;
import dev.kvasir.store.delete.Selector;
import dev.kvasir.store.delete.Tombstones;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes deletions hold for files, too. Tombstones are kept in the node's folder, from where they
 * return after the whole grid was down; and a node that did not see them for longer than they live
 * throws its files away, since it can't know what was deleted meanwhile. Used by the worker alone,
 * but for {@link #removed}.
 */
final class FileDeletions {
  private static final Logger log = LoggerFactory.getLogger(FileDeletions.class);
  private static final int ATTEMPTS = 12;
  private static final Duration REST = Duration.ofSeconds(1);

  private final DiskFiles files;
  private final Announcements announcements;
  private final Tombstones tombstones;
  private final Path path;
  private final InstantSource clock;
  private final DiskMetrics metrics;
  private LastSeen seen;

  /** What all files agree with; empty until the first look. */
  private Optional<Buried> applied = Optional.empty();

  /** What each living tombstone took; read by anybody. */
  private final Map<Cause, Removed> removed = new ConcurrentHashMap<>();

  private record Cause(String selector, long generation) {}

  private FileDeletions(
      OwnFiles own, Tombstones tombstones, Path path, InstantSource clock, LastSeen seen) {
    this.files = own.files();
    this.announcements = own.announcements();
    this.metrics = own.metrics();
    this.tombstones = tombstones;
    this.path = path;
    this.clock = clock;
    this.seen = seen;
  }

  /** Continues where the folder's last node ended; files it can't trust are gone then. */
  static FileDeletions open(OwnFiles own, Tombstones tombstones, Path path, InstantSource clock)
      throws IOException {
    Instant now = clock.instant();
    Optional<LastSeen> before = read(path);
    if (before.isEmpty() && own.files().blocks() > 0) {
      throwAway(own.files(), "nothing tells when deletions were seen last");
    }
    LastSeen seen = before.orElseGet(() -> new LastSeen(now, new Buried(0, Map.of())));
    FileDeletions deletions = new FileDeletions(own, tombstones, path, clock, seen);
    deletions.trust(now);
    return deletions;
  }

  private static Optional<LastSeen> read(Path path) {
    try {
      return LastSeen.read(path);
    } catch (IOException e) {
      log.warn("what was deleted is not known: {}", e.getMessage());
      return Optional.empty();
    }
  }

  /** Throws the files away if too much time has passed; false then. */
  private boolean trust(Instant now) throws IOException {
    boolean outdated = seen.isTooOld(now, tombstones.timeToLive());
    if (outdated) {
      throwAway(
          files,
          "deletions were seen last at %s, and tombstones live for %s"
              .formatted(seen.time(), tombstones.timeToLive()));
      seen = new LastSeen(now, seen.buried());
    }
    return !outdated;
  }

  private static void throwAway(DiskFiles files, String why) throws IOException {
    List<StoredBlock> all = files.all();
    for (StoredBlock block : all) {
      files.delete(block.key(), Loss.OUTDATED);
    }
    log.warn("{} files of blocks thrown away: {}", all.size(), why);
  }

  /**
   * Gives the grid what the folder knew of deletions; before any file is announced. Patient: a grid
   * whose nodes all start again on a busy machine takes nothing for a while, and a node that gave
   * up and joined anew would hold the others up once more.
   */
  void restore() throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        restoreOnce();
        return;
      } catch (StoreException | CompletionException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
        log.warn("the grid does not take the tombstones of the files yet: {}", e.getMessage());
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(REST);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("interrupted while waiting for the grid", e);
    }
  }

  private void restoreOnce() throws IOException {
    long generation = seen.buried().generation();
    for (StoredBlock block : files.all()) {
      generation = Math.max(generation, block.info().generation());
    }
    Worker.await(tombstones.restore(new Buried(generation, seen.buried().tombstones())));
    look();
  }

  /**
   * Reads the tombstones, keeps them in the folder and applies them.
   *
   * @throws IOException if files could not be dropped; the next look tries again
   */
  void look() throws IOException {
    Instant now = clock.instant();
    Buried buried = Worker.await(tombstones.all());
    if (!trust(now)) {
      announcements.all();
    }
    seen = new LastSeen(now, buried);
    keep(seen);
    if (!applied.equals(Optional.of(buried))) {
      apply(buried);
      applied = Optional.of(buried);
    }
  }

  private void keep(LastSeen next) {
    try {
      next.write(path);
    } catch (IOException e) {
      metrics.failed("last-seen");
      log.warn("what was deleted could not be written to {}: {}", path, e.getMessage());
    }
  }

  /** Whether a look has applied this tombstone already. */
  boolean has(String selector, long generation) {
    Long known = applied.map(buried -> buried.tombstones().get(selector)).orElse(null);
    return known != null && known >= generation;
  }

  /** The files that this tombstone took. */
  Removed removed(String selector, long generation) {
    return removed.getOrDefault(new Cause(selector, generation), Removed.NOTHING);
  }

  /** Drops what the tombstones mean and gives the rest of a block's documents to its file. */
  private void apply(Buried buried) throws IOException {
    removed.keySet().removeIf(cause -> !isAlive(cause, buried));
    for (StoredBlock block : files.all()) {
      Optional<BlockInfo> left = buried.surviving(block.key(), block.info());
      if (left.isEmpty()) {
        announcements.drop(block.key(), Loss.DELETED);
        cause(block, buried)
            .ifPresent(
                cause -> removed.merge(cause, Removed.NOTHING.with(block.bytes()), Removed::and));
      } else if (!left.get().equals(block.info())) {
        rewrite(block.key(), left.get());
      }
    }
  }

  private static boolean isAlive(Cause cause, Buried buried) {
    Long generation = buried.tombstones().get(cause.selector());
    return generation != null && generation == cause.generation();
  }

  /** The latest tombstone that means the block: it took what earlier ones had left. */
  private static Optional<Cause> cause(StoredBlock block, Buried buried) {
    return Selector.meaning(block.key(), block.info()).stream()
        .map(Selector::text)
        .flatMap(text ->
            Optional.ofNullable(buried.tombstones().get(text))
                .map(generation -> new Cause(text, generation))
                .stream())
        .max(Comparator.comparingLong(Cause::generation));
  }

  /** A file that can't be written anew goes: it must not name a document that was deleted. */
  private void rewrite(BlockKey key, BlockInfo left) throws IOException {
    try {
      Optional<DiskFiles.Read> read = files.read(key);
      if (read.isPresent()) {
        files.write(read.get().block(), left, _ -> {});
      }
      announcements.renew(key);
    } catch (IOException e) {
      log.warn("the file of block={} could not be renewed and goes: {}", key.hex(), e.getMessage());
      announcements.drop(key, Loss.DELETED);
    }
  }
}
