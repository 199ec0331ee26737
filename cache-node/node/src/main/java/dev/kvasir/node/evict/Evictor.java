package dev.kvasir.node.evict;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.kvasir.block.BlockKey;
import dev.kvasir.store.event.BlockEvents;
import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.LocalBlocks;
import dev.kvasir.store.grid.Subscription;
import dev.kvasir.store.pin.Pins;
import dev.kvasir.store.pressure.Pressure;
import dev.kvasir.store.touch.TouchMessage;
import dev.kvasir.store.touch.Touches;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what a node owns within its budget: it follows which blocks lie here and which are used,
 * lets W-TinyLFU choose what goes, and removes whole blocks from the grid's memory. Pinned blocks
 * stay. When removals fall behind, it tells the writers to wait. Once a minute it drops what dead
 * writers left. Every data node has one; each block is decided on by its owner alone. Borrows the
 * grid; close it before the grid. Thread-safe.
 */
public final class Evictor implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Evictor.class);
  private static final int VISIT_EVERY_TICKS = 600;

  private final Ledger ledger;
  private final Removals removals;
  private final Inventory inventory;
  private final LocalBlocks local;
  private final EvictorSettings settings;
  private final PinBoard pinBoard;
  private final PressureSignal pressure;
  private final EvictionMetrics metrics;
  private final ScheduledExecutorService worker = thread("kvasir-evictor");
  private final ScheduledExecutorService reader = thread("kvasir-evictor-reader");
  private final List<Subscription> subscriptions;
  private long ticks;

  /** What tells the time. */
  record Clocks(InstantSource clock, Ticker ticker) {}

  private Evictor(Grid grid, EvictorSettings settings, MeterRegistry registry, Clocks clocks) {
    this.settings = settings;
    local =
        grid.local()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "this node holds no blocks by its role; start no evictor on it"));
    Pins pins = new Pins(grid.map(Pins.MAP), clocks.clock());
    metrics = new EvictionMetrics(registry, this::state, clocks.ticker());
    ledger = new Ledger(settings, clocks.ticker(), metrics::chosen);
    removals =
        new Removals(
            new Removals.Parts(
                ledger,
                grid.blocks(),
                pins,
                metrics,
                new BlockEvents(grid),
                this::run,
                this::settle),
            settings.removalsUnderWay());
    inventory = new Inventory(ledger, local, grid.blocks(), this::read);
    pinBoard = new PinBoard(ledger, pins, clocks.clock());
    pressure = new PressureSignal(grid.self().id(), grid.topic(Pressure.TOPIC), settings);
    subscriptions =
        List.of(
            local.watch(new Events()),
            pins.watch(pinBoard),
            grid.topic(Touches.TOPIC).subscribe(this::touched));
  }

  /**
   * Starts on a node that holds blocks; those that it holds already are taken over.
   *
   * @throws IllegalArgumentException if it holds none by its role
   */
  public static Evictor start(Grid grid, EvictorSettings settings, MeterRegistry registry) {
    return start(
        grid, settings, registry, new Clocks(InstantSource.system(), Ticker.systemTicker()));
  }

  static Evictor start(Grid grid, EvictorSettings settings, MeterRegistry registry, Clocks clocks) {
    Evictor evictor = new Evictor(grid, settings, registry, clocks);
    evictor.pinBoard.interrupted();
    evictor.inventory.call();
    var _ =
        evictor.worker.scheduleWithFixedDelay(
            evictor::tick, Pressure.REPEAT_MILLIS, Pressure.REPEAT_MILLIS, TimeUnit.MILLISECONDS);
    log.info(
        "evictor on node={} started: budget={} MiB copies={} idle-time={}",
        grid.self().id(),
        settings.budgetBytes() >> 20,
        settings.copies(),
        settings.idleTime().map(Object::toString).orElse("none"));
    return evictor;
  }

  /** What the node owns now. */
  public EvictorState state() {
    return ledger.state();
  }

  /** Whether writers have to wait for this node. */
  public boolean isFull() {
    return pressure.isFull();
  }

  /** Stops evicting; the blocks stay. Removals under way go on. */
  @Override
  public void close() {
    subscriptions.forEach(Subscription::close);
    worker.shutdownNow();
    reader.shutdownNow();
  }

  private void held(BlockKey key, long bytes) {
    metrics.arrived(key);
    ledger.keep(key, bytes);
    settle();
  }

  private void settle() {
    EvictorState state = ledger.state();
    pressure.update(state.residentBytes());
    if (state.leavingBytes() > 0) {
      removals.call();
    }
  }

  private void touched(String message) {
    TouchMessage.parse(message).ifPresentOrElse(this::touched, metrics::touchRefused);
  }

  private void touched(List<BlockKey> keys) {
    ledger.touch(keys);
    metrics.touched(keys.size());
  }

  void tick() {
    try {
      pinBoard.expire();
      ledger.expire();
      removals.retry();
      settle();
      pressure.repeat();
      if (++ticks % VISIT_EVERY_TICKS == 0) {
        pinBoard.interrupted();
        inventory.call();
        read(this::sweep);
      }
    } catch (RuntimeException e) {
      log.warn("evictor: {}; it goes on", e.getMessage());
    }
  }

  private void sweep() {
    try {
      LocalBlocks.Swept swept = local.sweep(settings.grace());
      metrics.swept(swept);
      if (!swept.equals(LocalBlocks.Swept.NOTHING)) {
        log.info(
            "evictor: {} half blocks and {} records of no block were left and are gone",
            swept.halfBlocks(),
            swept.records());
      }
    } catch (RuntimeException e) {
      log.warn("evictor: what is left of dead writers stays for now: {}", e.getMessage());
    }
  }

  private void run(Runnable task) {
    execute(worker, task);
  }

  private void read(Runnable task) {
    execute(reader, task);
  }

  private static void execute(Executor thread, Runnable task) {
    try {
      thread.execute(task);
    } catch (RejectedExecutionException closed) {
      log.debug("evictor: closed, nothing more is evicted");
    }
  }

  private static ScheduledExecutorService thread(String name) {
    return Executors.newSingleThreadScheduledExecutor(
        Thread.ofPlatform().daemon().name(name).factory());
  }

  private final class Events implements LocalBlocks.Watcher {
    @Override
    public void held(LocalBlocks.Held held) {
      if (held.owned()) {
        Evictor.this.held(held.block().key(), held.block().bytes());
      } else {
        gone(held.block().key());
      }
    }

    @Override
    public void gone(BlockKey key) {
      ledger.forget(key);
      settle();
    }

    @Override
    public void moved() {
      inventory.call();
    }
  }
}
