package dev.kvasir.block.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import org.apache.arrow.flatbuf.BodyCompression;
import org.apache.arrow.flatbuf.BodyCompressionMethod;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;

/**
 * The metadata of a chunk's record batch. No column has nulls, so of the six buffers (validity of
 * the list, validity of its items, data; for {@code k}, then for {@code v}) four are empty.
 *
 * @param rows rows of each column
 * @param headDim elements of a row
 * @param compressed whether the data buffers are in Arrow's LZ4_FRAME form
 * @param kBytes stored bytes of k's data, at offset 0 of the body
 * @param vBytes stored bytes of v's data, at the next multiple of 8
 */
record BatchMessage(long rows, int headDim, boolean compressed, long kBytes, long vBytes) {
  private static final int NODE_BYTES = 16;
  private static final int BUFFER_BYTES = 16;
  private static final int ALIGNMENT = 8;
  private static final int BUFFERS = 6;
  private static final int K_DATA = 2;
  private static final int V_DATA = 5;

  long vOffset() {
    return IpcMessage.align(kBytes);
  }

  long bodyBytes() {
    return vOffset() + IpcMessage.align(vBytes);
  }

  /** The framed message without its body; equal records give equal bytes. */
  byte[] write() {
    FlatBufferBuilder builder = new FlatBufferBuilder(512);
    int nodes = nodes(builder);
    int buffers = buffers(builder);
    int compression = compressed ? lz4(builder) : 0;
    RecordBatch.startRecordBatch(builder);
    RecordBatch.addLength(builder, rows);
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
    if (batch.buffersLength() != BUFFERS) {
      throw new IllegalArgumentException("buffers must be 6: " + batch.buffersLength());
    }
    long k = batch.buffers(K_DATA).length();
    long v = batch.buffers(V_DATA).length();
    return new BatchMessage(rows, headDim, true, k, v);
  }

  /** FlatBuffers are built from the end. */
  private int nodes(FlatBufferBuilder builder) {
    builder.startVector(NODE_BYTES, 4, ALIGNMENT);
    for (int column = 0; column < 2; column++) {
      FieldNode.createFieldNode(builder, rows * headDim, 0);
      FieldNode.createFieldNode(builder, rows, 0);
    }
    return builder.endVector();
  }

  private int buffers(FlatBufferBuilder builder) {
    builder.startVector(BUFFER_BYTES, BUFFERS, ALIGNMENT);
    Buffer.createBuffer(builder, vOffset(), vBytes);
    Buffer.createBuffer(builder, vOffset(), 0);
    Buffer.createBuffer(builder, vOffset(), 0);
    Buffer.createBuffer(builder, 0, kBytes);
    Buffer.createBuffer(builder, 0, 0);
    Buffer.createBuffer(builder, 0, 0);
    return builder.endVector();
  }

  private static int lz4(FlatBufferBuilder builder) {
    return BodyCompression.createBodyCompression(
        builder, CompressionType.LZ4_FRAME, BodyCompressionMethod.BUFFER);
  }
}
