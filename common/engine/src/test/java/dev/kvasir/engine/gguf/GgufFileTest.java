package dev.kvasir.engine.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.engine.testing.TestModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufFileTest {
  @TempDir private Path folder;

  @Test
  void open_realModel_hasItsMetadataAndTensors() {
    try (GgufFile file = GgufFile.open(TestModel.path())) {
      Metadata metadata = file.metadata();
      assertThat(metadata.requireString("general.architecture")).isEqualTo("llama");
      assertThat(metadata.requireWhole("llama.block_count")).isEqualTo(30);
      assertThat(metadata.requireInteger("llama.context_length", 1, 1 << 20)).isEqualTo(8192);
      assertThat(metadata.requireReal("llama.rope.freq_base")).isEqualTo(100_000.0);
      assertThat(metadata.flag("tokenizer.ggml.add_bos_token")).contains(false);
      assertThat(metadata.requireStrings("tokenizer.ggml.tokens")).hasSize(49_152);
      assertThat(metadata.requireWholes("tokenizer.ggml.token_type")).hasSize(49_152);
      assertThat(metadata.keys()).hasSize(33);
      assertThat(file.tensors()).hasSize(272);
      assertThat(file.tensor("output.weight")).isEmpty();
      StoredTensor embedding = file.requireTensor("token_embd.weight", 576, 49_152);
      assertThat(embedding.type()).isEqualTo(TensorType.Q8_0);
      assertThat(embedding.data().byteSize()).isEqualTo(30_081_024);
      assertThat(file.tensors().stream().mapToLong(StoredTensor::elements).sum())
          .isEqualTo(134_515_008);
    }
  }

  @Test
  void getters_absentKey_areEmptyOrNameTheKey() throws IOException {
    try (GgufFile file = open(new GgufWriter().u32("one", 1))) {
      Metadata metadata = file.metadata();
      assertThat(metadata.string("none")).isEmpty();
      assertThat(metadata.whole("none")).isEmpty();
      assertThat(metadata.real("none")).isEmpty();
      assertThat(metadata.reals("none")).isEmpty();
      assertThatThrownBy(() -> metadata.requireWhole("none"))
          .isInstanceOf(ModelFileException.class)
          .hasMessageContaining("metadata key \"none\" is missing");
    }
  }

  @Test
  void getters_otherType_nameKeyAndBothTypes() throws IOException {
    try (GgufFile file = open(new GgufWriter().u32("one", 1))) {
      assertThatThrownBy(() -> file.metadata().string("one"))
          .isInstanceOf(ModelFileException.class)
          .hasMessageContaining("byte 35: metadata key \"one\" must be a string: a whole number");
      assertThatThrownBy(() -> file.metadata().integer("one", 2, 3))
          .isInstanceOf(ModelFileException.class)
          .hasMessageContaining("must be in [2, 3]: 1");
    }
  }

  @Test
  void getters_everyKindOfValue_isRead() throws IOException {
    GgufWriter writer = new GgufWriter();
    long[] bits = {0xFE, 0xFE, 0xFFFE, 0xFFFE, 0xFFFFFFFEL, 0xFFFFFFFEL};
    int[] bytes = {1, 1, 2, 2, 4, 4};
    for (int type = 0; type < bits.length; type++) {
      long value = bits[type];
      int width = bytes[type];
      writer.entry("whole" + type, type, out -> little(out, value, width));
    }
    writer.entry("whole10", 10, out -> GgufWriter.u64(out, Long.MAX_VALUE));
    writer.entry("whole11", 11, out -> GgufWriter.u64(out, Long.MIN_VALUE));
    writer.entry("real12", 12, out -> GgufWriter.u64(out, Double.doubleToLongBits(-0.1)));
    writer.f32("real6", 0.5f).flag("flag", true).string("text", "Grüße 🙂");
    writer.strings("texts", List.of("", "a")).ints("ints", List.of(-1, 7));
    writer.entry("flags", 9, out -> array(out, 7, 2, 1, 0));
    writer.entry("reals", 9, out -> array(out, 6, 1, 0, 0, 0, 0x40));
    try (GgufFile file = open(writer)) {
      Metadata metadata = file.metadata();
      long[] wholes = {254, -2, 65_534, -2, 4_294_967_294L, -2};
      for (int type = 0; type < wholes.length; type++) {
        assertThat(metadata.requireWhole("whole" + type)).isEqualTo(wholes[type]);
      }
      assertThat(metadata.requireWhole("whole10")).isEqualTo(Long.MAX_VALUE);
      assertThat(metadata.requireWhole("whole11")).isEqualTo(Long.MIN_VALUE);
      assertThat(metadata.requireReal("real12")).isEqualTo(-0.1);
      assertThat(metadata.requireReal("real6")).isEqualTo(0.5);
      assertThat(metadata.flag("flag")).contains(true);
      assertThat(metadata.requireString("text")).isEqualTo("Grüße 🙂");
      assertThat(metadata.requireStrings("texts")).containsExactly("", "a");
      assertThat(metadata.requireWholes("ints")).containsExactly(-1, 7);
      assertThat(metadata.requireWholes("flags")).containsExactly(1, 0);
      assertThat(metadata.reals("reals").orElseThrow()).containsExactly(2.0);
    }
  }

  @Test
  void requireTensor_absentOrOfOtherShape_saysSo() throws IOException {
    GgufWriter writer = new GgufWriter().tensor("w", TensorType.F32, new byte[24], 2, 3);
    try (GgufFile file = open(writer)) {
      assertThat(file.requireTensor("w", 2, 3).elements()).isEqualTo(6);
      assertThatThrownBy(() -> file.requireTensor("w", 3, 2))
          .isInstanceOf(ModelFileException.class)
          .hasMessageContaining("tensor \"w\" must have shape [3, 2]: [2, 3]");
      assertThatThrownBy(() -> file.requireTensor("v", 2, 3))
          .isInstanceOf(ModelFileException.class)
          .hasMessageContaining("tensor \"v\" is missing");
    }
  }

  @Test
  void close_twice_isIdempotentAndEndsTheViews() throws IOException {
    GgufFile file = open(new GgufWriter().tensor("w", TensorType.F32, new byte[4], 1));
    StoredTensor tensor = file.tensor("w").orElseThrow();
    file.close();
    file.close();
    assertThat(tensor.data().scope().isAlive()).isFalse();
  }

  @Test
  void open_noFileOrFolderOrEmpty_saysSo() throws IOException {
    assertThatThrownBy(() -> GgufFile.open(folder.resolve("none.gguf")))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("none.gguf, byte 0: there is no such file");
    assertThatThrownBy(() -> GgufFile.open(folder))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("cannot be read");
    Path empty = Files.createFile(folder.resolve("empty.gguf"));
    assertThatThrownBy(() -> GgufFile.open(empty))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("byte 0: file ends too early: 4 bytes needed, 0 left");
  }

  @Test
  void open_alignment_isHonoured() throws IOException {
    GgufWriter writer =
        new GgufWriter()
            .u32("general.alignment", 8)
            .directoryEntry("a", TensorType.F32.id(), 0, 2)
            .directoryEntry("b", TensorType.F32.id(), 8, 1);
    byte[] header = writer.toBytes();
    try (GgufFile file = open(Arrays.copyOf(header, header.length + 16))) {
      assertThat(file.tensor("b").map(StoredTensor::offset))
          .isEqualTo(Optional.of(dataStart() + 8));
    }
  }

  /** Magic, version, counts; one entry; two directory entries; rounded up to eight. */
  private static long dataStart() {
    long header = 24 + (8 + 17 + 4 + 4) + 2 * (8 + 1 + 4 + 8 + 4 + 8);
    return (header + 7) / 8 * 8;
  }

  private static void little(ByteArrayOutputStream out, long value, int bytes) {
    for (int i = 0; i < bytes; i++) {
      out.write((int) (value >> (8 * i)));
    }
  }

  private static void array(ByteArrayOutputStream out, int type, int count, int... bytes) {
    GgufWriter.u32(out, type);
    GgufWriter.u64(out, count);
    for (int value : bytes) {
      out.write(value);
    }
  }

  private GgufFile open(GgufWriter writer) throws IOException {
    return open(writer.toBytes());
  }

  private GgufFile open(byte[] bytes) throws IOException {
    return GgufFile.open(Files.write(folder.resolve("test.gguf"), bytes));
  }
}
