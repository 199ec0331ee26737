package dev.kvasir.block.arrow;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.DamagedBlockException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * What every stored record lies in, checked before anything of the record is parsed. Little-endian:
 *
 * <pre>
 *  0  4  magic "KVSB"
 *  4  4  version, 1
 *  8  4  record index: 0 is the header, 1.. the chunks
 * 12  4  record count of the block
 * 16  4  payload bytes
 * 20  4  CRC-32C over the 32 bytes of the block key, bytes 0 to 19, and the payload
 * 24     payload
 * </pre>
 */
final class Envelope {
  /** Bytes in front of the payload. */
  static final int BYTES = 24;

  private static final int MAGIC = 0x4253564B;
  private static final int VERSION = 1;
  private static final int INDEX_AT = 8;
  private static final int COUNT_AT = 12;
  private static final int LENGTH_AT = 16;
  private static final int CRC_AT = 20;

  private Envelope() {}

  /** A record whose payload, from {@link #BYTES} on, is still to be filled in and sealed. */
  static byte[] allocate(int payloadBytes) {
    return new byte[BYTES + payloadBytes];
  }

  /** Writes the envelope of a record whose payload is complete. */
  static void seal(byte[] record, BlockKey key, int index, int count) {
    view(record)
        .putInt(MAGIC)
        .putInt(VERSION)
        .putInt(index)
        .putInt(count)
        .putInt(record.length - BYTES)
        .putInt(crc(record, key));
  }

  /**
   * Checks a record and returns the record count it names.
   *
   * @throws DamagedBlockException if it is not record {@code index} of that block, or damaged
   */
  static int open(byte[] record, BlockKey key, int index) {
    if (record.length < BYTES) {
      throw new DamagedBlockException(key, "record is too short: bytes=" + record.length);
    }
    ByteBuffer fields = view(record);
    expect(key, "magic", MAGIC, fields.getInt());
    expect(key, "version", VERSION, fields.getInt());
    expect(key, "payload bytes", record.length - BYTES, fields.getInt(LENGTH_AT));
    expect(key, "CRC-32C", crc(record, key), fields.getInt(CRC_AT));
    expect(key, "record index", index, fields.getInt(INDEX_AT));
    return fields.getInt(COUNT_AT);
  }

  /** The CRC of a record as it stands, whatever its CRC field says. */
  private static int crc(byte[] record, BlockKey key) {
    CRC32C crc = new CRC32C();
    crc.update(key.bytes());
    crc.update(record, 0, CRC_AT);
    crc.update(record, BYTES, record.length - BYTES);
    return (int) crc.getValue();
  }

  private static ByteBuffer view(byte[] record) {
    return ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void expect(BlockKey key, String what, int expected, int actual) {
    if (expected != actual) {
      throw new DamagedBlockException(
          key, "%s is %08x, expected %08x".formatted(what, actual, expected));
    }
  }
}
