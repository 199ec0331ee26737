package dev.kvasir.store;

import static dev.kvasir.store.Blocks.block;
import static dev.kvasir.store.Blocks.info;
import static dev.kvasir.store.Blocks.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.memory.MemoryBlockStore;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class DeadlineStoreTest {
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofSeconds(30);

  @Test
  void anyCall_storeWorks_passesThrough() {
    EncodedBlock stored = block(1, 2, 10);
    DeadlineStore store = new DeadlineStore(new MemoryBlockStore(), LONG);

    store.put(stored, info()).join();

    assertThat(only(store.get(List.of(key(1), key(1)))).join()).contains(stored);
    RecordedRecords records = new RecordedRecords();
    assertThat(only(store.pull(List.of(key(1)), records)).join())
        .map(StoredBlock::bytes)
        .contains(stored.sizeBytes());
    assertThat(records.of(key(1))).isEqualTo(RecordedRecords.records(stored));
    assertThat(store.contains(List.of(key(1), key(2))).join()).containsExactly(key(1));
    assertThat(store.remove(key(1)).join()).isTrue();
  }

  @Test
  void anyCall_storeNeverCompletes_failsWithTimeout() {
    DeadlineStore store = new DeadlineStore(answering(DeadlineStoreTest::never), SHORT);

    assertTimesOut(store.put(block(1, 2, 10), info()));
    assertTimesOut(only(store.get(List.of(key(1)))));
    assertTimesOut(only(store.pull(List.of(key(1)), new RecordedRecords())));
    assertTimesOut(store.contains(List.of(key(1))));
    assertTimesOut(store.remove(key(1)));
  }

  @Test
  void anyCall_storeBlocksItsCaller_failsWithTimeout() {
    CountDownLatch held = new CountDownLatch(1);
    DeadlineStore store = new DeadlineStore(answering(method -> held(held, method)), SHORT);

    assertTimesOut(store.put(block(1, 2, 10), info()));
    assertTimesOut(only(store.get(List.of(key(1)))));
    held.countDown();
  }

  @Test
  void anyCall_storeThrows_failsWithStoreException() {
    DeadlineStore store = new DeadlineStore(answering(DeadlineStoreTest::refuse), LONG);

    assertFails(store.put(block(1, 2, 10), info()), "put failed");
    assertFails(only(store.get(List.of(key(1)))), "read failed");
    assertFails(only(store.pull(List.of(key(1)), new RecordedRecords())), "pull failed");
    assertFails(store.contains(List.of(key(1))), "describe failed");
    assertFails(store.remove(key(1)), "remove failed");
  }

  @Test
  void get_storeLeavesAKeyOut_thatKeyFails() {
    DeadlineStore store = new DeadlineStore(answering(_ -> Map.of()), LONG);

    assertFails(only(store.get(List.of(key(1)))), "left a key out");
  }

  /** A store whose every call but its name does this. */
  private static BlockStore answering(Function<Method, Object> answer) {
    return (BlockStore)
        Proxy.newProxyInstance(
            BlockStore.class.getClassLoader(),
            new Class<?>[] {BlockStore.class},
            (_, method, _) -> method.getName().equals("name") ? "odd" : answer.apply(method));
  }

  private static Object never(Method method) {
    CompletableFuture<?> silence = new CompletableFuture<>();
    return method.getReturnType() == Map.class ? Map.of(key(1), silence) : silence;
  }

  private static Object held(CountDownLatch latch, Method method) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return never(method);
  }

  private static Object refuse(Method method) {
    throw new IllegalStateException(method.getName() + " does not work");
  }

  private static <T> CompletableFuture<T> only(Map<BlockKey, CompletableFuture<T>> answers) {
    assertThat(answers).containsOnlyKeys(key(1));
    return answers.values().iterator().next();
  }

  private static void assertTimesOut(CompletableFuture<?> answer) {
    assertThatThrownBy(answer::join)
        .hasCauseInstanceOf(StoreException.class)
        .hasRootCauseInstanceOf(TimeoutException.class);
  }

  private static void assertFails(CompletableFuture<?> answer, String message) {
    assertThatThrownBy(answer::join)
        .hasCauseInstanceOf(StoreException.class)
        .hasMessageContaining(message);
  }
}
