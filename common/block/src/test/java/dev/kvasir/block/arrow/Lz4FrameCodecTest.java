package dev.kvasir.block.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Random;
import net.jpountz.lz4.LZ4FrameInputStream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class Lz4FrameCodecTest {
  private static final int LENGTH_BYTES = 8;

  private final Lz4FrameCodec codec = new Lz4FrameCodec();
  private final RootAllocator allocator = new RootAllocator();

  @AfterEach
  void allocatorIsEmpty() {
    assertThat(allocator.getAllocatedMemory()).isZero();
    allocator.close();
  }

  @Test
  void compress_repetitiveBytes_isAFrameThatLz4JavasStreamReads() throws IOException {
    for (int length : new int[] {1000, 65_536, 65_537, Lz4FrameCodec.MAX_BYTES}) {
      byte[] plain = text(length);
      byte[] stored = stored(plain);
      assertThat(stored.length).isLessThan(plain.length);
      var frame = new ByteArrayInputStream(stored, LENGTH_BYTES, stored.length - LENGTH_BYTES);
      try (LZ4FrameInputStream stream = new LZ4FrameInputStream(frame)) {
        assertThat(stream.readAllBytes()).isEqualTo(plain);
      }
    }
  }

  @Test
  void decompress_whatWasCompressed_givesTheBytes() {
    for (int length : new int[] {1, 2, 15, 16, 1000, 65_537, Lz4FrameCodec.MAX_BYTES}) {
      assertRoundTrip(text(length));
      byte[] random = new byte[length];
      new Random(length).nextBytes(random);
      assertRoundTrip(random);
    }
  }

  @Test
  void compress_randomBytes_isTheRawEscape() {
    byte[] random = new byte[1000];
    new Random(1).nextBytes(random);
    byte[] stored = stored(random);
    assertThat(stored).hasSize(LENGTH_BYTES + random.length).endsWith(random);
    assertThat(stored).startsWith(-1, -1, -1, -1, -1, -1, -1, -1);
  }

  @Test
  void compress_emptyOrTooLong_followsArrowOrIsRefused() {
    assertThat(stored(new byte[0])).isEqualTo(new byte[LENGTH_BYTES]);
    try (ArrowBuf large = buffer(new byte[Lz4FrameCodec.MAX_BYTES + 1])) {
      assertThatIllegalArgumentException().isThrownBy(() -> codec.compress(allocator, large));
    }
  }

  private void assertRoundTrip(byte[] plain) {
    try (ArrowBuf back = codec.decompress(allocator, buffer(stored(plain)))) {
      assertThat(bytes(back)).isEqualTo(plain);
    }
  }

  private byte[] stored(byte[] plain) {
    try (ArrowBuf stored = codec.compress(allocator, buffer(plain))) {
      return bytes(stored);
    }
  }

  private ArrowBuf buffer(byte[] bytes) {
    ArrowBuf buffer = allocator.buffer(Math.max(1, bytes.length));
    buffer.setBytes(0, bytes);
    buffer.writerIndex(bytes.length);
    return buffer;
  }

  private static byte[] bytes(ArrowBuf buffer) {
    byte[] bytes = new byte[(int) buffer.writerIndex()];
    buffer.getBytes(0, bytes);
    return bytes;
  }

  private static byte[] text(int length) {
    byte[] text = new byte[length];
    for (int i = 0; i < length; i++) {
      text[i] = (byte) (i % 37 + i / 5000);
    }
    return text;
  }
}
