package dev.kvasir.decode;

import dev.kvasir.block.DamagedBlockException;
import dev.kvasir.decode.LocalBlockCache.Load;
import dev.kvasir.engine.BlockInstallation;
import dev.kvasir.engine.BlockInstaller;
import dev.kvasir.engine.kv.SharedSegment;
import dev.kvasir.engine.prompt.CacheableBlock;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One block on its way from the store: each record is checked and installed as it comes, and who
 * waits for the block may read the layers that are complete. Owns the segment until it is taken.
 * Thread-safe.
 */
final class BlockPull {
  private final BlockInstaller installer;
  private final CacheableBlock block;
  private final Load load;
  private final CompletableFuture<Void> failed = new CompletableFuture<>();
  private @Nullable Installing installing;
  private @Nullable Throwable failure;
  private long bytes;
  private volatile boolean ended;

  private record Installing(
      BlockInstallation installation, ArrivingBlock arriving, Instant begun) {}

  BlockPull(BlockInstaller installer, CacheableBlock block, Load load) {
    this.installer = installer;
    this.block = block;
    this.load = load;
  }

  CacheableBlock block() {
    return block;
  }

  Load load() {
    return load;
  }

  /** Whether further records are of use. */
  boolean wanted() {
    return !ended;
  }

  /** Completes when a record turns out to be of no use; {@link #take()} says why. */
  CompletableFuture<Void> failed() {
    return failed;
  }

  /** Bytes of the records so far. */
  synchronized long bytes() {
    return bytes;
  }

  /** When the first record came. */
  synchronized Instant begun() {
    return Objects.requireNonNull(installing, "no record has come").begun();
  }

  /** Installs the next record; the first one is the header. */
  synchronized void accept(byte[] record) {
    if (ended) {
      return;
    }
    try {
      install(record);
      bytes += record.length;
    } catch (RuntimeException | Error e) {
      failure = e;
      end(e);
      failed.complete(null);
    }
  }

  private void install(byte[] record) {
    Installing running = installing;
    if (running == null) {
      begin(installer.start(block.identity(), record));
    } else {
      running.installation().accept(record);
      running.arriving().progress().reached(running.installation().layers());
    }
  }

  private void begin(BlockInstallation installation) {
    LayerProgress progress = new LayerProgress(installation.segment().geometry().layers());
    ArrivingBlock arriving = new ArrivingBlock(new SharedSegment(installation.segment()), progress);
    installing = new Installing(installation, arriving, Instant.now());
    load.arriving(arriving);
  }

  /**
   * All records have come: the block, whole; the caller owns it.
   *
   * @throws DamagedBlockException if they are not those of the block
   */
  synchronized SharedSegment take() {
    switch (failure) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
    if (ended || installing == null) {
      throw new DamagedBlockException(block.key(), "it has no records");
    }
    installing.installation().finish();
    ended = true;
    return installing.arriving().shared();
  }

  /** Gives the block up unless it was taken: who reads it is told, the memory is freed. */
  synchronized void abandon() {
    if (!ended) {
      end(new CancellationException("the block is not pulled any more"));
    }
  }

  private void end(Throwable cause) {
    ended = true;
    if (installing != null) {
      installing.arriving().progress().broke(cause);
      installing.arriving().shared().release();
    }
  }
}
