package dev.kvasir.block.arrow;

import dev.kvasir.block.BlockHeader;
import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.flatbuf.Message;

/**
 * Reads what {@link ArrowBlockCodec#export} wrote back into records. An exported stream has no
 * checksums: the records get the ones that their bytes have now, and the codec's other checks hold
 * them to the header, whose key is recomputed.
 */
public final class ExportedBlock {
  private static final int FRAME_BYTES = 8;

  private ExportedBlock() {}

  /**
   * The block of an Arrow IPC stream, to be decoded and so checked by the codec.
   *
   * @param stream all bytes of the stream
   * @throws IOException if the bytes are no stream of messages that starts with a block's schema
   */
  public static EncodedBlock read(byte[] stream) throws IOException {
    List<byte[]> records = records(stream);
    BlockKey key = key(records);
    for (int i = 0; i < records.size(); i++) {
      Envelope.seal(records.get(i), key, i, records.size());
    }
    return new EncodedBlock(key, records.getFirst(), records.subList(1, records.size()));
  }

  private static List<byte[]> records(byte[] stream) throws IOException {
    List<byte[]> records = new ArrayList<>();
    int at = 0;
    while (!endsAt(stream, at)) {
      int bytes = messageBytes(stream, at);
      byte[] record = Envelope.allocate(bytes);
      System.arraycopy(stream, at, record, Envelope.BYTES, bytes);
      records.add(record);
      at += bytes;
    }
    if (records.isEmpty()) {
      throw new IOException("the Arrow stream is empty");
    }
    return records;
  }

  private static boolean endsAt(byte[] stream, int at) throws IOException {
    byte[] end = IpcMessage.END_OF_STREAM;
    boolean ends =
        stream.length - at >= end.length
            && Arrays.equals(stream, at, at + end.length, end, 0, end.length);
    if (ends && at + end.length != stream.length) {
      throw new IOException("bytes follow the end of the Arrow stream");
    }
    return ends;
  }

  /** Bytes of the message at {@code at}, frame and body included. */
  private static int messageBytes(byte[] stream, int at) throws IOException {
    try {
      Message message = IpcMessage.read(stream, at);
      long bytes = FRAME_BYTES + (long) message.getByteBuffer().capacity() + message.bodyLength();
      if (message.bodyLength() < 0 || bytes > stream.length - at) {
        throw new IOException("the Arrow stream is cut off in the message at byte " + at);
      }
      return (int) bytes;
    } catch (RuntimeException e) {
      throw new IOException("no whole Arrow message at byte %d: %s".formatted(at, e.getMessage()));
    }
  }

  private static BlockKey key(List<byte[]> records) throws IOException {
    try {
      BlockHeader header = SchemaMessage.read(IpcMessage.read(records.getFirst(), Envelope.BYTES));
      return header.identity().key();
    } catch (RuntimeException e) {
      throw new IOException("the Arrow schema is not that of a block: " + e.getMessage());
    }
  }
}
