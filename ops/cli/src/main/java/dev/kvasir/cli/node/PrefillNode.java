package dev.kvasir.cli.node;

import dev.kvasir.cli.console.UserError;
import dev.kvasir.config.KvasirConfig;
import dev.kvasir.engine.gguf.ModelFileException;
import dev.kvasir.store.StoreException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** A process that encodes for the others of its cluster. Thread-safe. */
public final class PrefillNode implements RunningNode {
  private final Closers closers;
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  private PrefillNode(NodeOptions options, Closers closers) {
    this.closers = closers;
    KvasirConfig config = options.config();
    LoadedModel model = LoadedModel.open(options, registry, closers);
    closers.add(registry::close);
    Storage storage =
        Storage.open(config, EncodePort.attributes(config.prefill()), registry, closers);
    var _ = PrefillParts.open(config, model, storage, registry, closers);
    storage.dropDeleted(closers);
  }

  /**
   * Loads the model, joins the grid and listens.
   *
   * @throws UserError if it cannot, or has no place to listen
   */
  public static PrefillNode open(NodeOptions options) {
    if (options.config().prefill().listen().isEmpty()) {
      throw new UserError(
          "a prefill worker needs prefill.listen: the host:port where others ask it");
    }
    EncodePort.requireFree(options.config().prefill());
    Closers closers = new Closers();
    try {
      return new PrefillNode(options, closers);
    } catch (RuntimeException e) {
      closers.close();
      throw e instanceof ModelFileException || e instanceof StoreException ? new UserError(e) : e;
    }
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
