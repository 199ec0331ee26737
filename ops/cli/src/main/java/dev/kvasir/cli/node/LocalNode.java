package dev.kvasir.cli.node;

import dev.kvasir.bench.BlockCaches;
import dev.kvasir.block.BlockCodec;
import dev.kvasir.cli.console.UserError;
import dev.kvasir.config.HttpConfig;
import dev.kvasir.config.KvasirConfig;
import dev.kvasir.decode.BlockPath;
import dev.kvasir.decode.DecodeWorker;
import dev.kvasir.decode.audit.AuditOptions;
import dev.kvasir.decode.audit.ShadowAudit;
import dev.kvasir.decode.http.ApiServer;
import dev.kvasir.decode.http.ApiServices;
import dev.kvasir.decode.http.ApiSettings;
import dev.kvasir.decode.http.ListenException;
import dev.kvasir.engine.BlockEncoder;
import dev.kvasir.engine.Engine;
import dev.kvasir.engine.gguf.ModelFileException;
import dev.kvasir.engine.prompt.PromptLayout;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.StoreException;
import dev.kvasir.store.delete.Deletions;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/**
 * Grid node, prefill worker, decode worker and HTTP API in one process. Owns all of them; closing
 * ends them in the reverse order, once. Thread-safe.
 */
public final class LocalNode implements RunningNode {
  private final Closers closers;
  private final HttpConfig http;
  private final Engine engine;
  private final PromptLayout layout;
  private final BlockPath blocks;
  private final BlockStore store;
  private final BlockEncoder encoder;
  private final Deletions deletions;
  private final DecodeWorker decode;
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  private LocalNode(NodeOptions options, Closers closers) {
    this.closers = closers;
    KvasirConfig config = options.config();
    http = config.http();
    LoadedModel model = LoadedModel.open(options, registry, closers);
    engine = model.engine();
    layout = model.layout(ModuleSettings.scoping(config.scopes()));
    blocks = model.gate(registry);
    closers.add(registry::close);
    Storage storage =
        Storage.open(config, EncodePort.attributes(config.prefill()), registry, closers);
    store = storage.blocks();
    deletions = storage.deletions();
    encoder = PrefillParts.open(config, model, storage, registry, closers);
    decode =
        closers.add(
            new DecodeWorker(
                new DecodeWorker.Parts(
                    engine,
                    model.tokenizer(),
                    model.codec(),
                    store,
                    encoder,
                    storage.touches()::used,
                    registry),
                ModuleSettings.decode(config.decode(), config.cache())));
    storage.dropDeleted(closers, decode.cache());
    audit(ModuleSettings.audit(config.audit()), model.codec());
  }

  private void audit(AuditOptions options, BlockCodec codec) {
    Gauge.builder("kvasir.blocks.stopped", () -> blocks.stopped().size()).register(registry);
    if (options.share() > 0) {
      ShadowAudit audit =
          closers.add(
              new ShadowAudit(engine, codec, blocks, options, decode.generator()::busy, registry));
      decode.generator().onServed(audit::offer);
    }
  }

  /**
   * Starts everything but the HTTP API.
   *
   * @throws UserError if the model cannot be used or the grid does not start
   */
  public static LocalNode open(NodeOptions options) {
    EncodePort.requireFree(options.config().prefill());
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

  /**
   * Starts the HTTP API where the configuration says and returns its port.
   *
   * @throws UserError if it cannot listen there
   */
  public int serve() {
    ApiSettings settings = ModuleSettings.api(http, decode.autoMode());
    ApiServices services =
        new ApiServices(
            decode.generator(),
            layout,
            engine.model(),
            blocks,
            encoder,
            store,
            registry,
            () -> true);
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

  /** Deletes blocks of the whole cluster. */
  public Deletions deletions() {
    return deletions;
  }

  /** Where this node counts. */
  public MeterRegistry metrics() {
    return registry;
  }

  @Override
  public void close() {
    closers.close();
  }
}
