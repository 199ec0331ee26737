package dev.kvasir.block.arrow;

import static dev.kvasir.block.arrow.TestBlocks.TINY;
import static dev.kvasir.block.arrow.TestBlocks.encode;
import static dev.kvasir.block.arrow.TestBlocks.random;
import static dev.kvasir.block.arrow.TestBlocks.zeros;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.kvasir.block.BlockHeader;
import dev.kvasir.block.DamagedBlockException;
import dev.kvasir.block.ElementType;
import dev.kvasir.block.EncodedBlock;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records with a right checksum over wrong contents: the parser itself is under attack. */
class HostileRecordTest {
  private static final int[] NUMBERS = {
    0, 1, -1, 7, 8, 0x7F, 0x80, 0xFFFF, 0x10000, 1 << 30, Integer.MAX_VALUE, Integer.MIN_VALUE
  };
  private static final int ROUNDS = 20_000;
  private static final ValueLayout.OfFloat SINGLE =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final ArrowBlockCodec codec = new ArrowBlockCodec();
  private final EncodedBlock plain = encode(codec, random(TINY, 5, ElementType.FLOAT16));
  private final EncodedBlock compressed = encode(codec, zeros(TINY, 200, ElementType.FLOAT32));
  private final EncodedBlock bytes = encode(codec, random(TINY, 5, ElementType.INT8));
  private final EncodedBlock compressedBytes = encode(codec, zeros(TINY, 200, ElementType.INT8));
  private int accepted;
  private int refused;

  @AfterEach
  void allocatorIsEmpty() {
    assertThat(codec.allocatedBytes()).isZero();
    codec.close();
  }

  @Test
  void header_everyByteChanged_isRefused() {
    everyByte(plain, 0);
    everyByte(bytes, 0);
    assertThat(refused).isGreaterThan(99 * accepted);
  }

  @Test
  void header_everyNumberReplaced_isRefused() {
    everyNumber(plain, 0);
    everyNumber(bytes, 0);
    assertThat(refused).isPositive();
  }

  @Test
  void header_randomDamage_isRefused() {
    randomDamage(plain, 0, 11);
    assertThat(refused).isGreaterThan(ROUNDS / 2);
  }

  @Test
  void chunk_everyByteChanged_isRefusedOrHasTheRightShape() {
    everyByte(plain, 1);
    everyByte(compressed, 1);
    everyByte(bytes, 1);
    everyByte(compressedBytes, 1);
    assertThat(refused).isPositive();
    assertThat(accepted).as("changed rows are rows").isPositive();
  }

  @Test
  void chunk_everyNumberReplaced_isRefusedOrHasTheRightShape() {
    everyNumber(plain, 1);
    everyNumber(compressed, 1);
    everyNumber(bytes, 1);
    everyNumber(compressedBytes, 1);
    assertThat(refused).isPositive();
  }

  @Test
  void chunk_randomDamage_isRefusedOrHasTheRightShape() {
    randomDamage(plain, 1, 12);
    randomDamage(compressed, 1, 13);
    randomDamage(bytes, 1, 14);
    randomDamage(compressedBytes, 1, 15);
    assertThat(refused).isPositive();
  }

  @Test
  void record_wrongIndexOrCountUnderARightChecksum_isRefused() {
    for (int index : NUMBERS) {
      for (int count : NUMBERS) {
        byte[] header = plain.header().clone();
        Envelope.seal(header, plain.key(), index, count);
        attackHeader(plain, header);
        byte[] chunk = plain.chunks().getFirst().clone();
        Envelope.seal(chunk, plain.key(), index, count);
        attackChunk(plain, chunk);
      }
    }
    assertThat(accepted).isZero();
  }

  /** The last column of a plain record is v's scales, and a row of TINY has 4 elements. */
  @ParameterizedTest
  @ValueSource(
      floats = {
        -1,
        -0f,
        -Float.MIN_VALUE,
        Float.NaN,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.MAX_VALUE,
        0x1p121f
      })
  void chunk_scaleOutOfRange_isRefused(float scale) {
    assertThatExceptionOfType(DamagedBlockException.class)
        .isThrownBy(() -> chunkWithLastScale(scale))
        .withMessageContaining("scale is out of range");
  }

