package dev.kvasir.block;

import java.util.List;

/**
 * A block in its canonical bytes, as a store keeps it: every record lies in its own checked
 * envelope. The arrays are shared, never modified.
 *
 * @param header the header record (Arrow schema message with the block's metadata)
 * @param chunks the chunk records, in order
 */
public record EncodedBlock(BlockKey key, byte[] header, List<byte[]> chunks) {
  public EncodedBlock {
    chunks = List.copyOf(chunks);
  }

  /** Bytes of all records. */
  public long sizeBytes() {
    return header.length + chunks.stream().mapToLong(chunk -> chunk.length).sum();
  }
}
