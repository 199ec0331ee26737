package dev.kvasir.block.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.BlockHeader;
import dev.kvasir.block.BlockIdentity;
import dev.kvasir.block.ElementType;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.KvChunk;
import dev.kvasir.block.KvGeometry;
import dev.kvasir.block.KvRows;
import dev.kvasir.block.KvScales;
import dev.kvasir.block.TokenIds;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Blocks of made-up rows and their reassembly. */
final class TestBlocks {
  static final KvGeometry SMOL = new KvGeometry(30, 3, 64);
  static final KvGeometry TINY = new KvGeometry(2, 1, 4);

  private TestBlocks() {}

  static BlockIdentity identity(int tokens, ElementType type) {
    int[] ids = IntStream.range(0, tokens).map(i -> (i * 7919 + 3) % 49152).toArray();
    return new BlockIdentity("fingerprint", type, Optional.empty(), "tenant", TokenIds.of(ids));
  }

  /** Rows of random bits. */
  static KvRows random(KvGeometry geometry, int tokens, ElementType type) {
    Random random = new Random(tokens);
    return rows(
        geometry,
        tokens,
        type,
        bytes -> {
          random.nextBytes(bytes);
          return bytes;
        });
  }

  /** Rows that compress well. */
  static KvRows zeros(KvGeometry geometry, int tokens, ElementType type) {
    return rows(geometry, tokens, type, bytes -> bytes);
  }

  private static KvRows rows(
      KvGeometry geometry, int tokens, ElementType type, Function<byte[], byte[]> fill) {
    int bytes = Math.toIntExact(geometry.rows(tokens) * geometry.headDim() * type.bytes());
    MemorySegment k = MemorySegment.ofArray(fill.apply(new byte[bytes]));
    MemorySegment v = MemorySegment.ofArray(fill.apply(new byte[bytes]));
    int scaleBytes = Math.toIntExact(geometry.rows(tokens) * type.scaleBytes());
    KvScales scales =
        new KvScales(
            scales(fill.apply(new byte[scaleBytes])), scales(fill.apply(new byte[scaleBytes])));
    return new KvRows(geometry, type, tokens, k, v, scales);
  }

  /** Bits turned into numbers from 0 to 2, so that they are scales. */
  private static MemorySegment scales(byte[] bits) {
    for (int i = 3; i < bits.length; i += Float.BYTES) {
      bits[i] &= 0x3F;
    }
    return MemorySegment.ofArray(bits);
  }

  static EncodedBlock encode(ArrowBlockCodec codec, KvRows rows) {
    return codec.encode(identity(rows.tokens(), rows.type()), rows);
  }

  /** Puts decoded chunks back into whole columns. */
  static final class Collected implements KvChunk.Sink {
    private final KvRows target;

    Collected(KvGeometry geometry, int tokens, ElementType type) {
      this.target = zeros(geometry, tokens, type);
    }

    @Override
    public void accept(KvChunk chunk) {
      KvGeometry geometry = target.geometry();
      long elementBytes = (long) geometry.headDim() * target.type().bytes();
      long scaleBytes = target.type().scaleBytes();
      put(chunk, chunk.k(), target.k(), elementBytes);
      put(chunk, chunk.v(), target.v(), elementBytes);
      put(chunk, chunk.scales().k(), target.scales().k(), scaleBytes);
      put(chunk, chunk.scales().v(), target.scales().v(), scaleBytes);
    }

    private void put(KvChunk chunk, MemorySegment from, MemorySegment to, long rowBytes) {
      int kvHeads = target.geometry().kvHeads();
      long run = chunk.tokens() * rowBytes;
      assertThat(from.byteSize()).isEqualTo(run * chunk.layers() * kvHeads);
      for (int row = 0; row < chunk.layers() * kvHeads; row++) {
        long head = (long) chunk.firstLayer() * kvHeads + row;
        long at = (head * target.tokens() + chunk.firstToken()) * rowBytes;
        MemorySegment.copy(from, row * run, to, at, run);
      }
    }
  }

  /** Checks that the block holds exactly these rows. */
  static void assertHolds(ArrowBlockCodec codec, EncodedBlock block, KvRows rows) {
    Collected collected = new Collected(rows.geometry(), rows.tokens(), rows.type());
    BlockHeader header = codec.decode(block, collected);
    assertThat(header.geometry()).isEqualTo(rows.geometry());
    assertThat(header.chunks()).isEqualTo(block.chunks().size());
    assertThat(collected.target.k().mismatch(rows.k())).isEqualTo(-1);
    assertThat(collected.target.v().mismatch(rows.v())).isEqualTo(-1);
    assertThat(collected.target.scales().k().mismatch(rows.scales().k())).isEqualTo(-1);
    assertThat(collected.target.scales().v().mismatch(rows.scales().v())).isEqualTo(-1);
  }
}
