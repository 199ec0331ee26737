package dev.kvasir.block.arrow;

import static dev.kvasir.block.arrow.TestBlocks.TINY;
import static dev.kvasir.block.arrow.TestBlocks.encode;
import static dev.kvasir.block.arrow.TestBlocks.random;
import static dev.kvasir.block.arrow.TestBlocks.zeros;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.DamagedBlockException;
import dev.kvasir.block.ElementType;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.KvGeometry;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whatever happens to stored bytes is noticed before any row is handed out. */
class DamagedBlockTest {
  /** Of two chunks, so that each can stand for the other. */
  private static final KvGeometry WIDE = new KvGeometry(2, 8, 128);

  private final ArrowBlockCodec codec = new ArrowBlockCodec();
  private final EncodedBlock plain = encode(codec, random(TINY, 5, ElementType.FLOAT16));
  private final EncodedBlock compressed = encode(codec, zeros(TINY, 200, ElementType.FLOAT32));
  private final EncodedBlock bytes = encode(codec, random(TINY, 5, ElementType.INT8));
  private final EncodedBlock compressedBytes = encode(codec, zeros(TINY, 200, ElementType.INT8));
  private final EncodedBlock twoChunks = encode(codec, random(WIDE, 150, ElementType.FLOAT16));

  @AfterEach
  void allocatorIsEmpty() {
    assertThat(codec.allocatedBytes()).isZero();
    codec.close();
  }

  @Test
  void decode_anyByteFlipped_isDetected() {
    for (EncodedBlock block : List.of(plain, compressed, bytes, compressedBytes)) {
      for (int record = 0; record <= block.chunks().size(); record++) {
        int length = record(block, record).length;
        for (int at = 0; at < length; at++) {
          for (int bit : new int[] {0x01, 0x80, 0xFF}) {
            byte[] flipped = record(block, record).clone();
            flipped[at] ^= (byte) bit;
            assertDamaged(with(block, record, flipped));
          }
        }
      }
    }
  }

  @Test
  void decode_truncatedOrExtended_isDetected() {
    for (EncodedBlock block : List.of(plain, compressed, bytes, compressedBytes)) {
      for (int record = 0; record <= block.chunks().size(); record++) {
        int length = record(block, record).length;
        for (int bytes = 0; bytes < length; bytes++) {
          assertDamaged(with(block, record, Arrays.copyOf(record(block, record), bytes)));
        }
        assertDamaged(with(block, record, Arrays.copyOf(record(block, record), length + 8)));
      }
    }
  }

  @Test
  void decode_swappedChunks_isDetected() {
    assertThat(twoChunks.chunks()).hasSize(2);
    assertDamaged(
        new EncodedBlock(twoChunks.key(), twoChunks.header(), twoChunks.chunks().reversed()));
  }

  @Test
  void decode_chunkRepeatedLostOrAdded_isDetected() {
    byte[] first = twoChunks.chunks().getFirst();
    byte[] second = twoChunks.chunks().getLast();
    for (List<byte[]> chunks :
        List.of(
            List.of(first, first),
            List.of(first),
            List.of(first, second, second),
            List.<byte[]>of())) {
      assertDamaged(new EncodedBlock(twoChunks.key(), twoChunks.header(), chunks));
    }
  }

  @Test
  void decode_recordsOfAnotherBlock_isDetected() {
    EncodedBlock other = encode(codec, random(TINY, 6, ElementType.FLOAT16));
    assertDamaged(new EncodedBlock(plain.key(), plain.header(), other.chunks()));
    assertDamaged(new EncodedBlock(plain.key(), other.header(), plain.chunks()));
    assertDamaged(new EncodedBlock(plain.key(), other.header(), other.chunks()));
    assertDamaged(new EncodedBlock(plain.key(), plain.chunks().getFirst(), plain.chunks()));
  }

  /** Even when someone seals the foreign header under this block's key. */
  @Test
  void header_thatHashesToAnotherKey_isDetected() {
    EncodedBlock other = encode(codec, random(TINY, 6, ElementType.FLOAT16));
    byte[] forged = other.header().clone();
    Envelope.seal(forged, plain.key(), 0, 2);
    assertThatExceptionOfType(DamagedBlockException.class)
        .isThrownBy(() -> codec.header(plain.key(), forged))
        .withMessageContaining("another block")
        .withMessageContaining(plain.key().hex());
  }

  @Test
  void export_damagedBlock_writesNothing() {
    byte[] flipped = plain.chunks().getFirst().clone();
    flipped[flipped.length - 1] ^= 1;
    assertThatExceptionOfType(DamagedBlockException.class)
        .isThrownBy(() -> codec.export(with(plain, 1, flipped), OutputStream.nullOutputStream()));
  }

  @Test
  void damage_anyReason_namesTheBlock() {
    assertThatExceptionOfType(DamagedBlockException.class)
        .isThrownBy(() -> codec.header(plain.key(), new byte[0]))
        .satisfies(e -> assertThat(e.key()).isEqualTo(plain.key()));
  }

  private void assertDamaged(EncodedBlock block) {
    assertThatExceptionOfType(DamagedBlockException.class)
        .isThrownBy(() -> codec.decode(block, chunk -> {}));
  }

  private static byte[] record(EncodedBlock block, int index) {
    return index == 0 ? block.header() : block.chunks().get(index - 1);
  }

  private static EncodedBlock with(EncodedBlock block, int index, byte[] record) {
    BlockKey key = block.key();
    if (index == 0) {
      return new EncodedBlock(key, record, block.chunks());
    }
    List<byte[]> chunks = new ArrayList<>(block.chunks());
    chunks.set(index - 1, record);
    return new EncodedBlock(key, block.header(), chunks);
  }
}
