package dev.kvasir.engine;

import dev.kvasir.block.BlockCodec;
import dev.kvasir.block.BlockHeader;
import dev.kvasir.block.DamagedBlockException;
import dev.kvasir.block.KvChunk;

/**
 * Checks a block's chunk records in their order and hands what they hold to a sink. Not
 * thread-safe.
 */
final class BlockRecords {
  private final BlockCodec codec;
  private final BlockHeader header;
  private final KvChunk.Sink sink;
  private int chunks;
  private long rows;

  BlockRecords(BlockCodec codec, BlockHeader header, KvChunk.Sink sink) {
    this.codec = codec;
    this.header = header;
    this.sink = sink;
  }

  BlockHeader header() {
    return header;
  }

  /**
   * Takes the next chunk; nothing of it reaches the sink before it is checked.
   *
   * @throws DamagedBlockException if it is not that chunk
   */
  void accept(byte[] chunk) {
    require(chunks < header.chunks(), "it has too many chunks");
    codec.chunk(header, chunks, chunk, this::handOn);
    chunks++;
  }

  private void handOn(KvChunk chunk) {
    long at = (long) chunk.firstLayer() * header.tokens() + chunk.firstToken();
    require(at == rows, "its chunks are not in order");
    sink.accept(chunk);
    rows += (long) chunk.layers() * chunk.tokens();
  }

  /** Layers of which all is handed on. */
  int layers() {
    return (int) (rows / header.tokens());
  }

  /**
   * Checks that nothing is missing.
   *
   * @throws DamagedBlockException if chunks have not come or do not cover the block
   */
  void end() {
    require(chunks == header.chunks(), "chunks are missing");
    require(rows == (long) header.geometry().layers() * header.tokens(), "its chunks leave gaps");
  }

  private void require(boolean condition, String reason) {
    if (!condition) {
      throw new DamagedBlockException(header.identity().key(), reason);
    }
  }
}
