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
import dev.kvasir.decode.http.Api;
import dev.kvasir.decode.http.ApiServices;
import dev.kvasir.decode.http.VllmNames;
import dev.kvasir.engine.AheadEncoder;
import dev.kvasir.engine.Engine;
import dev.kvasir.engine.gate.Verdict;
import dev.kvasir.engine.gguf.ModelFileException;
import dev.kvasir.engine.prompt.PromptLayout;
import dev.kvasir.http.server.Server;
import dev.kvasir.store.StoreException;
import dev.kvasir.store.delete.Deletions;
import dev.kvasir.store.guard.GuardBoard;
import dev.kvasir.store.touch.Touches;
import dev.kvasir.warmup.ModelLayout;
import dev.kvasir.warmup.WarmUps;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Grid node, prefill worker, decode worker and HTTP API in one process. Owns all of them; closing
 * ends them in the reverse order, once. Thread-safe.
 */
public final class LocalNode implements RunningNode {
  private final ProcessParts process;
  private final Engine engine;
  private final PromptLayout layout;
  private final Verdict verdict;
  private final BlockPath blocks;
  private final Storage storage;
  private final AheadEncoder encoder;
  private final ModelLayout passages;
  private final DecodeWorker decode;
  private final Optional<Server> server;

  private LocalNode(NodeOptions options, Closers closers, boolean serving) {
    KvasirConfig config = options.config();
    process = ProcessParts.of(config, "decode-worker", closers);
    server = serving ? Optional.of(listen()) : Optional.empty();
    Optional<Server> encodePort = EncodePort.listen(process, this::unready);
    LoadedModel model = LoadedModel.open(options, process.registry(), closers);
    engine = model.engine();
    verdict = model.gate(process.registry());
    blocks = verdict.passed() ? BlockPath.open() : BlockPath.closed(verdict.sentence());
    layout =
        model.layout(
            ModuleSettings.scoping(config.scopes(), config.scopes().unauthenticatedTenant()));
    passages =
        new ModelLayout(
            engine.model(),
            engine.elementType(),
            model.tokenizer(),
            tenant -> ModuleSettings.scoping(config.scopes(), tenant.name()));
    storage =
        Storage.open(
            process,
            ProcessAttributes.and(
                EncodePort.attributes(config),
                ProcessAttributes.of(
                    "decode-worker", server.map(own -> ProcessAttributes.url(config, own)))));
    encoder = PrefillParts.open(process, model, storage, encodePort);
    decode =
        closers.add(
            new DecodeWorker(
                new DecodeWorker.Parts(
                    engine,
                    model.tokenizer(),
                    model.codec(),
                    storage.blocks(),
                    encoder,
                    storage.touches()::used,
                    process.registry(),
                    process.traces().getTracer("dev.kvasir.decode")),
                ModuleSettings.decode(config.decode(), config.cache())));
    if (config.telemetry().vllmNames()) {
      VllmNames.addTo(process.registry(), engine.model().name());
    }
    storage.dropDeleted(closers, decode.cache());
    postGuards();
    audit(ModuleSettings.audit(config.audit()), model.codec());
    server.ifPresent(this::serve);
  }

  /** Tells everybody in the grid whether blocks are used here, and what is stopped later. */
  private void postGuards() {
    GuardBoard board =
        process
            .closers()
            .add(new GuardBoard(storage.grid(), engine.model().name(), InstantSource.system()));
    board.gate(verdict.passed(), verdict.sentence());
    blocks.onStop(stop ->
        board.stopped(
            stop.part().map(BlockPath.Part::scope),
            stop.part().flatMap(BlockPath.Part::collection),
            stop.sentence()));
  }

  private void audit(AuditOptions options, BlockCodec codec) {
    MeterRegistry registry = process.registry();
    Gauge.builder("kvasir.blocks.stopped", () -> blocks.stopped().size()).register(registry);
    if (options.share() > 0) {
      ShadowAudit audit =
          process
              .closers()
              .add(
                  new ShadowAudit(
                      engine, codec, blocks, options, decode.generator()::busy, registry));
      decode.generator().onServed(audit::offer);
    }
  }

  /**
   * Starts everything but the HTTP API.
   *
   * @throws UserError if the model cannot be used or the grid does not start
   */
  public static LocalNode open(NodeOptions options) {
    return open(options, false);
  }

  /**
   * Starts everything; its HTTP port tells from the beginning that it is not ready.
   *
   * @throws UserError if it cannot listen, the model cannot be used or the grid does not start
   */
  public static LocalNode openServing(NodeOptions options) {
    return open(options, true);
  }

  private static LocalNode open(NodeOptions options, boolean serving) {
    EncodePort.requireFree(options.config());
    Closers closers = new Closers();
    try {
      return new LocalNode(options, closers, serving);
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
    return serve(listen());
  }

  /** Where a node that was opened serving serves. */
  public String url() {
    return server.orElseThrow().url();
  }

  private Server listen() {
    HttpConfig http = process.config().http();
    return process.listen(
        ModuleSettings.server(process.config(), http.host(), http.port()),
        Api.parts(process.access(), process.registry(), process.traces(), this::unready));
  }

  private int serve(Server server) {
    ApiServices services =
        new ApiServices(
            decode.generator(), this::layoutOf, engine.model(), blocks, encoder, storage.blocks());
    server.serve(new Api(ModuleSettings.api(process.config(), decode.autoMode()), services));
    return process.closers().add(server).port();
  }

  private PromptLayout layoutOf(String tenant) {
    return layout.forCaller(ModuleSettings.scoping(process.config().scopes(), tenant));
  }

  private Optional<String> unready() {
    return storage.unready();
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
    return new BlockCaches(storage.blocks(), decode.cache());
  }

  /** Has missing blocks encoded. */
  public AheadEncoder encoder() {
    return encoder;
  }

  /** Warm-up jobs of this node's cluster, with this encoder. */
  public WarmUps warmUps(AheadEncoder with) {
    return new WarmUps(
        new WarmUps.Parts(storage.grid(), storage.blocks(), storage.tombstones(), passages, with));
  }

  /** How this node makes blocks of passages. */
  public ModelLayout passages() {
    return passages;
  }

  /** To be told of every use of a block. */
  public Touches touches() {
    return storage.touches();
  }

  /** Deletes blocks of the whole cluster. */
  public Deletions deletions() {
    return storage.deletions();
  }

  /** Where this node counts. */
  public MeterRegistry metrics() {
    return process.registry();
  }

  @Override
  public void close() {
    process.closers().close();
  }
}
