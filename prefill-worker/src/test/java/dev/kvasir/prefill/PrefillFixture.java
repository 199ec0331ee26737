package dev.kvasir.prefill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.arrow.ArrowBlockCodec;
import dev.kvasir.engine.BlockInstaller;
import dev.kvasir.engine.Sequence;
import dev.kvasir.engine.kv.KvSegment;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.prefill.testing.Blocks;
import dev.kvasir.prefill.testing.FakeEngine;
import dev.kvasir.prefill.testing.WaywardStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** A fake engine, a store that can misbehave, and what is to be true after each test. */
abstract class PrefillFixture {
  static final Duration SHORT = Duration.ofMillis(50);
  static final CacheableBlock PREFIX = Blocks.alone(FakeEngine.tokens(1, 12));

  final FakeEngine engine = FakeEngine.small();
  final ArrowBlockCodec codec = new ArrowBlockCodec();
  final WaywardStore store = new WaywardStore();
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final List<PrefillWorker> workers = new ArrayList<>();

  @AfterEach
  void nothingIsLeft() {
    engine.resume();
    workers.forEach(PrefillWorker::close);
    store.close();
    assertThat(engine.openSegments()).isZero();
    assertThat(codec.allocatedBytes()).isZero();
    codec.close();
  }

  static List<CacheableBlock> passages(int count, int tokens) {
    List<CacheableBlock> passages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      passages.add(Blocks.behind(PREFIX, FakeEngine.tokens(10 + i, tokens)));
    }
    return passages;
  }

  PrefillWorker worker() {
    return worker(new PrefillOptions(1_000, 1_024, 4, SHORT, SHORT, SHORT, 1 << 20));
  }

  PrefillWorker worker(PrefillOptions options) {
    PrefillWorker worker = new PrefillWorker(engine, codec, store, options, registry);
    workers.add(worker);
    return worker;
  }

  /** The block computed by hand, without any worker. */
  EncodedBlock directly(CacheableBlock block) {
    List<Sequence.Placed> context = new ArrayList<>();
    int start = block.prefix().map(prefix -> prefix.tokens().size()).orElse(0);
    try (Arena arena = Arena.ofConfined();
        KvSegment own = engine.newSegment(block.tokens().size())) {
      block
          .prefix()
          .map(p -> new BlockInstaller(engine, codec).install(p.identity(), directly(p)))
          .ifPresent(prefix -> context.add(new Sequence.Placed(prefix, 0)));
      engine.forward(List.of(new Sequence(block.tokens(), context, own, start, false)));
      return codec.encode(block.identity(), own.rows(arena));
    } finally {
      context.forEach(placed -> placed.segment().close());
    }
  }

  static void assertSame(EncodedBlock actual, EncodedBlock expected) {
    assertThat(actual.key()).isEqualTo(expected.key());
    assertThat(Blocks.records(actual)).containsExactlyElementsOf(Blocks.records(expected));
  }
}
