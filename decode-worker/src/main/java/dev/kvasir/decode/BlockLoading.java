package dev.kvasir.decode;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.DamagedBlockException;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.decode.DecodeMetrics.Fallback;
import dev.kvasir.decode.PromptReport.Source;
import dev.kvasir.engine.BlockEncoder;
import dev.kvasir.engine.BlockInstaller;
import dev.kvasir.engine.kv.KvSegment;
import dev.kvasir.engine.kv.SharedSegment;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.store.BlockStore;
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
  private final BlockPull pull;
  private @Nullable CompletableFuture<EncodedBlock> encoding;
  private long encodingSince;

  /** What all loadings share. */
  record Means(
      BlockStore store,
      BlockEncoder encoder,
      BlockInstaller installer,
      DecodeMetrics metrics,
      CompletableFuture<Void> closing) {}

  BlockLoading(Means means, LoadBatch batch, BlockPull pull) {
    this.means = means;
    this.batch = batch;
    this.block = pull.block();
    this.pull = pull;
  }

  @Override
  public void run() {
    try {
      if (!fromStore()) {
        pull.abandon();
        fromEncoder();
      }
    } catch (CompletionException e) {
      pull.load().fail(e.getCause() == null ? e : e.getCause());
    } catch (RuntimeException | Error e) {
      pull.load().fail(e);
    } finally {
      pull.abandon();
      batch.cost().ended();
    }
  }

  private boolean fromStore() {
    try {
      if (!pulled()) {
        return false;
      }
      SharedSegment segment = pull.take();
      means.metrics().fetched(batch.since(), means.store().name(), pull.bytes());
      batch.cost().fetched(pull.bytes());
      pull.load().complete(segment, batch.source(block.key()), pull.bytes());
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

  /** Whether the store has handed over all that it has, before the encoder is done. */
  private boolean pulled() {
    CompletableFuture<Boolean> pulled =
        pull.failed().applyToEither(batch.pulled(block.key()), whole -> whole);
    if (inTime(pulled)) {
      return pulled.join();
    }
    means.metrics().hedged();
    CompletableFuture<EncodedBlock> encoded = encoding();
    await(CompletableFuture.anyOf(pulled.thenCompose(BlockLoading::onlyIfTrue), encoded));
    if (pulled.isDone()) {
      return pulled.join();
    }
    means.metrics().fellBack(Fallback.TIMEOUT);
    lateFetch();
    return false;
  }

  private boolean inTime(CompletableFuture<?> pulled) {
    try {
      await(
          CompletableFuture.anyOf(pulled)
              .orTimeout(batch.hedgeAfter().toNanos(), TimeUnit.NANOSECONDS));
      return true;
    } catch (CompletionException e) {
      return pulled.isDone();
    }
  }

  /** Never completes if the store has none: the encoder is running already. */
  private static CompletableFuture<Boolean> onlyIfTrue(boolean whole) {
    return whole ? CompletableFuture.completedFuture(true) : new CompletableFuture<>();
  }

  private void lateFetch() {
    batch.cost().late(means.installer().bytes(block.tokens().size()));
  }

  /** Waits, so that the encoder does not find the damaged block again. */
  private void remove(BlockKey key) {
    try {
      means.store().quarantine(key).join();
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
    pull.load().complete(new SharedSegment(segment), Source.ENCODED, bytes.sizeBytes());
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
