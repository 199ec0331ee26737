package dev.kvasir.grid.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.partition.PartitionAware;
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
  private int index;

  /** For Hazelcast, which fills it in. */
  RecordKey() {
    this("", 0);
  }

  /**
   * @param block the block key in hex
   * @param index 0 for the header record, then the chunks
   */
  RecordKey(String block, int index) {
    this.block = block;
    this.index = index;
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
    out.writeInt(index);
  }

  @Override
  public void readData(ObjectDataInput in) throws IOException {
    block = Objects.requireNonNull(in.readString(), "block");
    index = in.readInt();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RecordKey key && block.equals(key.block) && index == key.index;
  }

  @Override
  public int hashCode() {
    return 31 * block.hashCode() + index;
  }

  @Override
  public String toString() {
    return block + "/" + index;
  }
}
