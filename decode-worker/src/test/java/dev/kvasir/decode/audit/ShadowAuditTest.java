package dev.kvasir.decode.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.BlockIdentity;
import dev.kvasir.block.DocumentRef;
import dev.kvasir.block.ElementType;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.KvRows;
import dev.kvasir.block.TokenIds;
import dev.kvasir.block.arrow.ArrowBlockCodec;
import dev.kvasir.decode.AttentionMode;
import dev.kvasir.decode.BlockPath;
import dev.kvasir.decode.DecodeOptions;
import dev.kvasir.decode.DecodeWorker;
import dev.kvasir.decode.GenerationRequest;
import dev.kvasir.decode.Sampling;
import dev.kvasir.decode.testing.ByteTokenizer;
import dev.kvasir.decode.testing.RecordedAnswer;
import dev.kvasir.engine.BlockEncoder;
import dev.kvasir.engine.EngineOptions;
import dev.kvasir.engine.EngineOptions.Backend;
import dev.kvasir.engine.LlamaEngine;
import dev.kvasir.engine.Sequence;
import dev.kvasir.engine.gguf.GgufFile;
import dev.kvasir.engine.kv.NativeKvSegment;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import dev.kvasir.engine.repair.Repair;
import dev.kvasir.engine.testing.TinyModel;
import dev.kvasir.store.memory.MemoryBlockStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.TracerProvider;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real engine with a tiny model, and an encoder that may be slightly wrong. */
class ShadowAuditTest {
  private static final float TWO_PER_CENT = 1.02f;

  private final ArrowBlockCodec codec = new ArrowBlockCodec();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final BlockPath path = BlockPath.open();
  private GgufFile file;
  private LlamaEngine engine;

  @BeforeEach
  void open(@TempDir Path folder) {
    file = GgufFile.open(TinyModel.write(folder));
    engine = LlamaEngine.open(file, new EngineOptions(Backend.VECTOR, 1, ElementType.FLOAT16));
  }

  @AfterEach
  void close() {
    assertThat(engine.segmentBytes()).isZero();
    engine.close();
    file.close();
    codec.close();
  }

  @Test
  void audit_soundBlocks_areEqualAndNothingIsStopped() {
    ask(worker(1, 0.1, OptionalDouble.empty()), 0.1, "news", 60);

    assertThat(count("kvasir.audit.samples", "result", "equal")).isEqualTo(6);
    assertThat(count("kvasir.audit.samples", "result", "different")).isZero();
    assertThat(registry.summary("kvasir.audit.divergence").count()).isEqualTo(6);
    assertThat(path.refusal(List.of(part("news")))).isEmpty();
  }

  @Test
  void audit_oneScaleWrongByTwoPerCent_stopsTheCollectionWithin200Requests() {
    List<BlockPath.Stop> told = new CopyOnWriteArrayList<>();
    path.onStop(told::add);

    ask(worker(TWO_PER_CENT, 0.1, OptionalDouble.empty()), 0.1, "news", 200);

    assertThat(path.refusal()).isEmpty();
    assertThat(path.refusal(List.of(part("sport")))).isEmpty();
    assertThat(path.refusal(List.of(part("news"))))
        .hasValueSatisfying(sentence ->
            assertThat(sentence)
                .startsWith("blocks were stopped for collection news by the audit: first logits"));
    assertThat(count("kvasir.audit.stops")).isEqualTo(1);
    assertThat(told)
        .singleElement()
        .extracting(BlockPath.Stop::part)
        .isEqualTo(Optional.of(part("news")));
  }

  @Test
  void audit_wrongBlocksOfNoCollection_stopTheModel() {
    ask(worker(TWO_PER_CENT, 1, OptionalDouble.empty()), 1, "", 2);

    assertThat(path.refusal())
        .hasValueSatisfying(sentence -> assertThat(sentence).contains("for this model"));
  }

  @Test
  void audit_divergenceAboveTheLimit_stops() {
    ask(worker(1, 1, OptionalDouble.of(1e-9)), 1, "news", 30);

    assertThat(path.stopped()).containsOnlyKeys(part("news"));
    assertThat(path.stopped().get(part("news"))).contains("mean divergence from full attention");
    assertThat(path.refusal(List.of(new BlockPath.Part("tenant:other", Optional.of("news")))))
        .isEmpty();
  }

  @Test
  void audit_divergenceOfNoCollection_stopsItsTenantAlone() {
    ask(worker(1, 1, OptionalDouble.of(1e-9)), 1, "", 30);

    assertThat(path.refusal()).isEmpty();
    assertThat(path.refusal(List.of(part("news")))).isPresent();
    assertThat(path.refusal(List.of(new BlockPath.Part("tenant:other", Optional.empty()))))
        .isEmpty();
  }

