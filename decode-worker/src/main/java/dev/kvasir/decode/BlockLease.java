package dev.kvasir.decode;

import dev.kvasir.block.BlockKey;
import dev.kvasir.decode.PromptReport.Source;
import dev.kvasir.engine.kv.KvSegment;
import dev.kvasir.engine.kv.SharedSegment;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The right to read one installed block: its memory stays until the lease is closed, whatever the
 * cache evicts meanwhile. Thread-safe.
 */
public final class BlockLease implements AutoCloseable {
  private final BlockKey key;
  private final SharedSegment shared;
  private final Source source;
  private final long storedBytes;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Takes over one owner's share of the segment. */
  BlockLease(BlockKey key, SharedSegment shared, Source source, long storedBytes) {
    this.key = key;
    this.shared = shared;
    this.source = source;
    this.storedBytes = storedBytes;
  }

  public BlockKey key() {
    return key;
  }

  /** The block's KV; valid until this lease is closed. */
  public KvSegment segment() {
    return shared.segment();
  }

  /** The block's memory, for who wants a share of his own. */
  SharedSegment shared() {
    return shared;
  }

  /** Where the block came from for this lease. */
  public Source source() {
    return source;
  }

  /** Size of the canonical bytes it was installed from. */
  public long storedBytes() {
    return storedBytes;
  }

  /** Gives the block back; idempotent. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      shared.release();
    }
  }
}
