package dev.kvasir.store.grid.table;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.BlockInfoBytes;
import dev.kvasir.store.StoredBlock;

/**
 * What says that a block is stored, and which write's records are its own; written after them,
 * removed before them. Not a Java record: Ignite's marshaller can't read those.
 */
public final class BlockEntry {
  private final int chunks;
  private final long bytes;
  private final byte[] info;
  private final long write;

  /**
   * An entry as a grid gives it back.
   *
   * @param chunks number of chunk records, the header record not counted
   * @param bytes bytes of all records
   * @param info what is known of the block, as {@link BlockInfoBytes} writes it; not copied
   * @param write number of the put that wrote the records; no two puts have the same
   */
  public BlockEntry(int chunks, long bytes, byte[] info, long write) {
    this.chunks = chunks;
    this.bytes = bytes;
    this.info = info;
    this.write = write;
  }

  /** The entry of a new write. */
  static BlockEntry written(int chunks, long bytes, BlockInfo info) {
    return new BlockEntry(chunks, bytes, BlockInfoBytes.of(info), WriteNumbers.next());
  }

  /** The same records with another info. */
  BlockEntry with(BlockInfo next) {
    return new BlockEntry(chunks, bytes, BlockInfoBytes.of(next), write);
  }

  /** The entry as the store's callers see it. */
  public StoredBlock describe(String block) {
    return new StoredBlock(BlockKey.parse(block), chunks, bytes, info());
  }

  BlockInfo info() {
    return BlockInfoBytes.parse(info);
  }

  public int chunks() {
    return chunks;
  }

  public long bytes() {
    return bytes;
  }

  /** The info's bytes; the caller must not change them. */
  public byte[] infoBytes() {
    return info;
  }

  public long write() {
    return write;
  }

  /** Header and chunk records together. */
  public int records() {
    return chunks + 1;
  }

  /** The name of one of the records. */
  public RecordName record(String block, int index) {
    return new RecordName(block, write, index);
  }
}
