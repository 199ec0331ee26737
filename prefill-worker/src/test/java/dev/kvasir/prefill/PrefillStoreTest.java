package dev.kvasir.prefill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.DocumentRef;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.prefill.testing.Blocks;
import dev.kvasir.prefill.testing.FakeEngine;
import dev.kvasir.prefill.testing.WaywardStore.Mood;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class PrefillStoreTest extends PrefillFixture {
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
  void encode_blockInStore_isNotEncodedAgain() {
    CacheableBlock block = Blocks.behind(PREFIX, FakeEngine.tokens(2, 40));
    store.put(directly(block), Blocks.info()).join();
    long before = engine.computedTokens();
    assertSame(worker().encode(block).join(), directly(block));
    assertThat(registry.get("kvasir.encode.found").counter().count()).isEqualTo(1);
    assertThat(engine.computedTokens()).isEqualTo(before + 52);
  }

  @Test
  void encode_blockInStoreOfAnotherDocument_isNamedByBoth() {
    CacheableBlock one = named("one");
    CacheableBlock two = named("two");
    PrefillWorker first = worker();
    first.encode(one).join();
    first.close();
    PrefillWorker second = worker();
    second.encode(two).join();
    second.close();
    assertThat(store.blocks().describe(List.of(one.key())).join().values())
        .extracting(block -> block.info().documents())
        .containsExactly(
            Stream.of(one, two)
                .flatMap(block -> block.documents().stream())
                .collect(Collectors.toSet()));
    assertThat(registry.get("kvasir.encode.found").counter().count()).isEqualTo(1);
  }

  private static CacheableBlock named(String document) {
    CacheableBlock block = Blocks.alone(FakeEngine.tokens(2, 40));
    return new CacheableBlock(
        block.identity(),
        Optional.empty(),
        Set.of(new DocumentRef(Optional.empty(), Optional.of(document))));
  }

  @Test
  void encode_damagedBlockInStore_replacesIt() {
    CacheableBlock block = Blocks.alone(FakeEngine.tokens(2, 40));
    EncodedBlock good = directly(block);
    store.put(Blocks.flipped(good, 1, 500, 3), Blocks.info()).join();
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
          case FAILS, THROWS, SILENT, HELD, STUCK -> true;
          case GOOD, EMPTY, GARBAGE, NULL, FORGETFUL -> false;
        };
    assertThat(registry.find("kvasir.store.failures").tag("operation", "put").counter())
        .matches(counter -> refusesPuts == (counter != null));
  }

  @Test
  void encode_threeLookupsLate_waitsForNoMore() {
    store.turn(Mood.SILENT);
    PrefillWorker worker = worker();
    for (CacheableBlock passage : passages(6, 30)) {
      assertSame(worker.encode(passage).join(), directly(passage));
    }
    assertThat(registry.get("kvasir.store.failures").tag("operation", "get").counter().count())
        .isEqualTo(3);
  }

  @Test
  void encode_tooManyBytesUnstored_givesUpStoringThem() {
    PrefillOptions tight =
        new PrefillOptions(1_000, 1_024, 4, SHORT, SHORT, Duration.ofSeconds(30), 1_000);
    PrefillWorker worker = worker(tight);
    CacheableBlock block = Blocks.alone(FakeEngine.tokens(2, 40));
    assertSame(worker.encode(block).join(), directly(block));
    worker.close();
    assertThat(store.stored(block.key())).isEmpty();
  }
}
