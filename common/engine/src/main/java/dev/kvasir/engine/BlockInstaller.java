package dev.kvasir.engine;

import dev.kvasir.block.BlockCodec;
import dev.kvasir.block.BlockHeader;
import dev.kvasir.block.BlockIdentity;
import dev.kvasir.block.BlockKey;
import dev.kvasir.block.DamagedBlockException;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.engine.kv.KvSegment;

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
    BlockInstallation installation = start(expected, block.header());
    try {
      block.chunks().forEach(installation::accept);
      installation.finish();
      return installation.segment();
    } catch (RuntimeException | Error e) {
      installation.segment().close();
      throw e;
    }
  }

  /**
   * Begins to install a block of which only the header record is there yet; the caller owns the
   * segment.
   *
   * @throws DamagedBlockException if it is not the header of the block of this identity
   */
  public BlockInstallation start(BlockIdentity expected, byte[] headerRecord) {
    BlockHeader header = checkedHeader(expected, headerRecord);
    KvSegment segment = engine.newBlock(header.tokens());
    return new BlockInstallation(segment, new BlockRecords(codec, header, segment::install));
  }

  /**
   * Checks every record of a block without installing it.
   *
   * @throws DamagedBlockException if the bytes are not the block of this identity
   */
  public void verify(BlockIdentity expected, EncodedBlock block) {
    BlockHeader header = checkedHeader(expected, block.header());
    BlockRecords records = new BlockRecords(codec, header, chunk -> {});
    block.chunks().forEach(records::accept);
    records.end();
  }

  private BlockHeader checkedHeader(BlockIdentity expected, byte[] record) {
    BlockKey key = expected.key();
    BlockHeader header = codec.header(key, record);
    require(key, header.identity().equals(expected), "the header names another block");
    require(key, header.geometry().equals(engine.model().geometry()), "another model's geometry");
    require(key, header.elementType() == engine.elementType(), "another element type");
    return header;
  }

  private static void require(BlockKey key, boolean condition, String reason) {
    if (!condition) {
      throw new DamagedBlockException(key, reason);
    }
  }
}
