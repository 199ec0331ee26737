package dev.kvasir.cli.node;

import dev.kvasir.block.EncodedBlock;
import dev.kvasir.cli.console.UserError;
import dev.kvasir.config.GridConfig;
import dev.kvasir.engine.AheadEncoder;
import dev.kvasir.engine.LlamaEngine;
import dev.kvasir.engine.ModelInfo;
import dev.kvasir.engine.gguf.ModelFileException;
import dev.kvasir.engine.model.ModelFiles;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.engine.tokenizer.Tokenizer;
import dev.kvasir.prefill.remote.ClusterEncoder;
import dev.kvasir.store.StoreException;
import dev.kvasir.warmup.ModelLayout;
import dev.kvasir.warmup.WarmUps;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A process that plans and runs warm-up jobs of a cluster: it knows the model's tokenizer, not its
 * weights, and has the cluster's prefill workers encode. Thread-safe.
 */
public final class WarmUpNode implements RunningNode {
  private final Closers closers;
  private final WarmUps warmUps;

  private WarmUpNode(NodeOptions options, Closers closers) {
    this.closers = closers;
    ProcessParts process = ProcessParts.of(options.config(), "warm-up", closers);
    Storage storage = Storage.open(process, Map.of());
    storage.dropDeleted(closers);
    warmUps = new WarmUps(parts(options, process, storage));
  }

  /** What a process without weights runs jobs with. */
  static WarmUps.Parts parts(NodeOptions options, ProcessParts process, Storage storage) {
    ModelLayout layout = layout(options, process.closers());
    AheadEncoder workers =
        new ClusterEncoder(storage.grid(), PrefillParts.client(process), new NoEncoder());
    return new WarmUps.Parts(
        storage.grid(), storage.blocks(), storage.tombstones(), layout, workers);
  }

  private static ModelLayout layout(NodeOptions options, Closers closers) {
    ModelFiles files = closers.add(LoadedModel.openFiles(options));
    var engine = ModuleSettings.engine(options.config().model());
    ModelInfo info = LlamaEngine.describe(files, engine);
    Tokenizer tokenizer = files.tokenizer();
    return new ModelLayout(
        info,
        engine.elementType(),
        tokenizer,
        tenant -> ModuleSettings.scoping(options.config().scopes(), tenant.name()));
  }

  /**
   * Joins the grid.
   *
   * @throws UserError if it cannot, or no other process can be in it
   */
  public static WarmUpNode open(NodeOptions options) {
    requireCluster(options.config().grid());
    Closers closers = new Closers();
    try {
      return new WarmUpNode(options, closers);
    } catch (RuntimeException e) {
      closers.close();
      throw e instanceof ModelFileException || e instanceof StoreException ? new UserError(e) : e;
    }
  }

  /** Refuses a grid that ends with this process. */
  static void requireCluster(GridConfig grid) {
    if (grid.kind() == GridConfig.Kind.MEMORY || ModuleSettings.isAlone(grid)) {
      throw new UserError(
          "this works on a running cluster: name it with --url of its admin process, or with"
              + " grid.discovery in --config or --set");
    }
  }

  public WarmUps warmUps() {
    return warmUps;
  }

  @Override
  public void close() {
    closers.close();
  }

  /** For a process without weights. */
  private record NoEncoder() implements AheadEncoder {
    private static final String NO_WORKER =
        "no prefill worker of the grid could encode it: start one with kvasir prefill-worker";

    @Override
    public CompletableFuture<EncodedBlock> encode(CacheableBlock block) {
      return CompletableFuture.failedFuture(new StoreException(NO_WORKER));
    }

    @Override
    public CompletableFuture<Outcome> encodeAhead(CacheableBlock block) {
      return CompletableFuture.failedFuture(new StoreException(NO_WORKER));
    }
  }
}
