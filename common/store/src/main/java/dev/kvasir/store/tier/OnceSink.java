package dev.kvasir.store.tier;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.RecordSink;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Hands each record on once, also where a block is read again from its first record on; records are
 * the same bytes every time. Borrows the sink. Thread-safe.
 */
final class OnceSink implements RecordSink {
  private final RecordSink sink;
  private final Map<BlockKey, Integer> handedOn = new ConcurrentHashMap<>();

  OnceSink(RecordSink sink) {
    this.sink = sink;
  }

  @Override
  public boolean wants(BlockKey key) {
    return sink.wants(key);
  }

  @Override
  public void accept(BlockKey key, int index, byte[] record) {
    if (index == handedOn.getOrDefault(key, 0)) {
      handedOn.put(key, index + 1);
      sink.accept(key, index, record);
    }
  }
}
