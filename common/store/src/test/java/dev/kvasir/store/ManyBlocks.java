package dev.kvasir.store;

import static dev.kvasir.store.Blocks.block;
import static dev.kvasir.store.Blocks.info;
import static dev.kvasir.store.Blocks.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** The blocks 0 to {@code count}, of three chunks each. */
public final class ManyBlocks {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int CHUNKS = 3;
  private static final int CHUNK_BYTES = 50_000;

  private ManyBlocks() {}

  public static void putAll(BlockStore store, int count) {
    List<CompletableFuture<PutOutcome>> puts =
        IntStream.range(0, count)
            .mapToObj(i -> store.put(block(i, CHUNKS, CHUNK_BYTES), info()))
            .toList();
    puts.forEach(put -> assertThat(put).succeedsWithin(PATIENCE));
  }

  public static void assertHasAll(BlockStore store, int count) {
    Collection<BlockKey> keys = IntStream.range(0, count).mapToObj(Blocks::key).toList();
    Map<BlockKey, CompletableFuture<Optional<EncodedBlock>>> answers = store.get(keys);
    for (int i = 0; i < count; i++) {
      EncodedBlock expected = block(i, CHUNKS, CHUNK_BYTES);
      CompletableFuture<Optional<EncodedBlock>> answer = answers.get(expected.key());
      assertThat(answer).isNotNull().succeedsWithin(PATIENCE);
      assertThat(answer)
          .isCompletedWithValueMatching(
              found -> found.filter(block -> same(block, expected)).isPresent());
    }
  }

  public static CompletableFuture<Optional<EncodedBlock>> read(BlockStore store, int number) {
    BlockKey key = key(number);
    return store.get(List.of(key)).getOrDefault(key, new CompletableFuture<>());
  }

  /** The call fails with a {@link StoreException}, and does not hang. */
  public static void assertFails(CompletableFuture<?> future) {
    assertThat(future)
        .failsWithin(PATIENCE)
        .withThrowableOfType(Exception.class)
        .withCauseInstanceOf(StoreException.class);
  }

  private static boolean same(EncodedBlock a, EncodedBlock b) {
    return Arrays.equals(a.header(), b.header())
        && IntStream.range(0, b.chunks().size())
            .allMatch(i -> Arrays.equals(a.chunks().get(i), b.chunks().get(i)));
  }
}
