package dev.kvasir.block.arrow;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.DamagedBlockException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The end of a {@link BlockFile}, read from its last byte backwards. Little-endian:
 *
 * <pre>
 *  24 bytes each   envelope of every record, in order
 *  n               note
 *                  footer:
 *  0  32           block key
 * 32   8           bytes of the Arrow stream, its end included
 * 40   4           record count
 * 44   4           note bytes
 * 48   4           version, 1
 * 52   4           CRC-32C over all bytes of the tail in front of it
 * 56   8           magic "KVSBFILE"
 * </pre>
 */
final class BlockFileTail {
  static final int FOOTER_BYTES = 64;

  private static final long MAGIC = 0x454C49464253564BL;
  private static final int VERSION = 1;
  private static final int STREAM_AT = 32;
  private static final int COUNT_AT = 40;
  private static final int NOTE_AT = 44;
  private static final int VERSION_AT = 48;
  private static final int CRC_AT = 52;
  private static final int MAGIC_AT = 56;

  /** Offset of the payload's length in an envelope. */
  private static final int PAYLOAD_BYTES_AT = 16;

  /** Far more than any block has; keeps a damaged count from being allocated. */
  private static final int MAX_TAIL_BYTES = 1 << 26;

  private final ByteBuffer bytes;
  private final int records;

  private BlockFileTail(ByteBuffer bytes, int records) {
    this.bytes = bytes;
    this.records = records;
  }

  /** The tail of a file of these records. */
  static ByteBuffer bytes(BlockKey key, List<byte[]> records, byte[] note) {
    int size = records.size() * Envelope.BYTES + note.length + FOOTER_BYTES;
    ByteBuffer tail = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    long stream = IpcMessage.END_OF_STREAM.length;
    for (byte[] record : records) {
      tail.put(record, 0, Envelope.BYTES);
      stream += record.length - Envelope.BYTES;
    }
    tail.put(note).put(key.bytes()).putLong(stream);
    tail.putInt(records.size()).putInt(note.length).putInt(VERSION);
    return tail.putInt(crc(tail)).putLong(MAGIC).flip();
  }

  /**
   * Reads the tail and checks that with it the file has the right length.
   *
   * @throws DamagedBlockException if it is not the tail of a file of that block
   */
  static BlockFileTail read(BlockKey expected, SeekableByteChannel file) throws IOException {
    check(expected, file.size() >= FOOTER_BYTES, "the file is too short");
    ByteBuffer footer = readEnd(expected, file, FOOTER_BYTES);
    check(expected, footer.getLong(MAGIC_AT) == MAGIC, "the file has no footer");
    check(expected, footer.getInt(VERSION_AT) == VERSION, "the file is of an unknown version");
    int records = footer.getInt(COUNT_AT);
    int note = footer.getInt(NOTE_AT);
    boolean counted = records > 0 && note >= 0;
    long size = (long) records * Envelope.BYTES + note + FOOTER_BYTES;
    check(expected, counted && size <= MAX_TAIL_BYTES, "the file's tail has no such size");
    long stream = footer.getLong(STREAM_AT);
    check(expected, stream == file.size() - size && stream >= 0, "the file has a wrong length");
    ByteBuffer bytes = readEnd(expected, file, (int) size);
    int crcAt = (int) size - FOOTER_BYTES + CRC_AT;
    check(
        expected, bytes.getInt(crcAt) == crc(bytes.position(crcAt)), "the file's tail is damaged");
    BlockFileTail tail = new BlockFileTail(bytes, records);
    check(expected, tail.isOf(expected), "the file is of another block");
    check(expected, tail.streamBytes() == stream, "the file's records have other lengths");
    return tail;
  }

  private static ByteBuffer readEnd(BlockKey key, SeekableByteChannel file, int size)
      throws IOException {
    ByteBuffer end = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    file.position(file.size() - size);
    fill(key, file, end);
    return end.flip();
  }

  /** Fills the buffer from the file. */
  static void fill(BlockKey key, SeekableByteChannel file, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      check(key, file.read(buffer) >= 0, "the file ends too early");
    }
  }

  /** Number of records, the header among them. */
  int records() {
    return records;
  }

  /** Bytes of all canonical records. */
  long blockBytes() {
    return streamBytes() - IpcMessage.END_OF_STREAM.length + (long) records * Envelope.BYTES;
  }

  byte[] note() {
    int start = records * Envelope.BYTES;
    byte[] note = new byte[bytes.capacity() - FOOTER_BYTES - start];
    bytes.get(start, note);
    return note;
  }

  /** A record with its envelope and without its payload. */
  byte[] emptyRecord(int index) {
    byte[] record = Envelope.allocate(payloadBytes(index));
    bytes.get(index * Envelope.BYTES, record, 0, Envelope.BYTES);
    return record;
  }

  private int payloadBytes(int index) {
    return bytes.getInt(index * Envelope.BYTES + PAYLOAD_BYTES_AT);
  }

  /** What the envelopes say; negative if one of them is impossible. */
  private long streamBytes() {
    long sum = IpcMessage.END_OF_STREAM.length;
    for (int i = 0; i < records; i++) {
      if (payloadBytes(i) < 0) {
        return -1;
      }
      sum += payloadBytes(i);
    }
    return sum;
  }

  private boolean isOf(BlockKey key) {
    byte[] named = new byte[BlockKey.BYTES];
    bytes.get(bytes.capacity() - FOOTER_BYTES, named);
    return Arrays.equals(named, key.bytes());
  }

  /** Over what lies in front of the buffer's position. */
  private static int crc(ByteBuffer tail) {
    CRC32C crc = new CRC32C();
    crc.update(tail.duplicate().flip());
    return (int) crc.getValue();
  }

  private static void check(BlockKey key, boolean condition, String reason) {
    if (!condition) {
      throw new DamagedBlockException(key, reason);
    }
  }
}
