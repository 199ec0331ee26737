package dev.kvasir.grid.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.query.Predicates;
import dev.kvasir.store.grid.table.BlockEntry;
import dev.kvasir.store.grid.table.Leftovers;
import dev.kvasir.store.grid.table.RecordName;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** The partitions of the grid, asked for at their first owners, wherever those are. Thread-safe. */
final class HazelcastParts implements Leftovers.Parts {
  private final IMap<String, BlockEntry> entries;
  private final IMap<RecordKey, byte[]> records;
  private final Replicas replicas;
  private final PartitionKeys keys;

  HazelcastParts(HazelcastInstance member, Replicas replicas) {
    this.entries = member.getMap(HazelcastTables.ENTRIES);
    this.records = member.getMap(HazelcastTables.RECORDS);
    this.replicas = replicas;
    this.keys = PartitionKeys.of(replicas);
  }

  @Override
  public IntStream owned() {
    return replicas.now().owned().stream();
  }

  @Override
  public void records(int partition, Consumer<RecordName> visitor) {
    records
        .keySet(
            Predicates.<RecordKey, byte[]>partitionPredicate(
                keys.in(partition), Predicates.alwaysTrue()))
        .forEach(key -> visitor.accept(key.name()));
  }

  @Override
  public void entries(int partition, BiConsumer<String, BlockEntry> visitor) {
    entries
        .entrySet(
            Predicates.<String, BlockEntry>partitionPredicate(
                keys.in(partition), Predicates.alwaysTrue()))
        .forEach(entry -> visitor.accept(entry.getKey(), entry.getValue()));
  }
}
