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
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import java.util.Locale;
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
  private final BlockPull pull;
  private @Nullable CompletableFuture<EncodedBlock> encoding;
  private long encodingSince;

  /** What all loadings share. */
  record Means(
      BlockStore store,
      BlockEncoder encoder,
      BlockInstaller installer,
      DecodeMetrics metrics,
      Steps steps,
      CompletableFuture<Void> closing) {}

  BlockLoading(Means means, LoadBatch batch, BlockPull pull) {
    this.means = means;
    this.batch = batch;
    this.block = pull.block();
    this.pull = pull;
  }

  @Override
  public void run() {
    try (Scope _ = batch.trace().makeCurrent()) {
      if (!batch.asksStore() || !means.steps().in("fetch", this::fromStore)) {
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

  private boolean fromStore(Span span) {
    describe(span);
    Optional<Source> found = fetched();
    span.setAttribute("kvasir.found", found.isPresent());
    found.ifPresent(
        source -> span.setAttribute("kvasir.tier", source.name().toLowerCase(Locale.ROOT)));
    return found.isPresent();
  }

  private void describe(Span span) {
    span.setAttribute("kvasir.block", block.key().toString())
        .setAttribute("kvasir.tokens", block.tokens().size());
  }

  private Optional<Source> fetched() {
    try {
      Optional<Source> found = pulled();
      found.ifPresent(this::complete);
      return found;
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
    return Optional.empty();
  }

  private void complete(Source source) {
    SharedSegment segment = pull.take();
    means.steps().since(pull.begun(), "install");
    means.metrics().fetched(batch.since(), source, pull.bytes());
    batch.cost().fetched(pull.bytes());
    pull.load().complete(segment, source, pull.bytes());
  }

  private void notFetched(CompletionException e) {
    boolean late = e.getCause() != null && e.getCause().getCause() instanceof TimeoutException;
    means.metrics().fellBack(late ? Fallback.TIMEOUT : Fallback.STORE_ERROR);
    lateFetch();
    LOG.debug("block={} not fetched", block.key(), e);
  }

  /**
   * Where the store had the block, if it has handed over all that it has before the encoder is
   * done, or a record that {@link BlockPull#take} refuses.
   */
  private Optional<Source> pulled() {
    CompletableFuture<Optional<Source>> pulled =
        pull.failed()
            .thenApply(_ -> Optional.of(Source.GRID))
            .applyToEither(batch.pulled(block.key()), source -> source);
    if (inTime(pulled)) {
      return pulled.join();
    }
    means.metrics().hedged();
    CompletableFuture<EncodedBlock> encoded = encoding();
    await(CompletableFuture.anyOf(pulled.thenCompose(BlockLoading::onlyIfFound), encoded));
    if (pulled.isDone()) {
      return pulled.join();
    }
    means.metrics().fellBack(Fallback.TIMEOUT);
    lateFetch();
    return Optional.empty();
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
  private static CompletableFuture<Source> onlyIfFound(Optional<Source> found) {
    return found.map(CompletableFuture::completedFuture).orElseGet(CompletableFuture::new);
  }

  private void lateFetch() {
    batch.cost().late(means.installer().bytes(block.tokens().size()));
  }

  /** Waits, so that the encoder does not find the damaged block again. */
  private void remove(BlockKey key) {
    try {
      if (means.store().quarantine(key).join()) {
        means.metrics().quarantined();
      }
    } catch (CompletionException e) {
      LOG.debug("block={} not removed", key, e);
    }
  }

  private void fromEncoder() {
    EncodedBlock bytes = await(encoding());
    KvSegment segment;
    try {
      segment = install(bytes);
    } catch (DamagedBlockException e) {
      LOG.warn("encoder: {}: asking once more", e.getMessage());
      means.metrics().damaged("encoder");
      bytes = await(encode());
      segment = install(bytes);
    }
    batch.cost().encoded(block.tokens().size(), encodingSince);
    pull.load().complete(new SharedSegment(segment), Source.ENCODED, bytes.sizeBytes());
  }

  private KvSegment install(EncodedBlock bytes) {
    return means.steps().in("install", _ -> means.installer().install(block.identity(), bytes));
  }

  private CompletableFuture<EncodedBlock> encoding() {
    if (encoding == null) {
      encodingSince = System.nanoTime();
      encoding = encode();
    }
    return encoding;
  }

  /** Beside a fetch that it overtakes, not a part of it. */
  private CompletableFuture<EncodedBlock> encode() {
    Span span = means.steps().begin("encode", batch.trace());
    describe(span);
    try (Scope _ = span.makeCurrent()) {
      return means.encoder().encode(block).whenComplete((_, failure) -> Steps.end(span, failure));
    }
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
