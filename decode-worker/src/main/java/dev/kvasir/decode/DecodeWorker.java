package dev.kvasir.decode;

import dev.kvasir.block.BlockCodec;
import dev.kvasir.block.BlockKey;
import dev.kvasir.engine.BlockEncoder;
import dev.kvasir.engine.BlockInstaller;
import dev.kvasir.engine.Engine;
import dev.kvasir.engine.tokenizer.Tokenizer;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.document.NamedDocuments;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A decode worker put together from its parts. Borrows engine, tokenizer, store, codec and encoder,
 * which outlive it; owns the local block cache and the running requests. Thread-safe.
 */
public final class DecodeWorker implements AutoCloseable {
  private final LocalBlockCache cache;
  private final BlockLoader loader;
  private final NamedDocuments documents;
  private final BlockGenerator generator;
  private final DecodeOptions options;

  /**
   * What a decode worker is made of.
   *
   * @param uses is told the blocks of every prompt, so that what is used stays in the grid
   * @param tracer takes the steps of requests that are traced
   */
  public record Parts(
      Engine engine,
      Tokenizer tokenizer,
      BlockCodec codec,
      BlockStore store,
      BlockEncoder encoder,
      Consumer<Set<BlockKey>> uses,
      MeterRegistry registry,
      Tracer tracer) {}

  /** Ready to answer. */
  public DecodeWorker(Parts parts, DecodeOptions options) {
    this.options = options;
    DecodeMetrics metrics = new DecodeMetrics(parts.registry());
    Steps steps = new Steps(parts.tracer());
    cache = new LocalBlockCache(options.cacheBytes());
    metrics.watch(cache);
    loader =
        new BlockLoader(
            parts.store(),
            options.fetchDeadline(),
            parts.encoder(),
            new BlockInstaller(parts.engine(), parts.codec()),
            metrics,
            steps);
    documents = new NamedDocuments(parts.store());
    metrics.watch(documents);
    PromptRunner runner =
        new PromptRunner(
            parts.engine(),
            new BlockResolver(cache, loader, parts.uses(), documents, metrics, steps),
            new PullMetrics(parts.registry()),
            steps);
    generator =
        new BlockGenerator(
            parts.engine(),
            new Generation.Means(runner, parts.tokenizer(), metrics, steps),
            options);
    metrics.watch(generator);
  }

  public BlockGenerator generator() {
    return generator;
  }

  /** The local block cache, for its figures and to empty it. */
  public LocalBlockCache cache() {
    return cache;
  }

  /** What mode {@code auto} means here. */
  public AttentionMode autoMode() {
    return options.autoMode();
  }

  /** Cancels running requests, ends running loads and frees the cache. */
  @Override
  public void close() {
    generator.close();
    loader.close();
    documents.close();
    cache.close();
  }
}
