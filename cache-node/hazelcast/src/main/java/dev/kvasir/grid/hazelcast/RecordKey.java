package dev.kvasir.grid.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.partition.PartitionAware;
import dev.kvasir.store.grid.table.RecordName;
import java.io.IOException;
import java.util.Objects;

/**
 * Where a record lies in the grid: in the partition of its block's entry. Mutable only while
 * Hazelcast reads it.
 */
final class RecordKey implements PartitionAware<String>, IdentifiedDataSerializable {
  static final int FACTORY = 1;
  static final int CLASS = 1;

  private String block;
  private long write;
  private int index;

  /** For Hazelcast, which fills it in. */
  RecordKey() {
    this("", 0, 0);
  }

  RecordKey(String block, long write, int index) {
    this.block = block;
    this.write = write;
    this.index = index;
  }

  RecordKey(RecordName name) {
    this(name.block(), name.write(), name.index());
  }

  RecordName name() {
    return new RecordName(block, write, index);
  }

  @Override
  public String getPartitionKey() {
    return block;
  }

  @Override
  public int getFactoryId() {
    return FACTORY;
  }

  @Override
  public int getClassId() {
    return CLASS;
  }

  @Override
  public void writeData(ObjectDataOutput out) throws IOException {
    out.writeString(block);
    out.writeLong(write);
    out.writeInt(index);
  }

  @Override
  public void readData(ObjectDataInput in) throws IOException {
    block = Objects.requireNonNull(in.readString(), "block");
    write = in.readLong();
    index = in.readInt();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RecordKey key && name().equals(key.name());
  }

  @Override
  public int hashCode() {
    return name().hashCode();
  }

  @Override
  public String toString() {
    return name().toString();
  }
}
