package dev.kvasir.decode.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.TokenIds;
import dev.kvasir.block.arrow.ArrowBlockCodec;
import dev.kvasir.decode.AttentionMode;
import dev.kvasir.decode.DecodeOptions;
import dev.kvasir.decode.DecodeWorker;
import dev.kvasir.decode.GenerationRequest;
import dev.kvasir.decode.Generator;
import dev.kvasir.decode.PassMetrics;
import dev.kvasir.decode.Sampling;
import dev.kvasir.engine.batch.BatchLimits;
import dev.kvasir.engine.batch.BatchingEngine;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import dev.kvasir.engine.tokenizer.Tokenizer;
import dev.kvasir.prefill.PrefillOptions;
import dev.kvasir.prefill.PrefillWorker;
import dev.kvasir.prefill.testing.Blocks;
import dev.kvasir.prefill.testing.FakeEngine;
import dev.kvasir.prefill.testing.WaywardStore;
import dev.kvasir.store.BlockStore;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/**
 * A decode worker with a prefill worker, a store that can misbehave, the real codec and a fake
 * engine. Closing it checks that nothing is left in native memory.
 */
public final class Rig implements AutoCloseable {
  public static final CacheableBlock SINK = Blocks.alone(FakeEngine.tokens(1, 12));
  public static final int PASS_TOKENS = 64;
  public static final Duration SHORT = Duration.ofMillis(60);
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Tracer UNTRACED = TracerProvider.noop().get("none");
  private static final Tokenizer TOKENIZER = ByteTokenizer.create();

  public final FakeEngine engine;
  public final ArrowBlockCodec codec = new ArrowBlockCodec();
  public final WaywardStore store = new WaywardStore();
  public final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  public final PrefillWorker prefill;
  public final DecodeWorker decode;

  public Rig() {
    this(FakeEngine.small(), options());
  }

  /** One whose steps are traced. */
  public static Rig traced(Tracer tracer) {
    return new Rig(FakeEngine.small(), patientOptions(), LONG, store -> store, tracer);
  }

  public Rig(FakeEngine engine, DecodeOptions options) {
    this(engine, options, SHORT, store -> store, UNTRACED);
  }

  /** With a store that nothing slows on purpose: a machine's hiccup must not look like one. */
  public static Rig patient(FakeEngine engine) {
    return new Rig(engine, patientOptions(), LONG, store -> store, UNTRACED);
  }

  /** The same, with a store between it and the decode worker. */
  public static Rig patient(FakeEngine engine, UnaryOperator<BlockStore> between) {
    return new Rig(engine, patientOptions(), LONG, between, UNTRACED);
  }

  private static DecodeOptions patientOptions() {
    return new DecodeOptions(64 << 20, LONG, 8, 100, AttentionMode.BLOCK);
  }

  private Rig(
      FakeEngine engine,
      DecodeOptions options,
      Duration storeDeadline,
      UnaryOperator<BlockStore> between,
      Tracer tracer) {
    this.engine = engine;
    BatchingEngine batching =
        new BatchingEngine(
            engine,
            new BatchLimits(PASS_TOKENS, PASS_TOKENS, 1_000, Duration.ofMillis(2)),
            new PassMetrics(registry));
    prefill =
        new PrefillWorker(
            batching,
            codec,
            store,
            new PrefillOptions(
                1_000, 1_024, 4, storeDeadline, storeDeadline, storeDeadline, 64 << 20),
            registry);
    decode =
        new DecodeWorker(
            new DecodeWorker.Parts(
                batching,
                TOKENIZER,
                codec,
                between.apply(store),
                prefill,
                _ -> {},
                registry,
                tracer),
            options);
  }

  public static DecodeOptions options() {
    return new DecodeOptions(64 << 20, SHORT, 8, 100, AttentionMode.BLOCK);
  }

  /** The sink, a passage for each number behind it, and a question. */
  public static SegmentedPrompt prompt(int... passages) {
    List<CacheableBlock> blocks = new ArrayList<>(List.of(SINK));
    Arrays.stream(passages).mapToObj(Rig::passage).forEach(blocks::add);
    return new SegmentedPrompt(blocks, FakeEngine.tokens(77, 15));
  }

  /** A passage of 20 to 50 tokens. */
  public static CacheableBlock passage(int number) {
    return Blocks.behind(SINK, FakeEngine.tokens(1_000 + number, 20 + 7 * number % 30));
  }

  public float[] logits(SegmentedPrompt prompt) {
    return decode.generator().firstLogits(prompt, AttentionMode.BLOCK);
  }

  public RecordedAnswer answer(SegmentedPrompt prompt) {
    return answer(prompt, AttentionMode.BLOCK, Sampling.greedy(8));
  }

  public RecordedAnswer answer(SegmentedPrompt prompt, AttentionMode mode, Sampling sampling) {
    RecordedAnswer answer = new RecordedAnswer();
    start(prompt, mode, sampling, answer);
    return answer;
  }

  public Generator.Handle start(
      SegmentedPrompt prompt, AttentionMode mode, Sampling sampling, RecordedAnswer answer) {
    return decode.generator().generate(new GenerationRequest(prompt, mode, sampling), answer);
  }

  /** Makes the greedy answer to a prompt these bytes, then the end of the turn. */
  public void script(SegmentedPrompt prompt, byte[] answer) {
    int last = prompt.tokens() - 1;
    for (int i = 0; i < answer.length; i++) {
      engine.answer(last + i, Byte.toUnsignedInt(answer[i]));
    }
    engine.answer(last + answer.length, ByteTokenizer.END_OF_TURN);
  }

  /** What a counter says, all its labels together. */
  public double count(String name, String... tags) {
    return registry.find(name).tags(tags).counters().stream().mapToDouble(Counter::count).sum();
  }

  /** Waits until the store has the block in these bytes. */
  public void awaitStored(EncodedBlock block) {
    long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!holds(block)) {
      assertThat(System.nanoTime()).as("block reaches the store in time").isLessThan(until);
      LockSupport.parkNanos(100_000);
    }
  }

  private boolean holds(EncodedBlock block) {
    Optional<EncodedBlock> stored = store.stored(block.key());
    return stored.isPresent()
        && Arrays.deepEquals(
            Blocks.records(stored.get()).toArray(), Blocks.records(block).toArray());
  }

  /** A block that a request has put into the store. */
  public EncodedBlock stored(BlockKey key) {
    return store.stored(key).orElseThrow();
  }

  /** Waits until every block of the prompt is stored. */
  public void awaitStored(SegmentedPrompt prompt) {
    for (CacheableBlock block : prompt.blocks()) {
      awaitStored(prefill.encode(block).join());
    }
  }

  public static TokenIds question(int number) {
    return FakeEngine.tokens(500 + number, 10);
  }

  @Override
  public void close() {
    engine.resume();
    decode.close();
    prefill.close();
    store.close();
    assertThat(engine.openSegments()).as("segments left open").isZero();
    assertThat(codec.allocatedBytes()).as("codec memory left").isZero();
    codec.close();
  }
}
