package dev.kvasir.store.pressure;

import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.ForwardingStore;
import dev.kvasir.store.PutOutcome;
import dev.kvasir.store.StoreException;
import dev.kvasir.store.grid.Subscription;
import dev.kvasir.store.grid.Topic;
import dev.kvasir.store.grid.table.ByteWindow;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A store whose puts wait while any node of the grid is full, so that evictions catch up: at most
 * the window's bytes of puts are under way, in order of arrival, and none starts while a node says
 * that it is full. A put that has waited or run longer than the patience, or that finds more than
 * eight windows before it, fails with a {@link StoreException}: its caller goes on with a block
 * that is not stored. Everything else passes through. Borrows the store behind it. Thread-safe;
 * never blocks where that store does not.
 */
public final class PatientStore extends ForwardingStore {
  private static final int MAX_PENDING_WINDOWS = 8;
  private static final Executor LATER =
      CompletableFuture.delayedExecutor(Pressure.FORGET_MILLIS + 1, TimeUnit.MILLISECONDS);

  private final Settings settings;
  private final ByteWindow window;
  private final FullNodes full;
  private final Subscription hearing;
  private final AtomicLong pendingBytes = new AtomicLong();

  /**
   * How much it bears.
   *
   * @param windowBytes bytes of puts under way at once; each process of the grid adds this much to
   *     what a full node may hold above its budget
   * @param patience how long a put may take, its waiting included
   */
  public record Settings(long windowBytes, Duration patience) {
    public Settings {
      if (windowBytes < 1 || !patience.isPositive()) {
        throw new IllegalArgumentException(
            "window and patience must be positive: windowBytes=%d patience=%s"
                .formatted(windowBytes, patience));
      }
    }
  }

  /** Waits for nodes that say on this topic that they are full. */
  public PatientStore(BlockStore store, Topic pressure, Settings settings) {
    this(store, pressure, settings, System::nanoTime);
  }

  PatientStore(BlockStore store, Topic pressure, Settings settings, LongSupplier nanoClock) {
    super(store);
    this.settings = settings;
    this.full = new FullNodes(nanoClock);
    this.window = new ByteWindow(settings.windowBytes(), () -> !full.any());
    this.hearing = pressure.subscribe(message -> Pressure.parse(message).ifPresent(this::hear));
  }

  private void hear(Pressure pressure) {
    full.hear(pressure);
    if (pressure.full()) {
      LATER.execute(window::wake);
    } else {
      Thread.startVirtualThread(window::wake);
    }
  }

  /** Starts what waits unless a node is still full; happens by itself, in time. */
  void wake() {
    window.wake();
  }

  @Override
  public CompletableFuture<PutOutcome> put(EncodedBlock block, BlockInfo info) {
    long bytes = block.sizeBytes();
    if (pendingBytes.addAndGet(bytes) > MAX_PENDING_WINDOWS * settings.windowBytes() + bytes) {
      pendingBytes.addAndGet(-bytes);
      return CompletableFuture.failedFuture(refused("too many puts wait already", null));
    }
    return window
        .run(bytes, () -> behind().put(block, info))
        .orTimeout(settings.patience().toNanos(), TimeUnit.NANOSECONDS)
        .exceptionallyCompose(failure ->
            CompletableFuture.failedFuture(
                failure instanceof TimeoutException
                    ? refused("no put within " + settings.patience(), failure)
                    : failure))
        .whenComplete((_, _) -> pendingBytes.addAndGet(-bytes));
  }

  private StoreException refused(String what, @Nullable Throwable cause) {
    String why =
        "store=%s: %s; full nodes: [%s]. Write slower or give the nodes more memory."
            .formatted(name(), what, full.names());
    return cause == null ? new StoreException(why) : new StoreException(why, cause);
  }

  /** Stops listening; the store behind belongs to whoever opened it. */
  @Override
  public void close() {
    hearing.close();
  }
}
