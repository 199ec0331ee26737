package dev.kvasir.store;

import static dev.kvasir.store.Blocks.block;
import static dev.kvasir.store.Blocks.info;
import static dev.kvasir.store.Blocks.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.memory.MemoryBlockStore;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BreakerStoreTest {
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final MemoryBlockStore blocks = new MemoryBlockStore();
  private final Freezing behind = new Freezing();
  private final BreakerStore store = new BreakerStore(behind, SHORT, SHORT);

  @AfterEach
  void close() {
    store.close();
    blocks.close();
  }

  @Test
  void call_storeAnswers_isPassedOn() {
    store.put(block(1, 2, 10), info()).join();
    assertThat(read()).succeedsWithin(PATIENCE).matches(Optional::isPresent);
    assertThat(store.answers()).isTrue();
  }

  @Test
  void call_storeSilent_isAskedNoMoreUntilATrialSucceeds() {
    store.put(block(1, 2, 10), info()).join();
    behind.frozen = true;
    for (int i = 0; i < 4; i++) {
      assertThat(store.generation()).failsWithin(PATIENCE);
    }
    assertThat(store.answers()).isFalse();
    assertThat(store.generation()).isCompletedExceptionally();
    assertThat(read()).isCompletedExceptionally();
    behind.frozen = false;
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!store.answers()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.onSpinWait();
    }
    assertThat(store.generation()).succeedsWithin(PATIENCE);
  }

  /** Answers nothing while it is frozen. */
  private final class Freezing implements BlockStore {
    private volatile boolean frozen;

    @Override
    public CompletableFuture<Long> generation() {
      return answer(CompletableFuture.completedFuture(7L));
    }

    @Override
    public CompletableFuture<PutOutcome> put(EncodedBlock block, BlockInfo info) {
      return answer(blocks.put(block, info));
    }

    @Override
    public Map<BlockKey, CompletableFuture<Optional<ReadBlock>>> read(Collection<BlockKey> keys) {
      Map<BlockKey, CompletableFuture<Optional<ReadBlock>>> answers = new HashMap<>();
      blocks.read(keys).forEach((key, answer) -> answers.put(key, answer(answer)));
      return answers;
    }

    @Override
    public CompletableFuture<Map<BlockKey, StoredBlock>> describe(Collection<BlockKey> keys) {
      return answer(blocks.describe(keys));
    }

    @Override
    public CompletableFuture<Boolean> replace(BlockKey key, BlockInfo expected, BlockInfo next) {
      return answer(blocks.replace(key, expected, next));
    }

    @Override
    public CompletableFuture<Boolean> remove(BlockKey key) {
      return answer(blocks.remove(key));
    }

    @Override
    public BlockPage list(@Nullable BlockKey after, int limit) {
      return blocks.list(after, limit);
    }

    @Override
    public void scan(Consumer<StoredBlock> visitor) {
      blocks.scan(visitor);
    }

    @Override
    public StoreStats stats() {
      return blocks.stats();
    }

    @Override
    public String name() {
      return "freezing";
    }

    @Override
    public void close() {}

    private <T> CompletableFuture<T> answer(CompletableFuture<T> good) {
      return frozen ? new CompletableFuture<>() : good;
    }
  }

  private CompletableFuture<Optional<EncodedBlock>> read() {
    return Objects.requireNonNull(store.get(List.of(key(1))).get(key(1)));
  }
}
