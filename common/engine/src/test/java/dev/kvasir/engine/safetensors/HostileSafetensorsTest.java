package dev.kvasir.engine.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.engine.gguf.ModelFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way in which safetensors files and their index can be wrong is said by name. */
class HostileSafetensorsTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "0, 4, 12, must take 8 bytes: 4",
    "0, 8, 8, ends past the end of the file",
    "8, 0, 8, two rising data_offsets",
    "4, 12, 12, leaves a gap",
    "0, 8, 12, 4 bytes belong to no tensor"
  })
  void open_offsetsWrong_isRefused(long begin, long end, int data, String reason)
      throws IOException {
    int have = reason.startsWith("ends") ? data - 1 : data;
    refuse(new SafetensorsWriter().entry("w", "F32", "2", begin, end).data(have), reason);
  }

  @Test
  void open_overlap_isRefused() throws IOException {
    refuse(
        new SafetensorsWriter().entry("v", "F32", "2", 0, 8).entry("w", "F32", "2", 4, 12).data(12),
        "tensor \"w\" overlaps");
  }

  @ParameterizedTest
  @CsvSource({
    "F8_E4M3, 2, unsupported dtype \"F8_E4M3\"",
    "F32, -2, bad number in \"shape\"",
    "F32, 1.5, bad number in \"shape\"",
    "F32, '4611686018427387904,4611686018427387904', too large",
    "F32, '1,1,1,1,1,1,1,1,1', too many dimensions"
  })
  void open_typeOrShapeWrong_isRefused(String dtype, String shape, String reason)
      throws IOException {
    refuse(new SafetensorsWriter().entry("w", dtype, shape, 0, 8).data(8), reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "{", "{\"w\":1}", "{\"w\":{}}", "{}x", "{\"w\":{},\"w\":{}}", "nul"})
  void open_headerIsNoSoundObject_isRefused(String header) throws IOException {
    refuse(SafetensorsWriter.withHeader(header, 0), "test.safetensors, byte ");
  }

  @Test
  void open_deeplyNestedHeader_isRefused() throws IOException {
    String nested = "{\"w\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    refuse(SafetensorsWriter.withHeader(nested, 0), "bad JSON");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1 << 20})
  void open_headerLengthPastEnd_isRefused(long length) throws IOException {
    byte[] bytes = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
    refuse(bytes, "byte 0: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../out.safetensors", "/etc/out.safetensors", "a/b.safetensors", "..", "x.bin"})
  void folder_shardLeavesIt_isRefused(String shard) throws IOException {
    index("{\"weight_map\":{\"w\":\"" + shard + "\"}}");
    refuseFolder("must be a file of this folder");
  }

  @Test
  void folder_shardMissing_isRefused() throws IOException {
    index("{\"weight_map\":{\"w\":\"a.safetensors\"}}");
    refuseFolder("a.safetensors, byte 0: there is no such file");
  }

  @Test
  void folder_indexAndShardDiffer_isRefused() throws IOException {
    Files.write(
        folder.resolve("a.safetensors"),
        new SafetensorsWriter().tensor("v", "F32", 4, 1).tensor("w", "F32", 4, 1).toBytes());
    index("{\"weight_map\":{\"w\":\"a.safetensors\"}}");
    refuseFolder("tensors that the index does not list");
    index("{\"weight_map\":{\"w\":\"a.safetensors\",\"x\":\"a.safetensors\"}}");
    refuseFolder("tensor \"x\" is missing");
  }

  @Test
  void folder_noTensors_isRefused() {
    refuseFolder("neither model.safetensors nor model.safetensors.index.json");
  }

  private void index(String json) throws IOException {
    Files.writeString(folder.resolve("model.safetensors.index.json"), json);
  }

  private void refuseFolder(String reason) {
    assertThatThrownBy(() -> TensorFolder.open(folder))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining(reason);
  }

  private void refuse(SafetensorsWriter writer, String reason) throws IOException {
    refuse(writer.toBytes(), reason);
  }

  private void refuse(byte[] bytes, String reason) throws IOException {
    Path file = Files.write(folder.resolve("test.safetensors"), bytes);
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining(reason)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }
}
