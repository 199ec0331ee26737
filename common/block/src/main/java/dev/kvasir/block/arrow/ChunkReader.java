package dev.kvasir.block.arrow;

import dev.kvasir.block.BlockHeader;
import dev.kvasir.block.BlockKey;
import dev.kvasir.block.ChunkPlan;
import dev.kvasir.block.ChunkPlan.Span;
import dev.kvasir.block.DamagedBlockException;
import dev.kvasir.block.KvChunk;
import dev.kvasir.block.KvScales;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.compression.CompressionUtil;

/**
 * Reads one chunk record. The metadata of a chunk follows from the block's header and, if it is
 * compressed, the lengths of its buffers; so instead of trusting what the record says, the reader
 * writes the metadata that it should have and compares.
 */
final class ChunkReader {
  private static final int LENGTH_BYTES = (int) CompressionUtil.SIZE_OF_UNCOMPRESSED_LENGTH;
  private static final ValueLayout.OfInt SCALE_BITS =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** No product of a byte and a scale below it leaves the range of float32. */
  private static final int SCALE_LIMIT_BITS = Float.floatToIntBits(0x1p121f);

  private final BlockKey key;
  private final Span span;
  private final byte[] record;
  private final BatchShape shape;

  ChunkReader(BlockKey key, BlockHeader header, ChunkPlan plan, int index, byte[] record) {
    int count = Envelope.open(record, key, index + 1);
    if (count != plan.count() + 1) {
      throw new DamagedBlockException(key, "record count is " + count + " in chunk " + index);
    }
    this.key = key;
    this.span = plan.span(index);
    this.record = record;
    int rows = span.layers() * header.geometry().kvHeads() * span.tokens();
    this.shape = new BatchShape(rows, header.geometry().headDim(), header.elementType());
  }

  void read(RootAllocator allocator, Lz4FrameCodec lz4, KvChunk.Sink sink) {
    BatchMessage plain = BatchMessage.plain(shape);
    int body = bodyOf(plain);
    if (body < 0) {
      readCompressed(compressedMessage(plain), allocator, lz4, sink);
      return;
    }
    List<MemorySegment> columns = new ArrayList<>();
    for (int column = 0; column < shape.columns(); column++) {
      columns.add(slice(body + plain.offset(column), shape.bytes(column)));
    }
    sink.accept(chunk(columns));
  }

  private void readCompressed(
      BatchMessage message, RootAllocator allocator, Lz4FrameCodec lz4, KvChunk.Sink sink) {
    int body = bodyOf(message);
    require(body >= 0, "its metadata is not that of this chunk");
    List<ArrowBuf> buffers = new ArrayList<>();
    try (BufferAllocator child = ArrowBlockCodec.stage(allocator, "decode chunk")) {
      try {
        List<MemorySegment> columns = new ArrayList<>();
        for (int column = 0; column < shape.columns(); column++) {
          ArrowBuf plain = decompress(child, lz4, message, column, body);
          buffers.add(plain);
          columns.add(view(plain, shape.bytes(column)));
        }
        sink.accept(chunk(columns));
      } finally {
        buffers.forEach(ArrowBuf::close);
      }
    }
  }

  private BatchMessage compressedMessage(BatchMessage plain) {
    try {
      BatchMessage message = plain.compressedAs(IpcMessage.read(record, Envelope.BYTES));
      for (int column = 0; column < shape.columns(); column++) {
        long stored = message.stored().get(column);
        boolean inRange = stored >= LENGTH_BYTES && stored <= LENGTH_BYTES + shape.bytes(column);
        require(inRange, "a buffer length is wrong");
      }
      return message;
    } catch (DamagedBlockException e) {
      throw e;
    } catch (RuntimeException e) {
      throw damaged("its metadata is malformed: " + e.getMessage());
    }
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
      BufferAllocator allocator, Lz4FrameCodec lz4, BatchMessage message, int column, int body) {
    long storedBytes = message.stored().get(column);
    int columnBytes = shape.bytes(column);
    ArrowBuf stored = allocator.buffer(storedBytes);
    stored.setBytes(0, record, (int) (body + message.offset(column)), storedBytes);
    stored.writerIndex(storedBytes);
    long length = stored.getLong(0);
    boolean escaped = length == CompressionUtil.NO_COMPRESSION_LENGTH;
    // decompress takes one reference only if it succeeds
    stored.getReferenceManager().retain();
    ArrowBuf plain = null;
    try {
      require(escaped || length == columnBytes, "a buffer has another uncompressed length");
      require(!escaped || storedBytes == LENGTH_BYTES + columnBytes, "a buffer is too short");
      plain = lz4.decompress(allocator, stored);
      return plain;
    } catch (net.jpountz.lz4.LZ4Exception | IllegalArgumentException e) {
      throw damaged(String.valueOf(e.getMessage()));
    } finally {
      stored.getReferenceManager().release(plain == null ? 2 : 1);
    }
  }

  private static MemorySegment view(ArrowBuf column, int bytes) {
    return MemorySegment.ofBuffer(column.nioBuffer(0, bytes)).asReadOnly();
  }

  private MemorySegment slice(long offset, long bytes) {
    return MemorySegment.ofArray(record).asSlice(offset, bytes).asReadOnly();
  }

  private KvChunk chunk(List<MemorySegment> columns) {
    KvScales scales = KvScales.NONE;
    if (shape.columns() > BatchShape.LISTS) {
      scales = new KvScales(columns.get(2), columns.get(3));
      requireScales(scales.k());
      requireScales(scales.v());
    }
    return new KvChunk(
        span.firstLayer(),
        span.layers(),
        span.firstToken(),
        span.tokens(),
        columns.get(0),
        columns.get(1),
        scales);
  }

  /** As unsigned bits, negative numbers, NaN and infinity all come after the limit. */
  private void requireScales(MemorySegment scales) {
    for (long at = 0; at < scales.byteSize(); at += Float.BYTES) {
      int bits = scales.get(SCALE_BITS, at);
      if (Integer.compareUnsigned(bits, SCALE_LIMIT_BITS) >= 0) {
        throw damaged("a scale is out of range: " + Float.intBitsToFloat(bits));
      }
    }
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
