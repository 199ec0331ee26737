package dev.kvasir.block.arrow;

import dev.kvasir.block.BlockHeader;
import dev.kvasir.block.BlockKey;
import dev.kvasir.block.ChunkPlan;
import dev.kvasir.block.ChunkPlan.Span;
import dev.kvasir.block.DamagedBlockException;
import dev.kvasir.block.KvChunk;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.compression.CompressionUtil;

/**
 * Reads one chunk record. The metadata of a chunk follows from the block's header and, if it is
 * compressed, the lengths of its two buffers; so instead of trusting what the record says, the
 * reader writes the metadata that it should have and compares.
 */
final class ChunkReader {
  private static final int LENGTH_BYTES = (int) CompressionUtil.SIZE_OF_UNCOMPRESSED_LENGTH;

  private final BlockKey key;
  private final Span span;
  private final byte[] record;
  private final BatchMessage plain;
  private final int columnBytes;

  ChunkReader(BlockKey key, BlockHeader header, ChunkPlan plan, int index, byte[] record) {
    int count = Envelope.open(record, key, index + 1);
    if (count != plan.count() + 1) {
      throw new DamagedBlockException(key, "record count is " + count + " in chunk " + index);
    }
    this.key = key;
    this.span = plan.span(index);
    this.record = record;
    int rows = span.layers() * header.geometry().kvHeads() * span.tokens();
    int headDim = header.geometry().headDim();
    this.columnBytes = rows * headDim * header.elementType().bytes();
    this.plain = new BatchMessage(rows, headDim, false, columnBytes, columnBytes);
  }

  void read(RootAllocator allocator, Lz4FrameCodec lz4, KvChunk.Sink sink) {
    int body = bodyOf(plain);
    if (body >= 0) {
      MemorySegment k = slice(body, columnBytes);
      MemorySegment v = slice(body + plain.vOffset(), columnBytes);
      sink.accept(chunk(k, v));
    } else {
      readCompressed(allocator, lz4, sink);
    }
  }

  private void readCompressed(RootAllocator allocator, Lz4FrameCodec lz4, KvChunk.Sink sink) {
    BatchMessage message = compressedMessage();
    int body = bodyOf(message);
    if (body < 0) {
      throw damaged("its metadata is not that of this chunk");
    }
    try (BufferAllocator child = ArrowBlockCodec.stage(allocator, "decode chunk");
        ArrowBuf k = decompress(child, lz4, body, message.kBytes());
        ArrowBuf v = decompress(child, lz4, body + message.vOffset(), message.vBytes())) {
      sink.accept(chunk(view(k), view(v)));
    }
  }

  private BatchMessage compressedMessage() {
    try {
      BatchMessage message = plain.compressedAs(IpcMessage.read(record, Envelope.BYTES));
      require(inRange(message.kBytes()) && inRange(message.vBytes()), "a buffer length is wrong");
      return message;
    } catch (DamagedBlockException e) {
      throw e;
    } catch (RuntimeException e) {
      throw damaged("its metadata is malformed: " + e.getMessage());
    }
  }

  private boolean inRange(long storedBytes) {
    return storedBytes >= LENGTH_BYTES && storedBytes <= LENGTH_BYTES + columnBytes;
  }

  /** Offset of the body in the record, or -1 if the record is not that message with its body. */
  private int bodyOf(BatchMessage message) {
    byte[] metadata = message.write();
    int body = Envelope.BYTES + metadata.length;
    boolean same =
        record.length == body + message.bodyBytes()
            && Arrays.equals(record, Envelope.BYTES, body, metadata, 0, metadata.length);
    return same ? body : -1;
  }

  private ArrowBuf decompress(
      BufferAllocator allocator, Lz4FrameCodec lz4, long offset, long storedBytes) {
    ArrowBuf stored = allocator.buffer(storedBytes);
    stored.setBytes(0, record, (int) offset, storedBytes);
    stored.writerIndex(storedBytes);
    long length = stored.getLong(0);
    boolean escaped = length == CompressionUtil.NO_COMPRESSION_LENGTH;
    // decompress takes one reference only if it succeeds
    stored.getReferenceManager().retain();
    ArrowBuf column = null;
    try {
      require(escaped || length == columnBytes, "a buffer has another uncompressed length");
      require(!escaped || storedBytes == LENGTH_BYTES + columnBytes, "a buffer is too short");
      column = lz4.decompress(allocator, stored);
      return column;
    } catch (net.jpountz.lz4.LZ4Exception | IllegalArgumentException e) {
      throw damaged(String.valueOf(e.getMessage()));
    } finally {
      stored.getReferenceManager().release(column == null ? 2 : 1);
    }
  }

  private MemorySegment view(ArrowBuf column) {
    return MemorySegment.ofBuffer(column.nioBuffer(0, columnBytes)).asReadOnly();
  }

  private MemorySegment slice(long offset, long bytes) {
    return MemorySegment.ofArray(record).asSlice(offset, bytes).asReadOnly();
  }

  private KvChunk chunk(MemorySegment k, MemorySegment v) {
    return new KvChunk(span.firstLayer(), span.layers(), span.firstToken(), span.tokens(), k, v);
  }

  private void require(boolean condition, String reason) {
    if (!condition) {
      throw damaged(reason);
    }
  }

  private DamagedBlockException damaged(String reason) {
    return new DamagedBlockException(
        key, "chunk of layer %d: %s".formatted(span.firstLayer(), reason));
  }
}
