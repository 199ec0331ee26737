package dev.kvasir.block.arrow;

import dev.kvasir.block.BlockCodec;
import dev.kvasir.block.BlockHeader;
import dev.kvasir.block.BlockIdentity;
import dev.kvasir.block.BlockKey;
import dev.kvasir.block.ChunkPlan;
import dev.kvasir.block.DamagedBlockException;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.KvChunk;
import dev.kvasir.block.KvRows;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * Blocks as Arrow IPC messages: the header record holds the schema message, each chunk record one
 * record batch, each in an {@link Envelope}. Thread-safe.
 *
 * <p>Body compression is tried on a block's first chunk and kept for the whole block if it saves at
 * least 5 %; KV data of real text does not get smaller, so most blocks are plain, and a plain chunk
 * is read without a copy: the sink gets read-only views of the record itself. Native memory is used
 * only for compression, from one allocator, through a child per call.
 */
public final class ArrowBlockCodec implements BlockCodec {
  private static final long CALL_LIMIT_BYTES = 8L * ChunkPlan.MAX_BYTES;

  private final RootAllocator allocator = new RootAllocator();
  private final Lz4FrameCodec lz4 = new Lz4FrameCodec();

  @Override
  public EncodedBlock encode(BlockIdentity identity, KvRows rows) {
    if (rows.type() != identity.elementType() || rows.tokens() != identity.tokens().size()) {
      throw new IllegalArgumentException(
          "rows must have the identity's type and tokens: type=%s tokens=%d"
              .formatted(rows.type(), rows.tokens()));
    }
    ChunkPlan plan = ChunkPlan.of(rows.geometry(), rows.tokens(), rows.type());
    BlockKey key = identity.key();
    byte[] header = headerRecord(new BlockHeader(identity, rows.geometry(), plan.count()), key);
    try (BufferAllocator child = stage(allocator, "encode block")) {
      return new EncodedBlock(key, header, new ChunkWriter(key, rows, plan, lz4, child).write());
    }
  }

  private static byte[] headerRecord(BlockHeader header, BlockKey key) {
    byte[] schema = SchemaMessage.write(header);
    byte[] record = Envelope.allocate(schema.length);
    System.arraycopy(schema, 0, record, Envelope.BYTES, schema.length);
    Envelope.seal(record, key, 0, header.chunks() + 1);
    return record;
  }

  @Override
  public BlockHeader header(BlockKey expected, byte[] header) {
    int count = Envelope.open(header, expected, 0);
    try {
      BlockHeader parsed = SchemaMessage.read(IpcMessage.read(header, Envelope.BYTES));
      check(expected, parsed.identity().key().equals(expected), "header is of another block");
      int chunks = plan(parsed).count();
      boolean counted = parsed.chunks() == chunks && count == chunks + 1;
      check(expected, counted, "header has a wrong number of chunks: " + parsed.chunks());
      boolean canonical = Arrays.equals(header, headerRecord(parsed, expected));
      check(expected, canonical, "header is not the one that its fields have");
      return parsed;
    } catch (DamagedBlockException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new DamagedBlockException(expected, "header is malformed: " + e.getMessage());
    }
  }

  @Override
  public void chunk(BlockHeader header, int index, byte[] chunk, KvChunk.Sink sink) {
    chunk(header.identity().key(), header, index, chunk, sink);
  }

  private void chunk(BlockKey key, BlockHeader header, int index, byte[] chunk, KvChunk.Sink sink) {
    new ChunkReader(key, header, plan(header), index, chunk).read(allocator, lz4, sink);
  }

  @Override
  public BlockHeader decode(EncodedBlock block, KvChunk.Sink sink) {
    BlockHeader header = header(block.key(), block.header());
    int chunks = block.chunks().size();
    check(block.key(), chunks == header.chunks(), "block has a wrong number of chunks: " + chunks);
    for (int i = 0; i < chunks; i++) {
      chunk(block.key(), header, i, block.chunks().get(i), sink);
    }
    return header;
  }

  @Override
  public void export(EncodedBlock block, OutputStream out) throws IOException {
    decode(block, chunk -> {});
    writePayload(block.header(), out);
    for (byte[] chunk : block.chunks()) {
      writePayload(chunk, out);
    }
    out.write(IpcMessage.END_OF_STREAM);
  }

  private static void writePayload(byte[] record, OutputStream out) throws IOException {
    out.write(record, Envelope.BYTES, record.length - Envelope.BYTES);
  }

  @Override
  public long allocatedBytes() {
    return allocator.getAllocatedMemory();
  }

  @Override
  public void close() {
    allocator.close();
  }

  /** A child allocator for one call, named by its stage. */
  static BufferAllocator stage(RootAllocator allocator, String name) {
    return allocator.newChildAllocator(name, 0, CALL_LIMIT_BYTES);
  }

  private static ChunkPlan plan(BlockHeader header) {
    return ChunkPlan.of(header.geometry(), header.tokens(), header.elementType());
  }

  private static void check(BlockKey key, boolean condition, String reason) {
    if (!condition) {
      throw new DamagedBlockException(key, reason);
    }
  }
}
