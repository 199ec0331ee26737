package dev.kvasir.store;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A sink that keeps what it is given and refuses what comes out of order. */
public final class RecordedRecords implements RecordSink {
  private final Map<BlockKey, List<byte[]>> records = new ConcurrentHashMap<>();
  private final int most;

  /** Wants every record. */
  public RecordedRecords() {
    this(Integer.MAX_VALUE);
  }

  /** Wants no more of a block once it has that many records. */
  public RecordedRecords(int most) {
    this.most = most;
  }

  @Override
  public boolean wants(BlockKey key) {
    return of(key).size() < most;
  }

  @Override
  public void accept(BlockKey key, int index, byte[] record) {
    List<byte[]> before = of(key);
    if (index != before.size()) {
      throw new IllegalStateException("record %d after %d".formatted(index, before.size()));
    }
    List<byte[]> now = new ArrayList<>(before);
    now.add(record);
    records.put(key, now);
  }

  /** Records of a block so far, the header first. */
  public List<byte[]> of(BlockKey key) {
    return records.getOrDefault(key, List.of());
  }

  /** The block's records, as they lie in a store. */
  public static List<byte[]> records(EncodedBlock block) {
    List<byte[]> all = new ArrayList<>(List.of(block.header()));
    all.addAll(block.chunks());
    return all;
  }
}
