package dev.kvasir.block.arrow;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.DamagedBlockException;
import dev.kvasir.block.EncodedBlock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A block and a note in one file: the Arrow IPC stream of {@link ArrowBlockCodec#export}, which
 * every Arrow reader opens, and a {@link BlockFileTail} behind its end, where those readers do not
 * look. The canonical records come back byte for byte, and every byte is checked: payloads by the
 * records' own envelopes, the envelopes and all the rest by the tail.
 *
 * <pre>
 * payload of record 0, 1, ..    the Arrow stream
 * end of the stream             8 bytes
 * tail
 * </pre>
 */
public final class BlockFile {

  /**
   * What a file's tail says.
   *
   * @param chunks number of chunk records
   * @param blockBytes bytes of all canonical records
   * @param note what the writer added
   */
  public record Summary(int chunks, long blockBytes, byte[] note) {}

  /** A whole file. */
  public record Contents(EncodedBlock block, byte[] note) {}

  private BlockFile() {}

  /** Bytes of the file that {@link #write} makes. */
  public static long sizeBytes(EncodedBlock block, byte[] note) {
    int end = IpcMessage.END_OF_STREAM.length;
    return block.sizeBytes() + end + note.length + BlockFileTail.FOOTER_BYTES;
  }

  /**
   * Writes the whole file.
   *
   * @throws DamagedBlockException if the block's records are damaged; nothing was written then
   */
  public static void write(EncodedBlock block, byte[] note, WritableByteChannel out)
      throws IOException {
    List<byte[]> records = new ArrayList<>();
    records.add(block.header());
    records.addAll(block.chunks());
    for (int i = 0; i < records.size(); i++) {
      checkRecord(block.key(), records.get(i), i, records.size());
    }
    for (byte[] record : records) {
      writeFully(out, payload(record));
    }
    writeFully(out, ByteBuffer.wrap(IpcMessage.END_OF_STREAM));
    writeFully(out, BlockFileTail.bytes(block.key(), records, note));
  }

  /**
   * Reads and checks a file's tail and nothing in front of it.
   *
   * @throws DamagedBlockException if it is not the tail of a file of that block
   */
  public static Summary summary(BlockKey expected, SeekableByteChannel file) throws IOException {
    BlockFileTail tail = BlockFileTail.read(expected, file);
    return new Summary(tail.records() - 1, tail.blockBytes(), tail.note());
  }

  /**
   * Reads and checks a whole file.
   *
   * @throws DamagedBlockException if it is not the file of that block
   */
  public static Contents read(BlockKey expected, SeekableByteChannel file) throws IOException {
    BlockFileTail tail = BlockFileTail.read(expected, file);
    List<byte[]> records = new ArrayList<>(tail.records());
    file.position(0);
    for (int i = 0; i < tail.records(); i++) {
      byte[] record = tail.emptyRecord(i);
      BlockFileTail.fill(expected, file, payload(record));
      checkRecord(expected, record, i, tail.records());
      records.add(record);
    }
    byte[] end = new byte[IpcMessage.END_OF_STREAM.length];
    BlockFileTail.fill(expected, file, ByteBuffer.wrap(end));
    if (!Arrays.equals(end, IpcMessage.END_OF_STREAM)) {
      throw new DamagedBlockException(expected, "the file's Arrow stream has no end");
    }
    EncodedBlock block =
        new EncodedBlock(expected, records.getFirst(), records.subList(1, records.size()));
    return new Contents(block, tail.note());
  }

  private static ByteBuffer payload(byte[] record) {
    return ByteBuffer.wrap(record, Envelope.BYTES, record.length - Envelope.BYTES);
  }

  private static void checkRecord(BlockKey key, byte[] record, int index, int count) {
    int named = Envelope.open(record, key, index);
    if (named != count) {
      throw new DamagedBlockException(
          key, "record %d of %d names %d records".formatted(index, count, named));
    }
  }

  private static void writeFully(WritableByteChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }
}
