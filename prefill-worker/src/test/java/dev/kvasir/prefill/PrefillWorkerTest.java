package dev.kvasir.prefill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.TokenIds;
import dev.kvasir.block.arrow.ArrowBlockCodec;
import dev.kvasir.engine.BlockInstaller;
import dev.kvasir.engine.OverloadedException;
import dev.kvasir.engine.Sequence;
import dev.kvasir.engine.kv.KvSegment;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.prefill.testing.Blocks;
import dev.kvasir.prefill.testing.FakeEngine;
import dev.kvasir.prefill.testing.WaywardStore;
import dev.kvasir.prefill.testing.WaywardStore.Mood;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class PrefillWorkerTest {
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final CacheableBlock PREFIX = Blocks.alone(FakeEngine.tokens(1, 12));

  private final FakeEngine engine = FakeEngine.small();
  private final ArrowBlockCodec codec = new ArrowBlockCodec();
  private final WaywardStore store = new WaywardStore();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final List<PrefillWorker> workers = new ArrayList<>();

  @AfterEach
  void nothingIsLeft() {
    engine.resume();
    workers.forEach(PrefillWorker::close);
    store.close();
    assertThat(engine.openSegments()).isZero();
    assertThat(codec.allocatedBytes()).isZero();
    codec.close();
  }

  @Test
  void encode_oneBlock_returnsItsCanonicalBytesAndStoresThem() {
    CacheableBlock block = Blocks.alone(FakeEngine.tokens(2, 40));
    PrefillWorker worker = worker();
    EncodedBlock encoded = worker.encode(block).join();
    worker.close();
    assertSame(encoded, directly(block));
    assertSame(store.stored(block.key()).orElseThrow(), encoded);
    assertThat(registry.get("kvasir.encode").timer().count()).isEqualTo(1);
    assertThat(registry.get("kvasir.encoded.tokens").counter().count()).isEqualTo(40);
  }

  @Test
  void encode_64RequestsOfOneKey_encodesOnce() {
    CacheableBlock block = Blocks.alone(FakeEngine.tokens(2, 40));
    PrefillWorker worker = worker();
    engine.pause();
    List<CompletableFuture<EncodedBlock>> waiting = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      waiting.add(worker.encode(block));
    }
    engine.resume();
    EncodedBlock first = waiting.getFirst().join();
    assertThat(waiting).allSatisfy(future -> assertThat(future.join()).isSameAs(first));
    assertThat(engine.computedTokens()).isEqualTo(40);
    assertThat(registry.get("kvasir.encode.coalesced").counter().count()).isEqualTo(63);
  }

  @Test
  void encode_oneWaiterCancels_othersGetTheBlock() {
    CacheableBlock block = Blocks.alone(FakeEngine.tokens(2, 40));
    PrefillWorker worker = worker();
    engine.pause();
    CompletableFuture<EncodedBlock> impatient = worker.encode(block);
    CompletableFuture<EncodedBlock> patient = worker.encode(block);
    assertThat(impatient.cancel(true)).isTrue();
    engine.resume();
    assertSame(patient.join(), directly(block));
  }

  @Test
  void encode_manyPassages_runTogetherAndGiveTheBytesOfAloneOnes() {
    PrefillWorker worker = worker();
    engine.pause();
    List<CacheableBlock> passages = passages(30, 50);
    List<CompletableFuture<EncodedBlock>> waiting = passages.stream().map(worker::encode).toList();
    engine.resume();
    for (int i = 0; i < passages.size(); i++) {
      assertSame(waiting.get(i).join(), directly(passages.get(i)));
    }
    assertThat(engine.batchSizes()).contains(20).allMatch(size -> size <= 20);
  }

  @Test
  void encode_prefixAskedForAsWell_computesItOnce() {
    PrefillWorker worker = worker();
    List<CompletableFuture<EncodedBlock>> waiting = new ArrayList<>();
    passages(5, 20).forEach(passage -> waiting.add(worker.encode(passage)));
    waiting.add(worker.encode(PREFIX));
    waiting.forEach(CompletableFuture::join);
    assertThat(engine.computedTokens()).isEqualTo(5 * 20 + 12);
  }

  @Test
  void encode_manyPrefixesThroughASmallCache_bytesStayTheSame() {
    PrefillOptions few = new PrefillOptions(1_000, 1_024, 2, SHORT, SHORT, 1 << 20);
    PrefillWorker worker = worker(few);
    List<CacheableBlock> blocks = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      for (int prefix = 0; prefix < 5; prefix++) {
        blocks.add(
            Blocks.behind(
                Blocks.alone(FakeEngine.tokens(100 + prefix, 10)),
                FakeEngine.tokens(50 + 5 * round + prefix, 20)));
      }
    }
    List<CompletableFuture<EncodedBlock>> waiting = blocks.stream().map(worker::encode).toList();
    for (int i = 0; i < blocks.size(); i++) {
      assertSame(waiting.get(i).join(), directly(blocks.get(i)));
    }
  }

  @Test
  void encode_blockLongerThanABatch_runsAlone() {
    CacheableBlock block = Blocks.behind(PREFIX, FakeEngine.tokens(3, 3_000));
    assertSame(worker().encode(block).join(), directly(block));
  }

  @Test
  void encode_blockInStore_isNotEncodedAgain() {
    CacheableBlock block = Blocks.behind(PREFIX, FakeEngine.tokens(2, 40));
    store.put(directly(block)).join();
    long before = engine.computedTokens();
    assertSame(worker().encode(block).join(), directly(block));
    assertThat(registry.get("kvasir.encode.found").counter().count()).isEqualTo(1);
    assertThat(engine.computedTokens()).isEqualTo(before + 52);
  }

  @Test
  void encode_damagedBlockInStore_replacesIt() {
    CacheableBlock block = Blocks.alone(FakeEngine.tokens(2, 40));
    EncodedBlock good = directly(block);
    store.put(Blocks.flipped(good, 1, 500, 3)).join();
    PrefillWorker worker = worker();
    assertSame(worker.encode(block).join(), good);
    worker.close();
    assertSame(store.stored(block.key()).orElseThrow(), good);
    assertThat(registry.get("kvasir.integrity.failures").counter().count()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(value = Mood.class, names = "GOOD", mode = EnumSource.Mode.EXCLUDE)
  void encode_storeMisbehaves_sameBytes(Mood mood) {
    store.turn(mood);
    PrefillWorker worker = worker();
    for (CacheableBlock passage : passages(3, 30)) {
      assertSame(worker.encode(passage).join(), directly(passage));
    }
    worker.close();
    boolean refusesPuts =
        switch (mood) {
          case FAILS, THROWS, SILENT, STUCK -> true;
          case GOOD, EMPTY, GARBAGE, NULL, FORGETFUL -> false;
        };
    assertThat(registry.find("kvasir.store.failures").tag("operation", "put").counter())
        .matches(counter -> refusesPuts == (counter != null));
  }

  @Test
  void encode_tooManyBytesUnstored_givesUpStoringThem() {
    PrefillOptions tight =
        new PrefillOptions(1_000, 1_024, 4, SHORT, Duration.ofSeconds(30), 1_000);
    PrefillWorker worker = worker(tight);
    CacheableBlock block = Blocks.alone(FakeEngine.tokens(2, 40));
    assertSame(worker.encode(block).join(), directly(block));
    worker.close();
    assertThat(store.stored(block.key())).isEmpty();
  }

  @Test
  void encode_queueFull_saysSo() {
    PrefillWorker worker = worker(new PrefillOptions(4, 1_024, 4, SHORT, SHORT, 1 << 20));
    engine.pause();
    List<CompletableFuture<EncodedBlock>> waiting = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      waiting.add(worker.encode(Blocks.alone(FakeEngine.tokens(i, 30))));
    }
    CompletableFuture<EncodedBlock> refused = worker.encode(Blocks.alone(FakeEngine.tokens(9, 30)));
    assertThatThrownBy(refused::join).hasCauseInstanceOf(OverloadedException.class);
    CompletableFuture<EncodedBlock> joined = worker.encode(Blocks.alone(FakeEngine.tokens(2, 30)));
    engine.resume();
    waiting.forEach(CompletableFuture::join);
    assertThat(joined.join()).isNotNull();
  }

  @Test
  void encode_oneBlockCannotBeEncoded_othersOfItsBatchCan() {
    PrefillWorker worker = worker();
    engine.pause();
    CompletableFuture<EncodedBlock> bad =
        worker.encode(Blocks.behind(PREFIX, TokenIds.of(1, FakeEngine.POISON, 2)));
    List<CacheableBlock> passages = passages(5, 20);
    List<CompletableFuture<EncodedBlock>> good = passages.stream().map(worker::encode).toList();
    engine.resume();
    assertThatThrownBy(bad::join).hasRootCauseMessage("poison");
    for (int i = 0; i < passages.size(); i++) {
      assertSame(good.get(i).join(), directly(passages.get(i)));
    }
  }

  @Test
  void encode_prefixCannotBeEncoded_failsAndTheNextOneIsTriedAnew() {
    CacheableBlock poisoned = Blocks.alone(TokenIds.of(FakeEngine.POISON));
    PrefillWorker worker = worker();
    for (int i = 0; i < 3; i++) {
      CacheableBlock block = Blocks.behind(poisoned, FakeEngine.tokens(i, 20));
      assertThatThrownBy(worker.encode(block)::join).hasRootCauseMessage("poison");
    }
    assertThat(worker.encode(PREFIX).join()).isNotNull();
  }

  @Test
  void close_blocksWaiting_failsThem() throws Exception {
    PrefillWorker worker = worker();
    worker.encode(Blocks.behind(PREFIX, FakeEngine.tokens(9, 5))).join();
    engine.pause();
    List<CompletableFuture<EncodedBlock>> waiting =
        passages(40, 50).stream().map(worker::encode).toList();
    Thread closing = Thread.startVirtualThread(worker::close);
    assertThat(CompletableFuture.anyOf(waiting.toArray(CompletableFuture[]::new)))
        .failsWithin(30, TimeUnit.SECONDS)
        .withThrowableThat()
        .withMessageContaining("closed");
    engine.resume();
    closing.join();
    assertThat(waiting).allMatch(CompletableFuture::isDone);
    assertThatThrownBy(worker.encode(PREFIX)::join).hasMessageContaining("closed");
  }

  private static List<CacheableBlock> passages(int count, int tokens) {
    List<CacheableBlock> passages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      passages.add(Blocks.behind(PREFIX, FakeEngine.tokens(10 + i, tokens)));
    }
    return passages;
  }

  private PrefillWorker worker() {
    return worker(new PrefillOptions(1_000, 1_024, 4, SHORT, SHORT, 1 << 20));
  }

  private PrefillWorker worker(PrefillOptions options) {
    PrefillWorker worker = new PrefillWorker(engine, codec, store, options, registry);
    workers.add(worker);
    return worker;
  }

  /** The block computed by hand, without any worker. */
  private EncodedBlock directly(CacheableBlock block) {
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

  private static void assertSame(EncodedBlock actual, EncodedBlock expected) {
    assertThat(actual.key()).isEqualTo(expected.key());
    assertThat(Blocks.records(actual)).containsExactlyElementsOf(Blocks.records(expected));
  }
}
