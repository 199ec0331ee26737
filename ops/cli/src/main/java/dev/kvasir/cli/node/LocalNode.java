package dev.kvasir.cli.node;

import dev.kvasir.bench.BlockCaches;
import dev.kvasir.block.arrow.ArrowBlockCodec;
import dev.kvasir.cli.console.UserError;
import dev.kvasir.config.GridConfig;
import dev.kvasir.config.HttpConfig;
import dev.kvasir.config.KvasirConfig;
import dev.kvasir.decode.DecodeWorker;
import dev.kvasir.decode.PassMetrics;
import dev.kvasir.decode.http.ApiServer;
import dev.kvasir.decode.http.ApiServices;
import dev.kvasir.decode.http.ApiSettings;
import dev.kvasir.decode.http.ListenException;
import dev.kvasir.engine.Engine;
import dev.kvasir.engine.LlamaEngine;
import dev.kvasir.engine.batch.BatchLimits;
import dev.kvasir.engine.batch.BatchingEngine;
import dev.kvasir.engine.gguf.ModelFileException;
import dev.kvasir.engine.model.ModelFiles;
import dev.kvasir.engine.prompt.PromptLayout;
import dev.kvasir.engine.prompt.Scoping;
import dev.kvasir.engine.tokenizer.Tokenizer;
import dev.kvasir.grid.hazelcast.HazelcastGrid;
import dev.kvasir.grid.ignite.IgniteGrid;
import dev.kvasir.prefill.PrefillWorker;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.StoreException;
import dev.kvasir.store.memory.MemoryBlockStore;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/**
 * Grid node, prefill worker, decode worker and HTTP API in one process. Owns all of them; closing
 * ends them in the reverse order, once. Thread-safe.
 */
public final class LocalNode implements AutoCloseable {
  private final Closers closers;
  private final HttpConfig http;
  private final Engine engine;
  private final PromptLayout layout;
  private final BlockStore store;
  private final PrefillWorker prefill;
  private final DecodeWorker decode;
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  private LocalNode(NodeOptions options, Closers closers) {
    this.closers = closers;
    ModelFiles files = closers.add(openModel(options));
    KvasirConfig config = options.config();
    http = config.http();
    PassMetrics passes = new PassMetrics(registry);
    BatchingEngine batching =
        new BatchingEngine(
            LlamaEngine.open(files, ModuleSettings.engine(config.model())),
            BatchLimits.defaults(),
            passes);
    passes.watch(batching);
    engine = closers.add(batching);
    Tokenizer tokenizer = files.tokenizer();
    layout = layout(tokenizer, engine, ModuleSettings.scoping(config.scopes()));
    ArrowBlockCodec codec = closers.add(new ArrowBlockCodec());
    closers.add(registry::close);
    store = openStore(config.grid());
    prefill =
        closers.add(
            new PrefillWorker(
                engine, codec, store, ModuleSettings.prefill(config.prefill()), registry));
    decode =
        closers.add(
            new DecodeWorker(
                new DecodeWorker.Parts(engine, tokenizer, codec, store, prefill, registry),
                ModuleSettings.decode(config.decode(), config.cache())));
  }

  /**
   * Starts everything but the HTTP API.
   *
   * @throws UserError if the model cannot be used or the grid does not start
   */
  public static LocalNode open(NodeOptions options) {
    NotYet.check(options.config());
    Closers closers = new Closers();
    try {
      return new LocalNode(options, closers);
    } catch (RuntimeException e) {
      closers.close();
      throw e instanceof ModelFileException || e instanceof StoreException ? new UserError(e) : e;
    } catch (OutOfMemoryError e) {
      closers.close();
      throw new UserError("the model does not fit the memory: set KVASIR_HEAP, such as 4g", e);
    }
  }

  private static ModelFiles openModel(NodeOptions options) {
    ModelFiles files = ModelFiles.open(options.model());
    return options.config().model().adapter().map(files::withAdapter).orElse(files);
  }

  private static PromptLayout layout(Tokenizer tokenizer, Engine engine, Scoping scoping) {
    if (tokenizer.vocabulary() > engine.model().vocabulary()) {
      throw new UserError(
          "the tokenizer has %d tokens, the model only %d: they do not belong together"
              .formatted(tokenizer.vocabulary(), engine.model().vocabulary()));
    }
    try {
      return new PromptLayout(
          tokenizer, engine.model().fingerprint(), engine.elementType(), scoping);
    } catch (IllegalArgumentException e) {
      throw new UserError("the model's chat template cannot be used: " + e.getMessage(), e);
    }
  }

  private BlockStore openStore(GridConfig grid) {
    return switch (grid.kind()) {
      case IGNITE -> closers.add(IgniteGrid.start(ModuleSettings.ignite(grid))).blocks();
      case HAZELCAST -> closers.add(HazelcastGrid.start(ModuleSettings.hazelcast(grid))).blocks();
      case MEMORY -> closers.add(new MemoryBlockStore());
    };
  }

  /**
   * Starts the HTTP API where the configuration says and returns its port.
   *
   * @throws UserError if it cannot listen there
   */
  public int serve() {
    ApiSettings settings = ModuleSettings.api(http, decode.autoMode());
    ApiServices services =
        new ApiServices(
            decode.generator(), layout, engine.model(), prefill, store, registry, () -> true);
    try {
      return closers.add(ApiServer.start(settings, services)).port();
    } catch (ListenException e) {
      throw new UserError(e);
    }
  }

  public Engine engine() {
    return engine;
  }

  public PromptLayout layout() {
    return layout;
  }

  public DecodeWorker decode() {
    return decode;
  }

  /** Where this node's blocks are kept. */
  public BlockCaches caches() {
    return new BlockCaches(store, decode.cache());
  }

  @Override
  public void close() {
    closers.close();
  }
}