  private static BlockPath.Part part(String collection) {
    return new BlockPath.Part("test", Optional.of(collection));
  }

  @Test
  void audit_repairedRequests_areComputedWithTheirRepairAndNotComparedWithFullAttention() {
    try (Audited audited = worker(1, 1, OptionalDouble.of(1e-9))) {
      for (Repair repair : List.of(new Repair.Edge(3), new Repair.Blend(20), Repair.Ape.DEFAULT)) {
        answer(audited.worker(), prompt(1, "news"), repair);
      }
      await(() -> count("kvasir.audit.samples", "result", "equal") == 3);
    }
    assertThat(registry.find("kvasir.audit.divergence").summary()).isNull();
  }

  /** Asks, and waits until all samples of that share have been computed. */
  private void ask(Audited opened, double share, String collection, int requests) {
    try (Audited audited = opened) {
      for (int i = 0; i < requests; i++) {
        answer(audited.worker(), prompt(i % 7, collection), Repair.NONE);
      }
      awaitSamples((int) Math.round(share * requests));
    }
  }

  private void awaitSamples(int samples) {
    await(() ->
        registry.find("kvasir.audit.divergence").summary() != null
            && registry.summary("kvasir.audit.divergence").count() == samples);
  }

  private static void await(BooleanSupplier condition) {
    long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(until);
      LockSupport.parkNanos(100_000);
    }
  }

  private double count(String name, String... tags) {
    return registry.find(name).tags(tags).counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  private void answer(DecodeWorker worker, SegmentedPrompt prompt, Repair repair) {
    RecordedAnswer answer = new RecordedAnswer();
    var _ =
        worker
            .generator()
            .generate(
                new GenerationRequest(prompt, AttentionMode.BLOCK, repair, Sampling.greedy(1)),
                answer);
    answer.completion();
  }

  private Audited worker(float scale, double share, OptionalDouble limit) {
    AuditOptions usual = AuditOptions.of(share);
    AuditOptions options = new AuditOptions(share, limit, usual.window(), 1_000, usual.patience());
    DecodeWorker worker =
        new DecodeWorker(
            new DecodeWorker.Parts(
                engine,
                ByteTokenizer.create(),
                codec,
                new MemoryBlockStore(),
                encoder(scale),
                _ -> {},
                registry,
                TracerProvider.noop().get("none")),
            DecodeOptions.defaults());
    ShadowAudit audit =
        new ShadowAudit(engine, codec, path, options, worker.generator()::busy, registry);
    worker.generator().onServed(audit::offer);
    return new Audited(worker, audit);
  }

  /** A worker and its audit. */
  private record Audited(DecodeWorker worker, ShadowAudit audit) implements AutoCloseable {
    @Override
    public void close() {
      audit.close();
      worker.close();
    }
  }

  /** Multiplies the values of one head in one layer. */
  private BlockEncoder encoder(float scale) {
    return block -> {
      try (NativeKvSegment own = (NativeKvSegment) engine.newSegment(block.tokens().size())) {
        engine.forward(List.of(new Sequence(block.tokens(), List.of(), own, 0, false)));
        float[] row = new float[own.geometry().headDim()];
        for (int token = 0; token < own.tokens(); token++) {
          own.readValues(own.row(1, 0, token), 1, row);
          for (int i = 0; i < row.length; i++) {
            row[i] *= scale;
          }
          own.write(own.values(), own.offset(1, 0, token), row, 0);
        }
        return CompletableFuture.completedFuture(bytes(block, own));
      }
    };
  }

  private EncodedBlock bytes(CacheableBlock block, NativeKvSegment own) {
    try (Arena arena = Arena.ofConfined()) {
      KvRows rows = own.rows(arena);
      return codec.encode(block.identity(), rows);
    }
  }

  private SegmentedPrompt prompt(int number, String collection) {
    List<CacheableBlock> blocks = new ArrayList<>();
    blocks.add(block(100, 8, Set.of()));
    Set<DocumentRef> documents =
        collection.isEmpty()
            ? Set.of()
            : Set.of(new DocumentRef(Optional.of(collection), Optional.empty()));
    blocks.add(block(number, 30, documents));
    return new SegmentedPrompt(blocks, tokens(200 + number, 6));
  }

  private CacheableBlock block(int seed, int size, Set<DocumentRef> documents) {
    BlockIdentity identity =
        new BlockIdentity(
            engine.model().fingerprint(),
            engine.elementType(),
            Optional.empty(),
            "test",
            tokens(seed, size));
    return new CacheableBlock(identity, Optional.empty(), documents);
  }

  private static TokenIds tokens(int seed, int count) {
    return TokenIds.of(new Random(seed).ints(count, 0, TinyModel.VOCABULARY).toArray());
  }
}