  @ParameterizedTest
  @ValueSource(floats = {0, Float.MIN_VALUE, 1, 0x1.fffffep120f})
  void chunk_scaleInRange_isRead(float scale) {
    assertThat(chunkWithLastScale(scale)).isEqualTo(scale);
  }

  private float chunkWithLastScale(float scale) {
    byte[] record = bytes.chunks().getFirst().clone();
    ByteBuffer.wrap(record)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putFloat(record.length - Float.BYTES, scale);
    Envelope.seal(record, bytes.key(), 1, 2);
    float[] read = new float[1];
    codec.chunk(
        codec.header(bytes.key(), bytes.header()),
        0,
        record,
        chunk -> {
          MemorySegment scales = chunk.scales().v();
          read[0] = scales.get(SINGLE, scales.byteSize() - Float.BYTES);
        });
    return read[0];
  }

  private void everyByte(EncodedBlock block, int index) {
    byte[] original = record(block, index);
    for (int at = Envelope.BYTES; at < original.length; at++) {
      for (int bits = 1; bits < 256; bits += 6) {
        byte[] changed = original.clone();
        changed[at] ^= (byte) bits;
        attack(block, index, changed);
      }
    }
  }

  private void everyNumber(EncodedBlock block, int index) {
    byte[] original = record(block, index);
    for (int at = Envelope.BYTES; at + Integer.BYTES <= original.length; at++) {
      for (int number : NUMBERS) {
        byte[] changed = original.clone();
        ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(at, number);
        attack(block, index, changed);
      }
    }
  }

  private void randomDamage(EncodedBlock block, int index, long seed) {
    Random random = new Random(seed);
    byte[] original = record(block, index);
    for (int round = 0; round < ROUNDS; round++) {
      int length =
          switch (random.nextInt(4)) {
            case 0 -> Envelope.BYTES + random.nextInt(original.length);
            default -> original.length;
          };
      byte[] changed = Arrays.copyOf(original, length);
      int changes = length > Envelope.BYTES ? 1 + random.nextInt(16) : 0;
      for (int i = 0; i < changes; i++) {
        changed[random.nextInt(Envelope.BYTES, length)] = (byte) random.nextInt();
      }
      attack(block, index, changed);
    }
  }

  private void attack(EncodedBlock block, int index, byte[] changed) {
    Envelope.seal(changed, block.key(), index, block.chunks().size() + 1);
    if (index == 0) {
      attackHeader(block, changed);
    } else {
      attackChunk(block, changed);
    }
  }

  /**
   * A header is refused or has the identity that hashes to the key. Its shape follows from the
   * model, not from the key: a forged one is caught with the first chunk.
   */
  private void attackHeader(EncodedBlock block, byte[] changed) {
    try {
      BlockHeader header = codec.header(block.key(), changed);
      BlockHeader real = codec.header(block.key(), block.header());
      assertThat(header.identity()).isEqualTo(real.identity());
      assertThat(header.chunks()).isEqualTo(real.chunks());
      if (!header.geometry().equals(real.geometry())) {
        assertThatExceptionOfType(DamagedBlockException.class)
            .isThrownBy(() -> codec.chunk(header, 0, block.chunks().getFirst(), chunk -> {}));
      }
      accepted++;
    } catch (DamagedBlockException e) {
      refused++;
    }
  }

  private void attackChunk(EncodedBlock block, byte[] changed) {
    BlockHeader header = codec.header(block.key(), block.header());
    long rows = header.geometry().rows(header.tokens());
    long elementBytes = rows * header.geometry().headDim() * header.elementType().bytes();
    long scaleBytes = rows * header.elementType().scaleBytes();
    try {
      codec.chunk(
          header,
          0,
          changed,
          chunk -> {
            assertThat(chunk.k().byteSize()).isEqualTo(elementBytes);
            assertThat(chunk.v().byteSize()).isEqualTo(elementBytes);
            assertThat(chunk.scales().k().byteSize()).isEqualTo(scaleBytes);
            assertThat(chunk.scales().v().byteSize()).isEqualTo(scaleBytes);
          });
      accepted++;
    } catch (DamagedBlockException e) {
      refused++;
    }
    assertThat(codec.allocatedBytes()).isZero();
  }

  private static byte[] record(EncodedBlock block, int index) {
    return index == 0 ? block.header() : block.chunks().get(index - 1);
  }
}
