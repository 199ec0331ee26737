package dev.kvasir.grid.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.spi.merge.MergingValue;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import org.jspecify.annotations.Nullable;

/**
 * Merges values that are decimal numbers after a split: the higher one stays, with its time to
 * live. So no side's deletion is undone by the other's older tombstone, and generations never count
 * backwards.
 */
public final class HigherNumberWins
    implements SplitBrainMergePolicy<String, MergingValue<String>, Object> {

  /** For Hazelcast, which makes it by its name. */
  public HigherNumberWins() {}

  @Override
  public Object merge(MergingValue<String> merging, @Nullable MergingValue<String> existing) {
    return existing == null || number(merging) > number(existing)
        ? merging.getRawValue()
        : existing.getRawValue();
  }

  private static long number(MergingValue<String> value) {
    return Long.parseLong(value.getDeserializedValue());
  }

  @Override
  public void writeData(ObjectDataOutput out) {}

  @Override
  public void readData(ObjectDataInput in) {}
}
