package dev.kvasir.block.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.block.DamagedBlockException;
import dev.kvasir.block.ElementType;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.KvGeometry;
import dev.kvasir.block.KvRows;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ExportedBlockTest {
  private static final int FLIPS = 3_000;

  private final ArrowBlockCodec codec = new ArrowBlockCodec();

  @AfterEach
  void close() {
    assertThat(codec.allocatedBytes()).isZero();
    codec.close();
  }

  @ParameterizedTest
  @CsvSource({"FLOAT16, 1", "FLOAT16, 160", "FLOAT32, 33", "INT8, 1", "INT8, 160"})
  void read_exportedBlock_isTheSameBytes(ElementType type, int tokens) throws IOException {
    KvRows rows = TestBlocks.random(TestBlocks.SMOL, tokens, type);
    EncodedBlock block = TestBlocks.encode(codec, rows);

    EncodedBlock again = ExportedBlock.read(export(block));

    assertThat(again.key()).isEqualTo(block.key());
    assertThat(again.header()).isEqualTo(block.header());
    assertThat(again.chunks()).containsExactlyElementsOf(block.chunks());
    TestBlocks.assertHolds(codec, again, rows);
  }

  @ParameterizedTest
  @EnumSource(ElementType.class)
  void read_compressedBlock_isTheSameBytes(ElementType type) throws IOException {
    KvRows rows = TestBlocks.zeros(TestBlocks.SMOL, 40, type);
    EncodedBlock block = TestBlocks.encode(codec, rows);

    TestBlocks.assertHolds(codec, ExportedBlock.read(export(block)), rows);
  }

  @Test
  void read_streamCutAnywhere_isRefused() throws IOException {
    byte[] stream = export(small());

    for (int length = 0; length < stream.length; length++) {
      byte[] cut = Arrays.copyOf(stream, length);
      assertThatThrownBy(() -> ExportedBlock.read(cut)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void read_bytesAfterTheEnd_areRefused() throws IOException {
    byte[] stream = export(small());

    assertThatThrownBy(() -> ExportedBlock.read(Arrays.copyOf(stream, stream.length + 1)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("follow the end");
  }

  @Test
  void read_foreignBytes_areRefused() {
    byte[] text = "this is not an Arrow stream".getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(() -> ExportedBlock.read(text)).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @EnumSource(ElementType.class)
  void decode_flippedMetadata_isRefusedAndNothingElseIsThrown(ElementType type) throws IOException {
    byte[] stream = export(small(type));
    Random random = new Random(7);
    int refused = 0;
    for (int i = 0; i < FLIPS; i++) {
      byte[] flipped = stream.clone();
      flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        codec.decode(ExportedBlock.read(flipped), chunk -> {});
      } catch (IOException | DamagedBlockException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(FLIPS / 2);
  }

  private EncodedBlock small() {
    return small(ElementType.FLOAT16);
  }

  private EncodedBlock small(ElementType type) {
    return TestBlocks.encode(codec, TestBlocks.random(new KvGeometry(2, 1, 4), 3, type));
  }

  private byte[] export(EncodedBlock block) throws IOException {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    codec.export(block, stream);
    return stream.toByteArray();
  }
}
