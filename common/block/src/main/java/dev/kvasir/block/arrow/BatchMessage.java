package dev.kvasir.block.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.flatbuf.BodyCompression;
import org.apache.arrow.flatbuf.BodyCompressionMethod;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;

/**
 * The metadata of a chunk's record batch. No column has nulls, so of a list's three buffers
 * (validity, validity of its items, data) and of a scale's two (validity, data) only the data is
 * not empty.
 *
 * @param compressed whether the data buffers are in Arrow's LZ4_FRAME form
 * @param stored stored bytes of each column's data; the first starts at offset 0 of the body, each
 *     further one at the next multiple of 8
 */
record BatchMessage(BatchShape shape, boolean compressed, List<Long> stored) {
  private static final int NODE_BYTES = 16;
  private static final int BUFFER_BYTES = 16;
  private static final int ALIGNMENT = 8;
  private static final int LIST_BUFFERS = 3;
  private static final int SCALE_BUFFERS = 2;

  BatchMessage {
    stored = List.copyOf(stored);
  }

  static BatchMessage plain(BatchShape shape) {
    List<Long> bytes =
        IntStream.range(0, shape.columns()).mapToObj(column -> (long) shape.bytes(column)).toList();
    return new BatchMessage(shape, false, bytes);
  }

  /** Where a column's data starts in the body. */
  long offset(int column) {
    long offset = 0;
    for (int before = 0; before < column; before++) {
      offset += IpcMessage.align(stored.get(before));
    }
    return offset;
  }

  long bodyBytes() {
    return offset(stored.size());
  }

  /** The framed message without its body; equal records give equal bytes. */
  byte[] write() {
    FlatBufferBuilder builder = new FlatBufferBuilder(512);
    int nodes = nodes(builder);
    int buffers = buffers(builder);
    int compression = compressed ? lz4(builder) : 0;
    RecordBatch.startRecordBatch(builder);
    RecordBatch.addLength(builder, shape.rows());
    RecordBatch.addNodes(builder, nodes);
    RecordBatch.addBuffers(builder, buffers);
    if (compressed) {
      RecordBatch.addCompression(builder, compression);
    }
    int batch = RecordBatch.endRecordBatch(builder);
    return IpcMessage.finish(builder, MessageHeader.RecordBatch, batch, bodyBytes());
  }

  /**
   * The same rows with the buffer lengths that a message of a compressed batch names; what else the
   * message says is not looked at.
   *
   * @throws RuntimeException of any kind if the message is malformed
   */
  BatchMessage compressedAs(Message message) {
    if (message.headerType() != MessageHeader.RecordBatch) {
      throw new IllegalArgumentException("not a record batch: type=" + message.headerType());
    }
    RecordBatch batch = (RecordBatch) message.header(new RecordBatch());
    if (batch.buffersLength() != dataBuffer(shape.columns() - 1) + 1) {
      throw new IllegalArgumentException("wrong number of buffers: " + batch.buffersLength());
    }
    List<Long> named = new ArrayList<>();
    for (int column = 0; column < shape.columns(); column++) {
      named.add(batch.buffers(dataBuffer(column)).length());
    }
    return new BatchMessage(shape, true, named);
  }

  /** Index of a column's data among all buffers. */
  private static int dataBuffer(int column) {
    int lists = Math.min(column + 1, BatchShape.LISTS);
    return lists * LIST_BUFFERS + (column + 1 - lists) * SCALE_BUFFERS - 1;
  }

  /** FlatBuffers are built from the end. */
  private int nodes(FlatBufferBuilder builder) {
    int columns = shape.columns();
    builder.startVector(NODE_BYTES, columns + BatchShape.LISTS, ALIGNMENT);
    for (int column = columns - 1; column >= 0; column--) {
      if (column < BatchShape.LISTS) {
        FieldNode.createFieldNode(builder, (long) shape.rows() * shape.headDim(), 0);
      }
      FieldNode.createFieldNode(builder, shape.rows(), 0);
    }
    return builder.endVector();
  }

  private int buffers(FlatBufferBuilder builder) {
    int columns = shape.columns();
    builder.startVector(BUFFER_BYTES, dataBuffer(columns - 1) + 1, ALIGNMENT);
    for (int column = columns - 1; column >= 0; column--) {
      Buffer.createBuffer(builder, offset(column), stored.get(column));
      int empty = (column < BatchShape.LISTS ? LIST_BUFFERS : SCALE_BUFFERS) - 1;
      for (int i = 0; i < empty; i++) {
        Buffer.createBuffer(builder, offset(column), 0);
      }
    }
    return builder.endVector();
  }

  private static int lz4(FlatBufferBuilder builder) {
    return BodyCompression.createBodyCompression(
        builder, CompressionType.LZ4_FRAME, BodyCompressionMethod.BUFFER);
  }
}
