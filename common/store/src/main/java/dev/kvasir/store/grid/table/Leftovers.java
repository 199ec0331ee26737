package dev.kvasir.store.grid.table;

import dev.kvasir.store.grid.LocalBlocks.Swept;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Finds writes that are amiss among the blocks of which this node is the first owner: records that
 * no entry names, since their writer died before it wrote the entry or their remover after it took
 * the entry; and entries that lack records, since the grid's own eviction took some. A put under
 * way looks the same for a moment, so only what two sweeps have found goes. Remembers in between
 * nothing but what is amiss. Thread-safe; blocks.
 */
public final class Leftovers {
  private final Parts parts;
  private final BlockTables tables;
  private final GridCalls calls;
  private final Duration deadline;
  private final LongSupplier nanoClock;

  /** What the last sweep found, and when it was found first. */
  private Map<Write, Long> known = new HashMap<>();

  /** What lies on this node, by partitions; names and entries only. */
  public interface Parts {
    /** The partitions of which this node is the first owner now. */
    IntStream owned();

    /** Names the records of a partition. */
    void records(int partition, Consumer<RecordName> visitor);

    /** Names the blocks of a partition. */
    void entries(int partition, BiConsumer<String, BlockEntry> visitor);
  }

  private record Write(String block, long number) {}

  /** How many records of a write lie here, and how many it may have at least. */
  private record Records(int count, int upTo) {
    Records and(Records other) {
      return new Records(count + other.count, Math.max(upTo, other.upTo));
    }
  }

  /**
   * Looks through these parts.
   *
   * @param deadline of each removal
   */
  public Leftovers(Parts parts, BlockTables tables, GridCalls calls, Duration deadline) {
    this(parts, tables, calls, deadline, System::nanoTime);
  }

  Leftovers(
      Parts parts, BlockTables tables, GridCalls calls, Duration deadline, LongSupplier nanoClock) {
    this.parts = parts;
    this.tables = tables;
    this.calls = calls;
    this.deadline = deadline;
    this.nanoClock = nanoClock;
  }

  /** Drops what was amiss the grace ago and still is. */
  public synchronized Swept sweep(Duration grace) {
    Sweep sweep = new Sweep(grace, nanoClock.getAsLong());
    parts.owned().forEach(sweep::look);
    known = sweep.amiss;
    return new Swept(sweep.halfBlocks, sweep.records);
  }

  private final class Sweep {
    private final Duration grace;
    private final long now;
    private final Map<Write, Long> amiss = new HashMap<>();
    private int halfBlocks;
    private int records;

    Sweep(Duration grace, long now) {
      this.grace = grace;
      this.now = now;
    }

    /** Records first: what an entry names that is written meanwhile is there already. */
    void look(int partition) {
      Map<Write, Records> unnamed = new HashMap<>();
      parts.records(
          partition,
          name ->
              unnamed.merge(
                  new Write(name.block(), name.write()),
                  new Records(1, name.index() + 1),
                  Records::and));
      Map<Write, BlockEntry> half = new HashMap<>();
      parts.entries(
          partition,
          (block, entry) -> {
            Write write = new Write(block, entry.write());
            Records there = unnamed.remove(write);
            if (there == null || there.count() < entry.records()) {
              half.put(write, entry);
            }
          });
      unnamed.forEach((write, found) -> judge(write, () -> dropRecords(write, found)));
      half.forEach((write, entry) -> judge(write, () -> dropBlock(write, entry)));
    }

    private void judge(Write write, Runnable drop) {
      Long since = known.get(write);
      if (since != null && now - since >= grace.toNanos()) {
        drop.run();
      } else {
        amiss.put(write, since == null ? now : since);
      }
    }

    /** Looks once more at the block's entry, wherever its owner is by now. */
    private void dropRecords(Write write, Records found) {
      Optional<BlockEntry> entry =
          calls.join(
              calls.answer(
                  "sweep",
                  tables
                      .entries(Set.of(write.block()))
                      .getOrDefault(
                          write.block(), CompletableFuture.completedFuture(Optional.empty())),
                  deadline));
      if (entry.filter(there -> there.write() == write.number()).isEmpty()) {
        remove(write, found.upTo());
        records += found.count();
      }
    }

    private void dropBlock(Write write, BlockEntry entry) {
      boolean gone =
          calls.join(calls.answer("sweep", tables.removeEntry(write.block(), entry), deadline));
      if (gone) {
        remove(write, entry.records());
        halfBlocks++;
      }
    }

    private void remove(Write write, int count) {
      calls.join(
          calls.answer(
              "sweep", tables.removeRecords(write.block(), write.number(), count), deadline));
    }
  }
}
