package dev.kvasir.engine.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Reads the front of a model file (everything before the tensor data) and trusts none of it: every
 * length is checked before it is used, and the sum of what it may allocate is bounded.
 */
final class HeaderCursor {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Real headers have 2 to 15 MiB. */
  private static final long MAX_HEADER_BYTES = 64L << 20;

  private final Path file;
  private final MemorySegment bytes;
  private final long end;
  private long at;

  HeaderCursor(Path file, MemorySegment bytes) {
    this.file = file;
    this.bytes = bytes;
    this.end = Math.min(bytes.byteSize(), MAX_HEADER_BYTES);
  }

  long offset() {
    return at;
  }

  int u8() {
    return Byte.toUnsignedInt(i8());
  }

  byte i8() {
    return bytes.get(ValueLayout.JAVA_BYTE, take(Byte.BYTES));
  }

  short i16() {
    return bytes.get(SHORT, take(Short.BYTES));
  }

  int i32() {
    return bytes.get(INT, take(Integer.BYTES));
  }

  long u32() {
    return Integer.toUnsignedLong(i32());
  }

  long i64() {
    return bytes.get(LONG, take(Long.BYTES));
  }

  /** An unsigned number that must fit a Java long. */
  long u64() {
    long start = at;
    long value = i64();
    if (value < 0) {
      throw fault(start, "number %s is too large".formatted(Long.toUnsignedString(value)));
    }
    return value;
  }

  /** A count of things that take at least {@code itemBytes} each and still have to follow. */
  int count(String what, long limit, long itemBytes) {
    long start = at;
    long count = i64();
    if (count < 0 || count > limit) {
      throw fault(
          start,
          "%s %s is over the limit of %d".formatted(what, Long.toUnsignedString(count), limit));
    }
    if (count * itemBytes > end - at) {
      throw fault(start, "%s %d does not fit the %d bytes left".formatted(what, count, end - at));
    }
    return (int) count;
  }

  /** A length-prefixed UTF-8 string. */
  String string(String what, int maxBytes) {
    long start = at;
    int length = count("length of a " + what, maxBytes, 1);
    ByteBuffer encoded = bytes.asSlice(take(length), length).asByteBuffer();
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(encoded).toString();
    } catch (CharacterCodingException e) {
      throw new ModelFileException(file, start, what + " is not UTF-8", e);
    }
  }

  ModelFileException fault(long offset, String reason) {
    return new ModelFileException(file, offset, reason);
  }

  private long take(int length) {
    if (length > end - at) {
      String reason = end < bytes.byteSize() ? "header is too long" : "file ends too early";
      throw fault(at, "%s: %d bytes needed, %d left".formatted(reason, length, end - at));
    }
    long start = at;
    at += length;
    return start;
  }
}
