package dev.kvasir.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.block.Scope;
import dev.kvasir.block.TokenIds;
import dev.kvasir.decode.LocalBlockCache.Acquisition;
import dev.kvasir.decode.LocalBlockCache.Load;
import dev.kvasir.decode.PromptReport.Source;
import dev.kvasir.engine.kv.KvSegment;
import dev.kvasir.engine.kv.NativeKvSegment;
import dev.kvasir.engine.kv.SharedSegment;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.prefill.testing.Blocks;
import dev.kvasir.prefill.testing.FakeEngine;
import dev.kvasir.store.delete.Selector;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class LocalBlockCacheTest {
  /** Makes blocks of 6 KiB, so that weights are exact. */
  private static final int TOKENS = 32;

  private final FakeEngine engine = FakeEngine.small();
  private final long blockBytes = sizeOfOne();
  private final LocalBlockCache cache = new LocalBlockCache(4 * blockBytes);

  @AfterEach
  void nothingIsLeft() {
    cache.close();
    assertThat(engine.openSegments()).isZero();
    assertThat(cache.stats().bytes()).isZero();
  }

  @Test
  void acquire_unknownThenLoaded_hitsTheSecondTime() {
    Acquisition first = cache.acquire(block(1));
    first.load().orElseThrow().complete(segment(1), Source.GRID, 99);
    try (BlockLease miss = first.lease().join();
        BlockLease hit = cache.acquire(block(1)).lease().join()) {
      assertThat(miss.source()).isEqualTo(Source.GRID);
      assertThat(hit.source()).isEqualTo(Source.LOCAL);
      assertThat(hit.storedBytes()).isEqualTo(99);
      assertThat(hit.segment()).isSameAs(miss.segment());
    }
    assertThat(cache.stats()).isEqualTo(new CacheStats(1, blockBytes, 1, 1, 0));
  }

  @Test
  void acquire_whileLoading_joinsThatLoad() {
    List<Acquisition> joined = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      joined.add(cache.acquire(block(1)));
    }
    assertThat(joined).filteredOn(acquisition -> acquisition.load().isPresent()).hasSize(1);
    Load load = joined.getFirst().load().orElseThrow();
    load.complete(segment(1), Source.ENCODED, 1);
    assertThat(joined).allMatch(acquisition -> acquisition.lease().isDone());
    cache.clear();
    assertThat(engine.openSegments()).isOne();
    joined.forEach(acquisition -> acquisition.lease().join().close());
    assertThat(engine.openSegments()).isZero();
  }

  @Test
  void fail_loadThatOthersWaitFor_tellsThemAndAllowsAnother() {
    Acquisition first = cache.acquire(block(1));
    Acquisition joined = cache.acquire(block(1));
    first.load().orElseThrow().fail(new IllegalStateException("no"));
    assertThatThrownBy(joined.lease()::join).hasRootCauseMessage("no");
    assertThat(first.lease()).isCompletedExceptionally();
    assertThat(cache.acquire(block(1)).load()).isPresent();
  }

  @Test
  void complete_waiterGone_itsLeaseIsClosedByItsContinuation() {
    Acquisition gone = cache.acquire(block(1));
    var _ = gone.lease().thenAccept(BlockLease::close);
    gone.load().orElseThrow().complete(segment(1), Source.GRID, 1);
    cache.clear();
    assertThat(engine.openSegments()).isZero();
  }

  @Test
  void clear_blockInUse_isFreedByItsLastLease() {
    BlockLease lease = load(1);
    cache.clear();
    assertThat(engine.openSegments()).isOne();
    assertThat(marker(lease)).isEqualTo(1);
    lease.close();
    lease.close();
    assertThat(engine.openSegments()).isZero();
  }

  @Test
  void complete_moreThanTheBound_evictsDownToIt() {
    for (int i = 0; i < 100; i++) {
      load(i).close();
      assertThat(cache.stats().bytes()).isLessThanOrEqualTo(4 * blockBytes);
    }
    assertThat(cache.stats().evictions()).isEqualTo(96);
    assertThat(engine.openSegments()).isEqualTo(4);
  }

  @Test
  void complete_blockLargerThanTheBound_isUsableAndNotKept() {
    try (LocalBlockCache tiny = new LocalBlockCache(blockBytes - 1)) {
      Acquisition acquisition = tiny.acquire(block(1));
      acquisition.load().orElseThrow().complete(segment(1), Source.ENCODED, 1);
      try (BlockLease lease = acquisition.lease().join()) {
        assertThat(marker(lease)).isEqualTo(1);
        assertThat(tiny.stats().blocks()).isZero();
      }
      assertThat(tiny.acquire(block(1)).load()).isPresent();
    }
    assertThat(engine.openSegments()).isZero();
  }

  @Test
  void complete_afterClose_isUsableAndNotKept() {
    Acquisition late = cache.acquire(block(1));
    cache.close();
    late.load().orElseThrow().complete(segment(1), Source.ENCODED, 1);
    late.lease().join().close();
    assertThat(engine.openSegments()).isZero();
  }

  static List<Selector> deletions() {
    Scope scope = Scope.parse(block(1).identity().scope());
    return List.of(
        new Selector.Key(block(1).key()),
        new Selector.Model(block(1).identity().modelFingerprint()),
        new Selector.Everything(scope),
        new Selector.Document(scope, "any"),
        new Selector.Collection(scope, "any"));
  }

  @ParameterizedTest
  @MethodSource("deletions")
  void drop_keptAndLoadingBlock_areForgotten(Selector deletion) {
    load(1).close();
    cache.drop(deletion, 1);
    Acquisition again = cache.acquire(block(1));
    Load load = again.load().orElseThrow();
    cache.drop(deletion, 2);
    load.complete(segment(1), Source.GRID, 1);
    try (BlockLease lease = again.lease().join()) {
      assertThat(marker(lease)).isEqualTo(1);
    }
    assertThat(cache.stats().blocks()).isZero();
    assertThat(engine.openSegments()).isZero();
  }

  @Test
  void drop_othersDeletion_changesNothing() {
    load(1).close();
    Scope other = new Scope.Tenant("other");
    cache.drop(new Selector.Key(block(2).key()), 1);
    cache.drop(new Selector.Model("another"), 1);
    cache.drop(new Selector.Everything(other), 1);
    cache.drop(new Selector.Document(other, "any"), 1);
    assertThat(cache.stats().blocks()).isOne();
  }

  @Test
  void acquire_manyThreadsOnASmallCache_neverReadAFreedOrWrongBlock() throws Exception {
    try (var threads = Executors.newFixedThreadPool(8)) {
      List<Future<?>> done = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        done.add(threads.submit(this::hammer));
      }
      for (Future<?> future : done) {
        future.get();
      }
    }
    assertThat(cache.stats().evictions()).isPositive();
    assertThat(engine.openSegments()).isLessThanOrEqualTo(4);
  }

  private record Held(int number, BlockLease lease) {}

  private void hammer() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    List<Held> held = new ArrayList<>();
    for (int i = 0; i < 4_000; i++) {
      int number = random.nextInt(12);
      held.add(new Held(number, load(number)));
      Held any = held.get(random.nextInt(held.size()));
      assertThat(marker(any.lease())).isEqualTo(any.number());
      if (held.size() > 5) {
        held.remove(any);
        any.lease().close();
      }
    }
    held.forEach(each -> each.lease().close());
  }

  /** A lease of block {@code number}, loaded if it has to be. */
  private BlockLease load(int number) {
    Acquisition acquisition = cache.acquire(block(number));
    Optional<Load> load = acquisition.load();
    load.ifPresent(duty -> duty.complete(segment(number), Source.GRID, 1));
    CompletableFuture<BlockLease> lease = acquisition.lease();
    return lease.join();
  }

  /** A segment that says its number. */
  private SharedSegment segment(int number) {
    NativeKvSegment segment = (NativeKvSegment) engine.newSegment(TOKENS);
    segment.keys().set(ValueLayout.JAVA_INT, 0, number);
    segment.installed(TOKENS);
    return new SharedSegment(segment);
  }

  private static int marker(BlockLease lease) {
    return ((NativeKvSegment) lease.segment()).keys().get(ValueLayout.JAVA_INT, 0);
  }

  private long sizeOfOne() {
    try (KvSegment segment = engine.newSegment(TOKENS)) {
      return segment.bytes();
    }
  }

  private static CacheableBlock block(int number) {
    return Blocks.alone(TokenIds.of(number + 1));
  }
}
