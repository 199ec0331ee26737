package dev.kvasir.block;

import java.io.OutputStream;

/** Between a block's rows and its canonical bytes. Thread-safe. */
public interface BlockCodec extends AutoCloseable {

  /**
   * Writes the canonical bytes: the same identity and rows give the same bytes everywhere.
   *
   * @param rows borrowed for the call
   */
  EncodedBlock encode(BlockIdentity identity, KvRows rows);

  /**
   * Reads and checks a header record.
   *
   * @throws DamagedBlockException if it is not the header of {@code expected}
   */
  BlockHeader header(BlockKey expected, byte[] header);

  /**
   * Checks chunk {@code index} and hands its rows to the sink; nothing reaches the sink before all
   * checks passed.
   *
   * @throws DamagedBlockException if the bytes are not that chunk of that block
   */
  void chunk(BlockHeader header, int index, byte[] chunk, KvChunk.Sink sink);

  /**
   * Reads a whole block: its header, then every chunk in order, each handed to the sink once it is
   * checked; so the sink may have seen chunks when a later one turns out to be damaged.
   *
   * @throws DamagedBlockException if the bytes are not that block
   */
  BlockHeader decode(EncodedBlock block, KvChunk.Sink sink);

  /**
   * Writes the block as a plain Arrow IPC stream that any Arrow reader opens; checks every record.
   */
  void export(EncodedBlock block, OutputStream out) throws java.io.IOException;

  /** Native bytes allocated right now; 0 when no call is running. */
  long allocatedBytes();

  @Override
  void close();
}
