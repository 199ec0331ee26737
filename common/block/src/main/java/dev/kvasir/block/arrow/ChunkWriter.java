package dev.kvasir.block.arrow;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.ChunkPlan;
import dev.kvasir.block.ChunkPlan.Span;
import dev.kvasir.block.KvRows;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Writes the chunk records of one block. Lives for one call on one thread.
 *
 * @param allocator for compression; borrowed
 */
record ChunkWriter(
    BlockKey key, KvRows rows, ChunkPlan plan, Lz4FrameCodec lz4, BufferAllocator allocator) {
  /** Compressed bytes may be at most this share of the plain ones. */
  private static final double WORTHWHILE = 0.95;

  /** All records in order: all with compressed bodies, or none. */
  List<byte[]> write() {
    List<byte[]> records = new ArrayList<>(plan.count());
    byte[] trial = compressed(0);
    double plainBytes = shape(plan.span(0)).bytes();
    boolean compress = trial.length - Envelope.BYTES <= WORTHWHILE * plainBytes;
    records.add(compress ? trial : plain(0));
    for (int chunk = 1; chunk < plan.count(); chunk++) {
      records.add(compress ? compressed(chunk) : plain(chunk));
    }
    return records;
  }

  private byte[] plain(int chunk) {
    Span span = plan.span(chunk);
    BatchMessage message = BatchMessage.plain(shape(span));
    byte[] metadata = message.write();
    byte[] record = record(message, metadata);
    MemorySegment body = MemorySegment.ofArray(record).asSlice(Envelope.BYTES + metadata.length);
    for (int column = 0; column < message.shape().columns(); column++) {
      gather(column, span, body.asSlice(message.offset(column)));
    }
    Envelope.seal(record, key, chunk + 1, plan.count() + 1);
    return record;
  }

  private byte[] compressed(int chunk) {
    Span span = plan.span(chunk);
    BatchShape shape = shape(span);
    List<ArrowBuf> columns = new ArrayList<>();
    try {
      for (int column = 0; column < shape.columns(); column++) {
        columns.add(compress(column, span, shape.bytes(column)));
      }
      BatchMessage message =
          new BatchMessage(shape, true, columns.stream().map(ArrowBuf::writerIndex).toList());
      byte[] metadata = message.write();
      byte[] record = record(message, metadata);
      int body = Envelope.BYTES + metadata.length;
      for (int column = 0; column < columns.size(); column++) {
        ArrowBuf stored = columns.get(column);
        stored.getBytes(
            0, record, (int) (body + message.offset(column)), (int) stored.writerIndex());
      }
      Envelope.seal(record, key, chunk + 1, plan.count() + 1);
      return record;
    } finally {
      columns.forEach(ArrowBuf::close);
    }
  }

  private ArrowBuf compress(int column, Span span, int bytes) {
    ArrowBuf plain = allocator.buffer(bytes);
    gather(column, span, MemorySegment.ofBuffer(plain.nioBuffer(0, bytes)));
    plain.writerIndex(bytes);
    return lz4.compress(allocator, plain);
  }

  private static byte[] record(BatchMessage message, byte[] metadata) {
    byte[] record = Envelope.allocate(metadata.length + (int) message.bodyBytes());
    System.arraycopy(metadata, 0, record, Envelope.BYTES, metadata.length);
    return record;
  }

  /** Copies the span's rows of a whole column (layer, kvHead, token, ...) one after another. */
  private void gather(int column, Span span, MemorySegment target) {
    MemorySegment source = source(column);
    int heads = rows.geometry().kvHeads();
    int rowBytes = BatchShape.rowBytes(column, rows.geometry().headDim(), rows.type());
    long headBytes = (long) rows.tokens() * rowBytes;
    long firstHead = (long) span.firstLayer() * heads;
    if (span.tokens() == rows.tokens()) {
      long bytes = (long) span.layers() * heads * headBytes;
      MemorySegment.copy(source, firstHead * headBytes, target, 0, bytes);
      return;
    }
    long bytes = (long) span.tokens() * rowBytes;
    long from = firstHead * headBytes + (long) span.firstToken() * rowBytes;
    for (int head = 0; head < span.layers() * heads; head++) {
      MemorySegment.copy(source, from + head * headBytes, target, head * bytes, bytes);
    }
  }

  private MemorySegment source(int column) {
    return switch (column) {
      case 0 -> rows.k();
      case 1 -> rows.v();
      case 2 -> rows.scales().k();
      default -> rows.scales().v();
    };
  }

  private BatchShape shape(Span span) {
    int count = span.layers() * rows.geometry().kvHeads() * span.tokens();
    return new BatchShape(count, rows.geometry().headDim(), rows.type());
  }
}
