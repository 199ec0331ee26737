package dev.kvasir.engine;

import dev.kvasir.block.DamagedBlockException;
import dev.kvasir.engine.kv.KvSegment;

/**
 * A block that is installed chunk by chunk. Layers that are complete may be read while others are
 * still written. One writer at a time.
 */
public final class BlockInstallation {
  private final KvSegment segment;
  private final BlockRecords records;

  BlockInstallation(KvSegment segment, BlockRecords records) {
    this.segment = segment;
    this.records = records;
  }

  /** Where it is installed; the caller of {@link BlockInstaller#start} owns it. */
  public KvSegment segment() {
    return segment;
  }

  /** Tokens that the block has. */
  public int tokens() {
    return records.header().tokens();
  }

  /** Layers that are complete, from the first one on. */
  public int layers() {
    return records.layers();
  }

  /**
   * Checks and installs the next chunk record.
   *
   * @throws DamagedBlockException if it is not that chunk of the block
   */
  public void accept(byte[] chunk) {
    records.accept(chunk);
  }

  /**
   * Declares that all chunks have come.
   *
   * @throws DamagedBlockException if they have not
   */
  public void finish() {
    records.end();
    segment.installed(tokens());
  }
}
