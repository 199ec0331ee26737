package dev.kvasir.engine;

import dev.kvasir.block.BlockCodec;
import dev.kvasir.block.BlockHeader;
import dev.kvasir.block.BlockIdentity;
import dev.kvasir.block.BlockKey;
import dev.kvasir.block.DamagedBlockException;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.KvChunk;
import dev.kvasir.engine.kv.KvSegment;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Turns canonical bytes into a segment that the engine reads, checking every record on the way: the
 * only door through which a block's KV enters a computation. Thread-safe.
 */
public final class BlockInstaller {
  private final Engine engine;
  private final BlockCodec codec;

  public BlockInstaller(Engine engine, BlockCodec codec) {
    this.engine = engine;
    this.codec = codec;
  }

  /** Bytes of K and V of that many tokens, as they are stored. */
  public long bytes(int tokens) {
    return engine.model().geometry().bytes(tokens, engine.elementType());
  }

  /**
   * Installs a block; the caller owns the segment.
   *
   * @throws DamagedBlockException if the bytes are not the block of this identity
   */
  public KvSegment install(BlockIdentity expected, EncodedBlock block) {
    BlockHeader header = checkedHeader(expected, block);
    KvSegment segment = engine.newBlock(header.tokens());
    try {
      readChunks(header, block, segment::install);
      segment.installed(header.tokens());
      return segment;
    } catch (RuntimeException | Error e) {
      segment.close();
      throw e;
    }
  }

  /**
   * Checks every record of a block without installing it.
   *
   * @throws DamagedBlockException if the bytes are not the block of this identity
   */
  public void verify(BlockIdentity expected, EncodedBlock block) {
    readChunks(checkedHeader(expected, block), block, chunk -> {});
  }

  private BlockHeader checkedHeader(BlockIdentity expected, EncodedBlock block) {
    BlockKey key = expected.key();
    BlockHeader header = codec.header(key, block.header());
    require(key, header.identity().equals(expected), "the header names another block");
    require(key, header.geometry().equals(engine.model().geometry()), "another model's geometry");
    require(key, header.elementType() == engine.elementType(), "another element type");
    require(key, header.chunks() == block.chunks().size(), "chunks are missing or too many");
    return header;
  }

  private void readChunks(BlockHeader header, EncodedBlock block, KvChunk.Sink sink) {
    AtomicLong rows = new AtomicLong();
    for (int i = 0; i < header.chunks(); i++) {
      codec.chunk(
          header,
          i,
          block.chunks().get(i),
          chunk -> {
            rows.addAndGet((long) chunk.layers() * chunk.tokens());
            sink.accept(chunk);
          });
    }
    long expected = (long) header.geometry().layers() * header.tokens();
    require(header.identity().key(), rows.get() == expected, "its chunks do not cover it");
  }

  private static void require(BlockKey key, boolean condition, String reason) {
    if (!condition) {
      throw new DamagedBlockException(key, reason);
    }
  }
}
