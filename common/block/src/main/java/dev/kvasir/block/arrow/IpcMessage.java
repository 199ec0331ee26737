package dev.kvasir.block.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MetadataVersion;

/**
 * Frame of an Arrow IPC message: continuation marker, length of the metadata, the metadata as a
 * FlatBuffer padded to 8 bytes; the body follows.
 */
final class IpcMessage {
  /** Ends a stream of messages. */
  static final byte[] END_OF_STREAM = {-1, -1, -1, -1, 0, 0, 0, 0};

  private static final int CONTINUATION = -1;
  private static final int PREFIX_BYTES = 8;

  private IpcMessage() {}

  /** Finishes a message around the header table at {@code header} and frames it, without a body. */
  static byte[] finish(FlatBufferBuilder builder, byte headerType, int header, long bodyBytes) {
    Message.startMessage(builder);
    Message.addHeader(builder, header);
    Message.addBodyLength(builder, bodyBytes);
    Message.addVersion(builder, MetadataVersion.V5);
    Message.addHeaderType(builder, headerType);
    builder.finish(Message.endMessage(builder));
    ByteBuffer metadata = builder.dataBuffer();
    int padded = (int) align(metadata.remaining());
    ByteBuffer framed = ByteBuffer.allocate(PREFIX_BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
    framed.putInt(CONTINUATION).putInt(padded).put(metadata);
    return framed.array();
  }

  /**
   * The message whose frame starts at {@code offset} of a record. Its accessors throw unchecked
   * exceptions where the FlatBuffer points out of the metadata.
   *
   * @throws IllegalArgumentException if there is no such frame within the record
   */
  static Message read(byte[] record, int offset) {
    ByteBuffer bytes = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN).position(offset);
    if (bytes.remaining() < PREFIX_BYTES || bytes.getInt() != CONTINUATION) {
      throw new IllegalArgumentException("no Arrow message");
    }
    int length = bytes.getInt();
    if (length < Integer.BYTES || length > bytes.remaining()) {
      throw new IllegalArgumentException("metadata length out of bounds: " + length);
    }
    ByteBuffer metadata = bytes.slice(bytes.position(), length).order(ByteOrder.LITTLE_ENDIAN);
    return Message.getRootAsMessage(metadata);
  }

  /** Rounds up to the 8 bytes that Arrow aligns to. */
  static long align(long bytes) {
    return (bytes + 7) & -8;
  }
}
