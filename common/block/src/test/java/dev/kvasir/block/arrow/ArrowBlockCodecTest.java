package dev.kvasir.block.arrow;

import static dev.kvasir.block.arrow.TestBlocks.SMOL;
import static dev.kvasir.block.arrow.TestBlocks.TINY;
import static dev.kvasir.block.arrow.TestBlocks.assertHolds;
import static dev.kvasir.block.arrow.TestBlocks.encode;
import static dev.kvasir.block.arrow.TestBlocks.identity;
import static dev.kvasir.block.arrow.TestBlocks.random;
import static dev.kvasir.block.arrow.TestBlocks.zeros;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.block.BlockHeader;
import dev.kvasir.block.BlockIdentity;
import dev.kvasir.block.ElementType;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.KvRows;
import dev.kvasir.block.KvScales;
import dev.kvasir.block.TokenIds;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArrowBlockCodecTest {
  private final ArrowBlockCodec codec = new ArrowBlockCodec();

  @AfterEach
  void allocatorIsEmpty() {
    assertThat(codec.allocatedBytes()).isZero();
    codec.close();
  }

  @ParameterizedTest
  @CsvSource({
    "1, FLOAT16",
    "7, FLOAT16",
    "100, FLOAT16",
    "163, FLOAT16",
    "4096, FLOAT16",
    "1, FLOAT32",
    "7, FLOAT32",
    "100, FLOAT32",
    "163, FLOAT32",
    "4096, FLOAT32",
    "1, INT8",
    "7, INT8",
    "100, INT8",
    "163, INT8",
    "4096, INT8",
    "9000, INT8"
  })
  void decode_whatWasEncoded_givesTheSameRows(int tokens, ElementType type) {
    KvRows plain = random(SMOL, tokens, type);
    assertHolds(codec, encode(codec, plain), plain);
    KvRows compressible = zeros(SMOL, tokens, type);
    assertHolds(codec, encode(codec, compressible), compressible);
  }

  @Test
  void encode_randomRows_staysPlainAndAddsLittle() {
    KvRows rows = random(SMOL, 163, ElementType.FLOAT16);
    EncodedBlock block = encode(codec, rows);
    assertThat(block.chunks())
        .allSatisfy(chunk -> assertThat(chunk.length).isBetween(256 * 1024, 1024 * 1024 + 512));
    long rowBytes = SMOL.bytes(163, ElementType.FLOAT16);
    assertThat(block.sizeBytes())
        .isBetween(rowBytes, rowBytes + 512L * block.chunks().size() + 4096);
  }

  @Test
  void encode_int8_isHalfOfFloat16AndItsScales() {
    long half = encode(codec, random(SMOL, 163, ElementType.FLOAT16)).sizeBytes();
    long bytes = encode(codec, random(SMOL, 163, ElementType.INT8)).sizeBytes();
    assertThat((double) bytes / half).isBetween(0.53, 0.54);
  }

  @Test
  void encode_zeros_usesLz4() {
    EncodedBlock block = encode(codec, zeros(SMOL, 163, ElementType.FLOAT16));
    assertThat(block.sizeBytes()).isLessThan(SMOL.bytes(163, ElementType.FLOAT16) / 50);
  }

  @Test
  void encode_compressibleKeysOnly_escapesTheValues() {
    KvRows random = random(SMOL, 163, ElementType.FLOAT16);
    KvRows half =
        new KvRows(
            SMOL, ElementType.FLOAT16, 163, zeros(SMOL, 163, ElementType.FLOAT16).k(), random.v());
    EncodedBlock block = encode(codec, half);
    assertThat(block.sizeBytes()).isBetween(half.v().byteSize(), half.v().byteSize() * 51 / 50);
    assertHolds(codec, block, half);
  }

  @Test
  void encode_sameRowsAgain_givesSameBytes() {
    for (KvRows rows :
        List.of(
            random(SMOL, 100, ElementType.FLOAT16),
            zeros(SMOL, 4096, ElementType.FLOAT32),
            random(SMOL, 400, ElementType.INT8))) {
      EncodedBlock first = encode(codec, rows);
      try (ArrowBlockCodec other = new ArrowBlockCodec();
          Arena arena = Arena.ofConfined()) {
        KvRows copy =
            new KvRows(
                rows.geometry(),
                rows.type(),
                rows.tokens(),
                arena.allocate(rows.k().byteSize()).copyFrom(rows.k()),
                arena.allocate(rows.v().byteSize()).copyFrom(rows.v()),
                new KvScales(
                    arena.allocate(rows.scales().k().byteSize()).copyFrom(rows.scales().k()),
                    arena.allocate(rows.scales().v().byteSize()).copyFrom(rows.scales().v())));
        EncodedBlock second = encode(other, copy);
        assertThat(second.header()).isEqualTo(first.header());
        assertThat(second.chunks()).hasSameSizeAs(first.chunks());
        for (int i = 0; i < first.chunks().size(); i++) {
          assertThat(Arrays.equals(second.chunks().get(i), first.chunks().get(i))).isTrue();
        }
      }
    }
  }

  @Test
  void header_allFields_comeBack() {
    BlockIdentity identity =
        new BlockIdentity(
            "modèle",
            ElementType.FLOAT32,
            Optional.of(identity(1, ElementType.FLOAT16).key()),
            "größe, \"x\"\n=",
            TokenIds.of(0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE));
    EncodedBlock block = codec.encode(identity, random(TINY, 4, ElementType.FLOAT32));
    assertThat(codec.header(block.key(), block.header()))
        .isEqualTo(new BlockHeader(identity, TINY, 1));
  }

  @Test
  void chunk_plain_isAReadOnlyViewOfTheRecord() {
    EncodedBlock block = encode(codec, random(TINY, 3, ElementType.FLOAT16));
    codec.decode(
        block,
        chunk -> {
          assertThat(chunk.k().isReadOnly()).isTrue();
          assertThat(chunk.k().isNative()).isFalse();
          assertThat(codec.allocatedBytes()).isZero();
        });
  }

  @Test
  void chunk_sinkThrows_passesItOnAndFreesMemory() {
    EncodedBlock block = encode(codec, zeros(SMOL, 100, ElementType.FLOAT16));
    assertThatThrownBy(() ->
            codec.decode(
                block,
                chunk -> {
                  assertThat(codec.allocatedBytes()).isPositive();
                  throw new UnsupportedOperationException("the sink's own");
                }))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("the sink's own");
  }

  @Test
  void encode_rowsThatAreNotTheIdentitys_areRefused() {
    KvRows rows = random(TINY, 3, ElementType.FLOAT16);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> codec.encode(identity(4, ElementType.FLOAT16), rows));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> codec.encode(identity(3, ElementType.FLOAT32), rows));
    MemorySegment none = MemorySegment.NULL;
    KvRows empty = new KvRows(TINY, ElementType.FLOAT16, 0, none, none);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> codec.encode(identity(0, ElementType.FLOAT16), empty));
  }

  @Test
  void codec_manyThreads_stayApart() {
    List<CompletableFuture<Void>> tasks = new ArrayList<>();
    for (int task = 0; task < 8; task++) {
      int tokens = 90 + task;
      tasks.add(
          CompletableFuture.runAsync(() ->
              IntStream.range(0, 5)
                  .forEach(i -> {
                    KvRows rows =
                        i % 2 == 0
                            ? random(SMOL, tokens, ElementType.FLOAT16)
                            : zeros(SMOL, tokens, ElementType.FLOAT16);
                    assertHolds(codec, encode(codec, rows), rows);
                  })));
    }
    tasks.forEach(CompletableFuture::join);
  }
}
