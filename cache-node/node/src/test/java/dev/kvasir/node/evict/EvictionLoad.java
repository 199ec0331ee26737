package dev.kvasir.node.evict;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.Blocks;
import dev.kvasir.store.StoreException;
import dev.kvasir.store.touch.Touches;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Eight writers put all blocks one after the other, again and again, while two readers draw blocks
 * from a Zipf distribution (exponent 1) and store what they miss. Two ideal caches see the same
 * operations: one all of them, the other only the readers'.
 */
final class EvictionLoad {
  private static final int WRITERS = 8;
  private static final int READERS = 2;

  private final BlockStore store;
  private final Touches touches;
  private final TestBlocks blocks;
  private final double[] upTo;
  private final int[] byRank;
  private final IdealLru lru;
  private final IdealLru readersLru;
  private final AtomicInteger written = new AtomicInteger();
  private final LongAdder reads = new LongAdder();
  private final LongAdder hits = new LongAdder();
  private final LongAdder halves = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private long end;

  EvictionLoad(BlockStore store, Touches touches, TestBlocks blocks, long budgetBytes) {
    this.store = store;
    this.touches = touches;
    this.blocks = blocks;
    lru = new IdealLru(budgetBytes);
    readersLru = new IdealLru(budgetBytes);
    upTo = new double[blocks.count()];
    byRank = new int[blocks.count()];
    List<Integer> numbers = new ArrayList<>();
    double sum = 0;
    for (int rank = 0; rank < upTo.length; rank++) {
      sum += 1.0 / (rank + 1);
      upTo[rank] = sum;
      numbers.add(rank);
    }
    Collections.shuffle(numbers, new Random(11));
    for (int rank = 0; rank < upTo.length; rank++) {
      byRank[rank] = numbers.get(rank);
    }
  }

  /** Runs for so long, and longer if not all blocks have been written by then. */
  void run(Duration length) throws InterruptedException, ExecutionException {
    end = System.nanoTime() + length.toNanos();
    try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS + READERS)) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        running.add(threads.submit(this::write));
      }
      for (int i = 0; i < READERS; i++) {
        Random random = new Random(i);
        running.add(threads.submit(() -> read(random)));
      }
      for (Future<?> thread : running) {
        thread.get();
      }
    }
  }

  private boolean goesOn() {
    return System.nanoTime() < end || written.get() < blocks.count();
  }

  private void write() {
    while (goesOn()) {
      int number = written.getAndIncrement() % blocks.count();
      lru.write(number, blocks.bytes(number));
      put(number);
    }
  }

  private void put(int number) {
    try {
      store.put(blocks.get(number), Blocks.info()).join();
    } catch (CompletionException e) {
      if (!(e.getCause() instanceof StoreException)) {
        throw e;
      }
      refused.increment();
    }
  }

  private void read(Random random) {
    while (goesOn()) {
      int number = draw(random);
      BlockKey key = blocks.key(number);
      lru.read(number, blocks.bytes(number));
      readersLru.read(number, blocks.bytes(number));
      reads.increment();
      Optional<EncodedBlock> found = store.get(List.of(key)).values().iterator().next().join();
      if (found.isPresent()) {
        hits.increment();
        touches.used(List.of(key));
        if (!blocks.isWhole(number, found.get())) {
          halves.increment();
        }
      } else {
        put(number);
      }
    }
  }

  private int draw(Random random) {
    int at = Arrays.binarySearch(upTo, random.nextDouble() * upTo[upTo.length - 1]);
    return byRank[at < 0 ? -at - 1 : at];
  }

  double hitRate() {
    return (double) hits.sum() / Math.max(1, reads.sum());
  }

  double lruHitRate() {
    return lru.hitRate();
  }

  long halves() {
    return halves.sum();
  }

  long refused() {
    return refused.sum();
  }

  /** The figures in one line. */
  String report() {
    return ("puts=%d reads=%d refused=%d dropped-touches=%d hit-rate=%.3f ideal-lru=%.3f "
            + "ideal-lru-without-writers=%.3f")
        .formatted(
            written.get(),
            reads.sum(),
            refused.sum(),
            touches.dropped(),
            hitRate(),
            lru.hitRate(),
            readersLru.hitRate());
  }
}
