package dev.kvasir.grid.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.StoreException;
import dev.kvasir.store.grid.LocalBlocks;
import dev.kvasir.store.grid.Subscription;
import dev.kvasir.store.grid.table.BlockEntry;
import dev.kvasir.store.grid.table.GridCalls;
import dev.kvasir.store.grid.table.Leftovers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The blocks on this member: those in partitions that it holds by its own table of partitions.
 * Thread-safe.
 *
 * <p>What asks another member: {@link #visit}, for the entries (some hundred bytes each) of
 * partitions of which this member is only a backup, since Hazelcast lists entries at their first
 * owner only; and {@link #read}, for a record whose copy here is missing, as it is while partitions
 * move. All other records are read from the copy that lies here ({@code readBackupData}).
 *
 * <p>What a full heap share evicts of records is not told: {@link #read} finds them missing.
 */
final class HazelcastLocalBlocks implements LocalBlocks {
  private static final Duration VISIT_DEADLINE = Duration.ofMinutes(2);

  private final IMap<String, BlockEntry> entries;
  private final IMap<RecordKey, byte[]> records;
  private final HazelcastInstance member;
  private final HazelcastSettings settings;
  private final GridCalls calls;
  private final Replicas replicas;
  private final HazelcastParts parts;
  private final Leftovers leftovers;

  /** Borrows a member that holds data. */
  HazelcastLocalBlocks(HazelcastInstance member, HazelcastSettings settings, GridCalls calls) {
    this.entries = member.getMap(HazelcastTables.ENTRIES);
    this.records = member.getMap(HazelcastTables.RECORDS);
    this.member = member;
    this.settings = settings;
    this.calls = calls;
    this.replicas = Replicas.of(member, settings.backups());
    this.parts = new HazelcastParts(member, replicas);
    this.leftovers =
        new Leftovers(
            parts, new HazelcastTables(() -> member, calls), calls, settings.writeDeadline());
  }

  @Override
  public void visit(Consumer<Held> visitor) {
    answer(
        "visit of the blocks here",
        VISIT_DEADLINE,
        () -> {
          replicas.now().all().stream()
              .forEach(partition ->
                  parts.entries(partition, (id, entry) -> visitor.accept(held(id, entry))));
          return true;
        });
  }

  HazelcastParts parts() {
    return parts;
  }

  Held held(String id, BlockEntry entry) {
    return new Held(entry.describe(id), replicas.owns(id));
  }

  @Override
  public boolean owns(BlockKey key) {
    return replicas.owns(key.hex());
  }

  @Override
  public Optional<EncodedBlock> read(BlockKey key) {
    return answer("read of a block here", settings.readDeadline(), () -> readHere(key));
  }

  private Optional<EncodedBlock> readHere(BlockKey key) {
    String id = key.hex();
    return replicas.holds(id)
        ? Optional.ofNullable(entries.get(id)).flatMap(entry -> records(key, id, entry))
        : Optional.empty();
  }

  private Optional<EncodedBlock> records(BlockKey key, String id, BlockEntry entry) {
    List<byte[]> found =
        IntStream.range(0, entry.records())
            .mapToObj(index -> records.get(new RecordKey(entry.record(id, index))))
            .flatMap(Stream::ofNullable)
            .toList();
    return found.size() < entry.records()
        ? Optional.empty()
        : Optional.of(new EncodedBlock(key, found.getFirst(), found.subList(1, found.size())));
  }

  @Override
  public Swept sweep(Duration grace) {
    return answer("sweep of the blocks here", VISIT_DEADLINE, () -> leftovers.sweep(grace));
  }

  @Override
  public Subscription watch(Watcher watcher) {
    LocalWatch watch = new LocalWatch(member, this, replicas, watcher);
    try {
      return calls.join(
          calls.answer("watch of the blocks here", watch.begin(), settings.writeDeadline()));
    } catch (StoreException e) {
      watch.close();
      throw e;
    }
  }

  private <T> T answer(String what, Duration deadline, Supplier<T> work) {
    return calls.join(calls.answer(what, calls.run(work), deadline));
  }
}
