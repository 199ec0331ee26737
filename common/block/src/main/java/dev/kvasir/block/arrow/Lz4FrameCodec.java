package dev.kvasir.block.arrow;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import net.jpountz.xxhash.XXHashFactory;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.compression.AbstractCompressionCodec;
import org.apache.arrow.vector.compression.CompressionUtil;

/**
 * Arrow's LZ4_FRAME buffer compression on native buffers, without copies through the heap.
 * Thread-safe. A buffer of up to 1 MiB is one frame of one independent block without checksums:
 *
 * <pre>
 * 8  uncompressed length, or -1 and the plain bytes where compression does not pay
 * 4  magic 0x184D2204
 * 1  FLG 0x60: version 01, independent blocks      1  BD 0x60: blocks up to 1 MiB
 * 1  second byte of xxh32(FLG, BD)
 * 4  block length, block, 4 zero bytes
 * </pre>
 *
 * <p>It reads only frames of this form. Compression is lz4-java's pure Java one, whose output is
 * the same on every machine; decompression is the fastest that runs, whose output can't differ.
 */
final class Lz4FrameCodec extends AbstractCompressionCodec {
  /** Longest buffer that fits the frame's single block. */
  static final int MAX_BYTES = 1 << 20;

  private static final int LENGTH_BYTES = (int) CompressionUtil.SIZE_OF_UNCOMPRESSED_LENGTH;
  private static final int MAGIC = 0x184D2204;
  private static final byte FLG = 0x60;
  private static final byte BD = 0x60;
  private static final byte HC = headerChecksum();
  private static final int BLOCK_AT = LENGTH_BYTES + 11;
  private static final int OVERHEAD_BYTES = 15;

  private final LZ4Compressor compressor = LZ4Factory.safeInstance().fastCompressor();
  private final LZ4SafeDecompressor decompressor = LZ4Factory.fastestInstance().safeDecompressor();

  @Override
  public CompressionUtil.CodecType getCodecType() {
    return CompressionUtil.CodecType.LZ4_FRAME;
  }

  @Override
  protected ArrowBuf doCompress(BufferAllocator allocator, ArrowBuf plain) {
    int length = checked(plain.writerIndex());
    int most = compressor.maxCompressedLength(length);
    ArrowBuf stored = allocator.buffer(LENGTH_BYTES + OVERHEAD_BYTES + (long) most);
    ByteBuffer frame = view(stored, 0, (int) stored.capacity());
    int block = compressor.compress(view(plain, 0, length), 0, length, frame, BLOCK_AT, most);
    frame.putInt(LENGTH_BYTES, MAGIC);
    frame.put(LENGTH_BYTES + 4, FLG).put(LENGTH_BYTES + 5, BD).put(LENGTH_BYTES + 6, HC);
    frame.putInt(LENGTH_BYTES + 7, block);
    frame.putInt(BLOCK_AT + block, 0);
    stored.writerIndex(LENGTH_BYTES + OVERHEAD_BYTES + (long) block);
    return stored;
  }

  /**
   * Decompresses the frame behind the length.
   *
   * @throws IllegalArgumentException if it is not a frame of this form and that length
   */
  @Override
  protected ArrowBuf doDecompress(BufferAllocator allocator, ArrowBuf stored) {
    int length = checked(readUncompressedLength(stored));
    int bytes = (int) Math.min(stored.writerIndex(), Integer.MAX_VALUE);
    ByteBuffer frame = view(stored, 0, bytes);
    int block = checkFrame(frame);
    ArrowBuf plain = allocator.buffer(length);
    boolean done = false;
    try {
      int read = decompressor.decompress(frame, BLOCK_AT, block, view(plain, 0, length), 0, length);
      require(read == length, "LZ4 frame holds fewer bytes than it should");
      plain.writerIndex(length);
      done = true;
      return plain;
    } finally {
      if (!done) {
        plain.close();
      }
    }
  }

  /** Returns the length of the frame's block. */
  private static int checkFrame(ByteBuffer frame) {
    int block = frame.capacity() - LENGTH_BYTES - OVERHEAD_BYTES;
    require(block > 0, "LZ4 frame is too short");
    require(frame.getInt(LENGTH_BYTES) == MAGIC, "no LZ4 frame");
    require(
        frame.get(LENGTH_BYTES + 4) == FLG
            && frame.get(LENGTH_BYTES + 5) == BD
            && frame.get(LENGTH_BYTES + 6) == HC,
        "LZ4 frame has another descriptor");
    require(frame.getInt(LENGTH_BYTES + 7) == block, "LZ4 block length does not fit the buffer");
    require(frame.getInt(BLOCK_AT + block) == 0, "LZ4 frame has no end mark");
    return block;
  }

  private static int checked(long length) {
    require(length > 0 && length <= MAX_BYTES, "buffer length must be in [1, 1 MiB]");
    return (int) length;
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }

  private static ByteBuffer view(ArrowBuf buffer, int from, int bytes) {
    return buffer.nioBuffer(from, bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte headerChecksum() {
    byte[] descriptor = {FLG, BD};
    return (byte) (XXHashFactory.safeInstance().hash32().hash(descriptor, 0, 2, 0) >>> 8);
  }
}
