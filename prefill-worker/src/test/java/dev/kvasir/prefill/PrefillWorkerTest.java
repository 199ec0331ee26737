package dev.kvasir.prefill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.OverloadedException;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.prefill.testing.Blocks;
import dev.kvasir.prefill.testing.FakeEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PrefillWorkerTest extends PrefillFixture {
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
    PrefillOptions few = new PrefillOptions(1_000, 1_024, 2, SHORT, SHORT, SHORT, 1 << 20);
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
  void encode_queueFull_saysSo() {
    PrefillWorker worker = worker(new PrefillOptions(4, 1_024, 4, SHORT, SHORT, SHORT, 1 << 20));
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
}
