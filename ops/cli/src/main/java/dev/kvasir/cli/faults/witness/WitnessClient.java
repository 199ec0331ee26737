package dev.kvasir.cli.faults.witness;

import dev.kvasir.block.BlockKey;
import dev.kvasir.prefill.lease.EncodeLeases;
import dev.kvasir.prefill.lease.GridLeases;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.PutOutcome;
import dev.kvasir.store.StoreException;
import dev.kvasir.store.delete.Deletions;
import dev.kvasir.store.delete.GuardedStore;
import dev.kvasir.store.delete.Selector;
import dev.kvasir.store.delete.Tombstones;
import dev.kvasir.store.grid.Grid;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** One client of the witness: a thread that does one thing after the other. Borrows the grid. */
final class WitnessClient implements AutoCloseable {
  private static final int PERCENT = 100;
  private static final int READS = 60;
  private static final int WRITES = 25;
  private static final int LEASES = 12;
  private static final int CONFIRMATIONS = 3;
  private static final Duration BETWEEN = Duration.ofMillis(25);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration LEASE = Duration.ofSeconds(6);
  private static final Duration TOMBSTONE = Duration.ofHours(2);
  private static final Duration RECEIPT = Duration.ofMillis(200);

  private final String name;
  private final MarkedBlocks blocks;
  private final BlockStore store;
  private final Deletions deletions;
  private final GridLeases leases;
  private final Random random;
  private final Consumer<Operation> history;
  private final Thread thread;
  private volatile boolean stopped;

  WitnessClient(Grid grid, MarkedBlocks blocks, long seed, Consumer<Operation> history) {
    this.name = grid.self().id();
    this.blocks = blocks;
    this.history = history;
    random = new Random(seed);
    Tombstones tombstones = new Tombstones(grid.map(Tombstones.MAP), TOMBSTONE);
    store = new GuardedStore(grid.blocks(), tombstones);
    deletions = new Deletions(grid, grid.blocks(), tombstones, RECEIPT);
    leases = new GridLeases(grid, LEASE);
    thread = Thread.ofPlatform().daemon().name("kvasir-witness").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!stopped) {
        act(random.nextInt(Witness.BLOCKS), random.nextInt(PERCENT));
        Thread.sleep(BETWEEN);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void act(int block, int dice) throws InterruptedException {
    if (dice < READS) {
      read(block);
    } else if (dice < READS + WRITES) {
      write(block);
    } else if (dice < READS + WRITES + LEASES) {
      lease(block);
    } else {
      delete(block);
    }
  }

  /** A read that fails has seen nothing and says nothing. */
  private void read(int block) throws InterruptedException {
    BlockKey key = MarkedBlocks.key(block);
    long began = System.nanoTime();
    try {
      int value =
          await(Objects.requireNonNull(store.get(List.of(key)).get(key)))
              .map(blocks::value)
              .orElse(Operation.Read.NOTHING);
      history.accept(new Operation.Read(block, value, began, System.nanoTime()));
    } catch (StoreException _) {
      return;
    }
  }

  private void write(int block) throws InterruptedException {
    MarkedBlocks.Marked marked = blocks.fresh(block);
    long generation;
    try {
      generation = await(store.generation());
    } catch (StoreException _) {
      return;
    }
    BlockInfo info =
        new BlockInfo(Witness.MODEL, Witness.SCOPE, generation, Set.of(), Instant.now());
    long began = System.nanoTime();
    boolean stored = false;
    long ended = Long.MAX_VALUE;
    try {
      stored = await(store.put(marked.block(), info)) == PutOutcome.STORED;
      ended = System.nanoTime();
    } catch (StoreException _) {
      stored = false;
    }
    history.accept(new Operation.Write(block, marked.value(), stored, began, ended));
  }

  private void delete(int block) {
    long began = System.nanoTime();
    boolean done = false;
    long ended = Long.MAX_VALUE;
    try {
      deletions.delete(new Selector.Key(MarkedBlocks.key(block)));
      done = true;
      ended = System.nanoTime();
    } catch (StoreException | CompletionException _) {
      done = false;
    }
    history.accept(new Operation.Delete(block, done, began, ended));
  }

  private void lease(int block) throws InterruptedException {
    try {
      EncodeLeases.Answer answer = await(leases.acquire(MarkedBlocks.key(block)));
      if (answer instanceof EncodeLeases.Lease lease) {
        hold(block, lease);
      }
    } catch (StoreException _) {
      return;
    }
  }

  /** Until a confirmation says that it is lost, or a few times. */
  private void hold(int block, EncodeLeases.Lease lease) throws InterruptedException {
    long granted = System.nanoTime();
    long held = granted;
    try {
      for (int i = 0; i < CONFIRMATIONS; i++) {
        Thread.sleep(BETWEEN);
        long asked = System.nanoTime();
        if (!await(lease.confirm())) {
          break;
        }
        held = asked;
      }
    } finally {
      lease.release();
      history.accept(new Operation.Lease(block, name, granted, held));
    }
  }

  private static <T> T await(CompletableFuture<T> answer) throws InterruptedException {
    try {
      return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new StoreException("no answer", e);
    }
  }

  @Override
  public void close() {
    stopped = true;
    try {
      thread.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    leases.close();
  }
}
