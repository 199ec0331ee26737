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
    double plainBytes = 2.0 * columnBytes(plan.span(0));
    boolean compress = trial.length - Envelope.BYTES <= WORTHWHILE * plainBytes;
    records.add(compress ? trial : plain(0));
    for (int chunk = 1; chunk < plan.count(); chunk++) {
      records.add(compress ? compressed(chunk) : plain(chunk));
    }
    return records;
  }

  private byte[] plain(int chunk) {
    Span span = plan.span(chunk);
    int bytes = columnBytes(span);
    BatchMessage message = new BatchMessage(rows(span), headDim(), false, bytes, bytes);
    byte[] metadata = message.write();
    byte[] record = record(message, metadata);
    MemorySegment body = MemorySegment.ofArray(record).asSlice(Envelope.BYTES + metadata.length);
    gather(rows.k(), span, body);
    gather(rows.v(), span, body.asSlice(message.vOffset()));
    Envelope.seal(record, key, chunk + 1, plan.count() + 1);
    return record;
  }

  private byte[] compressed(int chunk) {
    Span span = plan.span(chunk);
    try (ArrowBuf k = compress(rows.k(), span);
        ArrowBuf v = compress(rows.v(), span)) {
      BatchMessage message =
          new BatchMessage(rows(span), headDim(), true, k.writerIndex(), v.writerIndex());
      byte[] metadata = message.write();
      byte[] record = record(message, metadata);
      int body = Envelope.BYTES + metadata.length;
      k.getBytes(0, record, body, (int) message.kBytes());
      v.getBytes(0, record, (int) (body + message.vOffset()), (int) message.vBytes());
      Envelope.seal(record, key, chunk + 1, plan.count() + 1);
      return record;
    }
  }

  private ArrowBuf compress(MemorySegment column, Span span) {
    int bytes = columnBytes(span);
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

  /** Copies the span's rows of a whole column (layer, kvHead, token, headDim) one after another. */
  private void gather(MemorySegment column, Span span, MemorySegment target) {
    int heads = rows.geometry().kvHeads();
    int tokenBytes = headDim() * rows.type().bytes();
    long headBytes = (long) rows.tokens() * tokenBytes;
    long firstHead = (long) span.firstLayer() * heads;
    if (span.tokens() == rows.tokens()) {
      long bytes = columnBytes(span);
      MemorySegment.copy(column, firstHead * headBytes, target, 0, bytes);
      return;
    }
    long bytes = (long) span.tokens() * tokenBytes;
    long from = firstHead * headBytes + (long) span.firstToken() * tokenBytes;
    for (int head = 0; head < span.layers() * heads; head++) {
      MemorySegment.copy(column, from + head * headBytes, target, head * bytes, bytes);
    }
  }

  private int headDim() {
    return rows.geometry().headDim();
  }

  private int rows(Span span) {
    return span.layers() * rows.geometry().kvHeads() * span.tokens();
  }

  private int columnBytes(Span span) {
    return rows(span) * headDim() * rows.type().bytes();
  }
}
