package dev.kvasir.decode;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.DamagedBlockException;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.decode.DecodeMetrics.Fallback;
import dev.kvasir.decode.LocalBlockCache.Load;
import dev.kvasir.decode.PromptReport.Source;
import dev.kvasir.engine.BlockEncoder;
import dev.kvasir.engine.BlockInstaller;
import dev.kvasir.engine.kv.KvSegment;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.store.BlockStore;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one block into local memory: from the store, or from the encoder, or from whichever of
 * both is first once the store has taken too long. Runs once, on a thread that may block.
 */
final class BlockLoading implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(BlockLoading.class);

  private final Means means;
  private final LoadBatch batch;
  private final CacheableBlock block;
  private final Load load;
  private @Nullable CompletableFuture<EncodedBlock> encoding;
  private long encodingSince;

  /** What all loadings share. */
  record Means(
      BlockStore store,
      BlockEncoder encoder,
      BlockInstaller installer,
      DecodeMetrics metrics,
      CompletableFuture<Void> closing) {}

  BlockLoading(Means means, LoadBatch batch, CacheableBlock block, Load load) {
    this.means = means;
    this.batch = batch;
    this.block = block;
    this.load = load;
  }

  @Override
  public void run() {
    try {
      if (!fromStore()) {
        fromEncoder();
      }
    } catch (CompletionException e) {
      load.fail(e.getCause() == null ? e : e.getCause());
    } catch (RuntimeException | Error e) {
      load.fail(e);
    } finally {
      batch.cost().ended();
    }
  }

  private boolean fromStore() {
    try {
      Optional<EncodedBlock> bytes = stored();
      if (bytes.isEmpty()) {
        return false;
      }
      KvSegment segment = means.installer().install(block.identity(), bytes.get());
      means.metrics().fetched(batch.since(), means.store().name(), bytes.get().sizeBytes());
      batch.cost().fetched(bytes.get().sizeBytes());
      load.complete(segment, batch.source(block.key()), bytes.get().sizeBytes());
      return true;
    } catch (DamagedBlockException e) {
      LOG.warn("store={} {}: encoding it again", means.store().name(), e.getMessage());
      means.metrics().damaged("store");
      means.metrics().fellBack(Fallback.DAMAGED);
      remove(block.key());
    } catch (CompletionException e) {
      notFetched(e);
    } catch (RuntimeException e) {
      means.metrics().fellBack(Fallback.NOT_INSTALLED);
      LOG.warn("block={} could not be installed: encoding it", block.key(), e);
    }
    return false;
  }

  private void notFetched(CompletionException e) {
    boolean late = e.getCause() != null && e.getCause().getCause() instanceof TimeoutException;
    means.metrics().fellBack(late ? Fallback.TIMEOUT : Fallback.STORE_ERROR);
    lateFetch();
    LOG.debug("block={} not fetched", block.key(), e);
  }

  /** What the store has, if it says so before the encoder is done. */
  private Optional<EncodedBlock> stored() {
    CompletableFuture<Optional<EncodedBlock>> stored = batch.stored(block.key());
    if (inTime(stored)) {
      return stored.join();
    }
    means.metrics().hedged();
    CompletableFuture<EncodedBlock> encoded = encoding();
    await(CompletableFuture.anyOf(stored.thenCompose(BlockLoading::onlyIfPresent), encoded));
    if (stored.isDone()) {
      return stored.join();
    }
    means.metrics().fellBack(Fallback.TIMEOUT);
    lateFetch();
    return Optional.empty();
  }

  private boolean inTime(CompletableFuture<?> stored) {
    try {
      await(
          CompletableFuture.anyOf(stored)
              .orTimeout(batch.hedgeAfter().toNanos(), TimeUnit.NANOSECONDS));
      return true;
    } catch (CompletionException e) {
      return stored.isDone();
    }
  }

  /** Never completes if the store has none: the encoder is running already. */
  private static CompletableFuture<EncodedBlock> onlyIfPresent(Optional<EncodedBlock> block) {
    return block.map(CompletableFuture::completedFuture).orElseGet(CompletableFuture::new);
  }

  private void lateFetch() {
    batch.cost().late(means.installer().bytes(block.tokens().size()));
  }

  /** Waits, so that the encoder does not find the damaged block again. */
  private void remove(BlockKey key) {
    try {
      means.store().remove(key).join();
    } catch (CompletionException e) {
      LOG.debug("block={} not removed", key, e);
    }
  }

  private void fromEncoder() {
    EncodedBlock bytes = await(encoding());
    KvSegment segment;
    try {
      segment = means.installer().install(block.identity(), bytes);
    } catch (DamagedBlockException e) {
      LOG.warn("encoder: {}: asking once more", e.getMessage());
      means.metrics().damaged("encoder");
      bytes = await(means.encoder().encode(block));
      segment = means.installer().install(block.identity(), bytes);
    }
    batch.cost().encoded(block.tokens().size(), encodingSince);
    load.complete(segment, Source.ENCODED, bytes.sizeBytes());
  }

  private CompletableFuture<EncodedBlock> encoding() {
    if (encoding == null) {
      encodingSince = System.nanoTime();
      encoding = means.encoder().encode(block);
    }
    return encoding;
  }

  /** Waits, but not longer than until the loader is closed. */
  private <T> T await(CompletableFuture<T> future) {
    CompletableFuture.anyOf(future, means.closing()).join();
    return future.join();
  }

  static IllegalStateException closed() {
    return new IllegalStateException("the decode worker is closed");
  }
}
