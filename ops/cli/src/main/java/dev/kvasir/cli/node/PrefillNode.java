package dev.kvasir.cli.node;

import dev.kvasir.cli.console.UserError;
import dev.kvasir.engine.gguf.ModelFileException;
import dev.kvasir.http.server.Server;
import dev.kvasir.store.StoreException;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A process that encodes for the others of its cluster. Thread-safe. */
public final class PrefillNode implements RunningNode {
  private final Closers closers;
  private final Optional<Server> port;
  private final MeterRegistry registry;

  private PrefillNode(NodeOptions options, Closers closers) {
    this.closers = closers;
    ProcessParts process = ProcessParts.of(options.config(), "prefill-worker", closers);
    registry = process.registry();
    CompletableFuture<Storage> joined = new CompletableFuture<>();
    port = EncodePort.listen(process, () -> joined.join().unready());
    LoadedModel model = LoadedModel.open(options, process.registry(), closers);
    Storage storage =
        Storage.open(
            process,
            ProcessAttributes.and(
                EncodePort.attributes(options.config()),
                ProcessAttributes.of(
                    "prefill-worker",
                    port.map(own -> ProcessAttributes.url(options.config(), own)))));
    joined.complete(storage);
    var _ = PrefillParts.open(process, model, storage, port);
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
    EncodePort.requireFree(options.config());
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

  /** Where it encodes. */
  public String url() {
    return port.orElseThrow().url();
  }

  @Override
  public void close() {
    closers.close();
  }
}
