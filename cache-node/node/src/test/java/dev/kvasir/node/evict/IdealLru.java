package dev.kvasir.node.evict;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Whole blocks, by bytes, the least recently used goes: what a cache without delay would do. */
final class IdealLru {
  private final long maxBytes;
  private final Map<Integer, Long> kept = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;
  private long reads;
  private long hits;

  IdealLru(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** A reader wants the block and stores it if it is not there. */
  synchronized void read(int block, long size) {
    reads++;
    if (kept.containsKey(block)) {
      hits++;
    }
    write(block, size);
  }

  synchronized void write(int block, long size) {
    Long before = kept.put(block, size);
    bytes += before == null ? size : 0;
    Iterator<Map.Entry<Integer, Long>> oldest = kept.entrySet().iterator();
    while (bytes > maxBytes) {
      bytes -= oldest.next().getValue();
      oldest.remove();
    }
  }

  synchronized double hitRate() {
    return reads == 0 ? 0 : (double) hits / reads;
  }
}
