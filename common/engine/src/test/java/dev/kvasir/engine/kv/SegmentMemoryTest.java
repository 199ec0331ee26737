package dev.kvasir.engine.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.block.ElementType;
import dev.kvasir.block.KvGeometry;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SegmentMemoryTest {
  /** 4 KiB a token, so 16 tokens are the smallest that is kept. */
  private static final KvGeometry GEOMETRY = new KvGeometry(16, 2, 32);

  private static final long TOKEN_BYTES = 4_096;
  private static final int TOKENS = 32;

  private final SegmentMemory memory = new SegmentMemory(100 * TOKEN_BYTES);

  @AfterEach
  void nothingIsLeft() {
    memory.close();
    assertThat(memory.leasedBytes()).isZero();
    assertThat(memory.idleBytes()).isZero();
  }

  @Test
  void lease_afterAClose_isTheSameMemoryAndTheOldViewIsDead() {
    NativeKvSegment first = segment(TOKENS);
    MemorySegment old = first.keys();
    first.close();
    assertThat(memory.idleBytes()).isEqualTo(TOKENS * TOKEN_BYTES);
    try (NativeKvSegment second = segment(TOKENS)) {
      assertThat(second.keys().address()).isEqualTo(old.address());
      assertThat(second.tokens()).isZero();
      assertThat(memory.idleBytes()).isZero();
      assertThatThrownBy(() -> old.get(ValueLayout.JAVA_BYTE, 0))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void lease_somewhatLargerIdle_isUsedAndCountedWhole() {
    segment(TOKENS).close();
    try (NativeKvSegment smaller = segment(TOKENS - 2)) {
      assertThat(smaller.bytes()).isEqualTo(TOKENS * TOKEN_BYTES);
      assertThat(memory.leasedBytes()).isEqualTo(TOKENS * TOKEN_BYTES);
      assertThat(smaller.keys().byteSize()).isEqualTo((TOKENS - 2) * TOKEN_BYTES / 2);
    }
  }

  @Test
  void lease_idleMuchLargerOrTooSmall_isFresh() {
    segment(TOKENS).close();
    try (NativeKvSegment small = segment(TOKENS / 2);
        NativeKvSegment large = segment(TOKENS + 1)) {
      assertThat(small.bytes()).isEqualTo(TOKENS / 2 * TOKEN_BYTES);
      assertThat(large.bytes()).isEqualTo((TOKENS + 1) * TOKEN_BYTES);
      assertThat(memory.idleBytes()).isEqualTo(TOKENS * TOKEN_BYTES);
    }
  }

  @Test
  void close_overTheBound_freesTheOldest() {
    NativeKvSegment oldest = segment(40);
    NativeKvSegment middle = segment(TOKENS);
    NativeKvSegment newest = segment(50);
    oldest.close();
    middle.close();
    assertThat(memory.idleBytes()).isEqualTo((40 + TOKENS) * TOKEN_BYTES);
    newest.close();
    assertThat(memory.idleBytes()).isEqualTo((TOKENS + 50) * TOKEN_BYTES);
  }

  @Test
  void close_largerThanTheBoundOrSmall_keepsNothing() {
    segment(101).close();
    segment(1).close();
    assertThat(memory.idleBytes()).isZero();
  }

  @Test
  void close_withASegmentOpen_thatOneIsFreedByItsOwner() {
    NativeKvSegment open = segment(TOKENS);
    memory.close();
    open.keys().set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
    assertThat(memory.leasedBytes()).isEqualTo(TOKENS * TOKEN_BYTES);
    open.close();
    open.close();
  }

  @Test
  void lease_byManyThreads_nobodySharesMemory() throws InterruptedException {
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      var runs =
          threads.invokeAll(
              IntStream.range(0, 4)
                  .mapToObj(mark -> Executors.callable(() -> markAndCheck((byte) mark)))
                  .toList());
      assertThat(runs).allSatisfy(run -> assertThat(run.resultNow()).isNull());
    }
    assertThat(memory.idleBytes()).isBetween(1L, 100 * TOKEN_BYTES);
  }

  private void markAndCheck(byte mark) {
    Random random = new Random(mark);
    for (int i = 0; i < 200; i++) {
      try (NativeKvSegment own = segment(16 + random.nextInt(17))) {
        own.keys().fill(mark);
        own.values().fill(mark);
        assertThat(own.keys().toArray(ValueLayout.JAVA_BYTE)).containsOnly(mark);
        assertThat(own.values().toArray(ValueLayout.JAVA_BYTE)).containsOnly(mark);
      }
    }
  }

  private NativeKvSegment segment(int tokens) {
    return new NativeKvSegment(GEOMETRY, ElementType.FLOAT16, tokens, memory);
  }
}
