package dev.kvasir.node.disk;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.DamagedBlockException;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.StoredBlock;
import dev.kvasir.store.grid.LocalBlocks;
import dev.kvasir.store.grid.Subscription;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what comes to lie in this node's memory into files, behind those who store it. A bounded
 * number of blocks waits; what finds no place, what came while the disk had failed and what moved
 * here is found later by going through the memory, and is written where that drops no other file.
 * Thread-safe; files are written by the worker.
 */
final class DiskWriter implements LocalBlocks.Watcher, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DiskWriter.class);

  private final LocalBlocks local;
  private final OwnFiles own;
  private final DiskFiles files;
  private final DiskMetrics metrics;
  private final Worker worker;
  private final DiskSettings settings;
  private final Map<BlockKey, Waiting> waiting = new ConcurrentHashMap<>();
  private final AtomicBoolean visiting = new AtomicBoolean();
  private final Subscription subscription;

  /** Some blocks were left out and are to be looked for. */
  private volatile boolean overflowed;

  /** Nothing is written for a while, since the last write failed. */
  private volatile boolean paused;

  /**
   * A block that is to be written.
   *
   * @param fresh whether other files may be dropped for it
   */
  private record Waiting(StoredBlock block, boolean fresh) {}

  DiskWriter(LocalBlocks local, OwnFiles own, DiskSettings settings) {
    this.local = local;
    this.own = own;
    this.files = own.files();
    this.metrics = own.metrics();
    this.worker = own.worker();
    this.settings = settings;
    this.subscription = local.watch(this);
  }

  @Override
  public void held(LocalBlocks.Held block) {
    enqueue(new Waiting(block.block(), true));
  }

  /** Its file stays: eviction drops memory only. */
  @Override
  public void gone(BlockKey key) {}

  @Override
  public void moved() {
    visit();
  }

  /** Looks through the memory for blocks without files. */
  void visit() {
    if (visiting.compareAndSet(false, true)) {
      var _ =
          worker.execute(
              "visit",
              () -> {
                visiting.set(false);
                local.visit(this::enqueueUnwritten);
              });
    }
  }

  /** Counts every file whose block lies in this node's memory as used now. */
  void keepOrder() {
    local.visit(held -> files.use(held.block().key()));
  }

  private void enqueueUnwritten(LocalBlocks.Held held) {
    if (!isWritten(held.block())) {
      enqueue(new Waiting(held.block(), false));
    }
  }

  /** Never waits for the disk. */
  private void enqueue(Waiting block) {
    BlockKey key = block.block().key();
    if (waiting.size() >= settings.maxWaiting()) {
      metrics.skipped("full");
      overflowed = true;
    } else if (waiting.put(key, block) == null) {
      var _ = worker.execute("write", () -> write(key));
    }
  }

  private boolean isWritten(StoredBlock block) {
    return files.find(block.key()).filter(file -> file.info().equals(block.info())).isPresent();
  }

  private void write(BlockKey key) throws IOException {
    Waiting next = waiting.remove(key);
    if (next != null && !isWritten(next.block())) {
      write(next);
    }
    if (waiting.isEmpty() && overflowed && !paused) {
      overflowed = false;
      visit();
    }
  }

  private void write(Waiting next) throws IOException {
    BlockKey key = next.block().key();
    if (paused) {
      metrics.skipped("off");
      overflowed = true;
      return;
    }
    if (!next.fresh() && files.freeBytes() < next.block().bytes()) {
      metrics.skipped("no_room");
      return;
    }
    Optional<EncodedBlock> block = local.read(key);
    if (block.isEmpty()) {
      metrics.skipped("gone");
      return;
    }
    write(block.get(), next.block());
  }

  private void write(EncodedBlock block, StoredBlock known) throws IOException {
    List<BlockKey> changed = new ArrayList<>();
    try {
      if (files.write(block, known.info(), changed::add).isEmpty()) {
        metrics.skipped("large");
      }
      metrics.writesOff(false);
      changed.add(block.key());
    } catch (DamagedBlockException e) {
      metrics.skipped("damaged");
      log.warn("block={} is damaged in memory and was not written", block.key().hex(), e);
    } catch (IOException e) {
      pause(e);
    }
    for (BlockKey key : changed) {
      own.announcements().renew(key);
    }
  }

  private void pause(IOException why) {
    paused = true;
    overflowed = true;
    metrics.skipped("failed");
    metrics.failed("write");
    metrics.writesOff(true);
    log.warn(
        "disk tier: writing failed ({}), nothing is written for {}; check the disk of {}",
        why.toString(),
        settings.retryAfter(),
        settings.folder());
    worker.later("resume", this::resume, settings.retryAfter());
  }

  private void resume() {
    paused = false;
    overflowed = false;
    visit();
  }

  /** Hears of no more blocks; what waits is the worker's. */
  @Override
  public void close() {
    subscription.close();
  }
}
