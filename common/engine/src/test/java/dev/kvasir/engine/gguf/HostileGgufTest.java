package dev.kvasir.engine.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each kind of damage, with the message a user reads. */
class HostileGgufTest {
  private static final int F32 = TensorType.F32.id();

  @TempDir private Path folder;

  static Stream<Arguments> headers() {
    byte[] sound = new GgufWriter().toBytes();
    return Stream.of(
        Arguments.of("magic", patched(sound, 0, 0x46554746, 4), "byte 0: this is not a GGUF file"),
        Arguments.of("version", patched(sound, 4, 2, 4), "byte 4: GGUF version 2 is not supported"),
        Arguments.of(
            "big endian",
            patched(sound, 4, 0x03000000, 4),
            "GGUF version 50331648 is not supported"),
        Arguments.of(
            "tensor count", patched(sound, 8, -1, 8), "byte 8: tensor count 18446744073709551615"),
        Arguments.of("tensor count past the end", patched(sound, 8, 60_000, 8), "does not fit the"),
        Arguments.of(
            "entry count",
            patched(sound, 16, 1L << 40, 8),
            "byte 16: metadata count 1099511627776"));
  }

  static Stream<Arguments> metadata() {
    return Stream.of(
        Arguments.of("twice", new GgufWriter().u32("a", 1).u32("a", 2), "\"a\" occurs twice"),
        Arguments.of(
            "type",
            new GgufWriter().entry("a", 13, out -> out.write(0)),
            "unknown metadata type 13"),
        Arguments.of(
            "flag", new GgufWriter().entry("a", 7, out -> out.write(2)), "must be 0 or 1: 2"),
        Arguments.of(
            "u64",
            new GgufWriter().entry("a", 10, out -> GgufWriter.u64(out, -1)),
            "number 18446744073709551615 is too large"),
        Arguments.of(
            "string length",
            new GgufWriter().entry("a", 8, out -> GgufWriter.u64(out, Long.MAX_VALUE)),
            "length of a metadata string 9223372036854775807 is over the limit"),
        Arguments.of(
            "string past the end",
            new GgufWriter().entry("a", 8, out -> GgufWriter.u64(out, 1000)),
            "does not fit the"),
        Arguments.of(
            "not UTF-8",
            new GgufWriter()
                .entry(
                    "a",
                    8,
                    out -> {
                      GgufWriter.u64(out, 1);
                      out.write(0xFF);
                    }),
            "metadata string is not UTF-8"),
        Arguments.of("array length", array(8, 4_000_000), "array length 4000000 does not fit the"),
        Arguments.of("array limit", array(0, 5_000_000), "array length 5000000 is over the limit"),
        Arguments.of("array of arrays", array(9, 0), "an array inside an array"),
        Arguments.of(
            "alignment",
            new GgufWriter().u32("general.alignment", 48),
            "alignment must be a power of two: 48"),
        Arguments.of(
            "no alignment",
            new GgufWriter().u32("general.alignment", 0),
            "\"general.alignment\" must be in [1, 65536]: 0"));
  }

  static Stream<Arguments> tensors() {
    byte[] four = new byte[4];
    return Stream.of(
        Arguments.of(
            "twice",
            new GgufWriter().tensor("w", TensorType.F32, four, 1).directoryEntry("w", F32, 32, 1),
            "tensor \"w\" occurs twice"),
        Arguments.of(
            "no dimensions",
            new GgufWriter().directoryEntry("w", F32, 0).tensor("v", TensorType.F32, four, 1),
            "must have 1 to 4 dimensions: 0"),
        Arguments.of(
            "many dimensions",
            new GgufWriter().directoryEntry("w", F32, 0, 1, 1, 1, 1, 1),
            "must have 1 to 4 dimensions: 5"),
        Arguments.of(
            "zero", new GgufWriter().directoryEntry("w", F32, 0, 4, 0), "a dimension of zero"),
        Arguments.of(
            "type",
            new GgufWriter().directoryEntry("w", 10, 0, 256),
            "tensor \"w\" has the unsupported type 10"),
        Arguments.of(
            "overflow",
            new GgufWriter().directoryEntry("w", F32, 0, 1L << 40, 1L << 40),
            "tensor \"w\" is too large"),
        Arguments.of(
            "overflow in bytes",
            new GgufWriter().directoryEntry("w", F32, 0, 1L << 62),
            "tensor \"w\" is too large"),
        Arguments.of(
            "broken row",
            new GgufWriter().directoryEntry("w", TensorType.Q4_1.id(), 0, 48, 2),
            "rows of tensor \"w\" must be a multiple of 32 for Q4_1: 48"),
        Arguments.of(
            "broken super row",
            new GgufWriter().directoryEntry("w", TensorType.Q6_K.id(), 0, 128, 2),
            "rows of tensor \"w\" must be a multiple of 256 for Q6_K: 128"),
        Arguments.of(
            "misaligned",
            new GgufWriter().directoryEntry("w", F32, 4, 1),
            "not aligned to 32 bytes"),
        Arguments.of(
            "past the end",
            new GgufWriter().tensor("w", TensorType.F32, four, 2),
            "tensor \"w\" ends past the end of the file"),
        Arguments.of(
            "far past the end",
            new GgufWriter().directoryEntry("w", F32, Long.MAX_VALUE & -32, 1),
            "tensor \"w\" ends past the end of the file"),
        Arguments.of(
            "overlap",
            new GgufWriter()
                .tensor("v", TensorType.F32, new byte[64], 16)
                .directoryEntry("w", F32, 32, 4),
            "tensor \"w\" overlaps tensor \"v\""));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("headers")
  void open_damagedHeader_saysWhatIsWrong(String name, byte[] bytes, String message)
      throws IOException {
    assertRefused(bytes, message);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("metadata")
  void open_damagedMetadata_saysWhatIsWrong(String name, GgufWriter writer, String message)
      throws IOException {
    assertRefused(writer.toBytes(), message);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tensors")
  void open_damagedTensors_saysWhatIsWrong(String name, GgufWriter writer, String message)
      throws IOException {
    assertRefused(writer.toBytes(), message);
  }

  @Test
  void message_hostileNames_staysOnOneLine() throws IOException {
    byte[] bytes = new GgufWriter().directoryEntry("a\r\nb\u2028\u001b[1m", 99, 0, 1).toBytes();
    assertThatThrownBy(() -> GgufFile.open(Files.write(folder.resolve("test.gguf"), bytes)))
        .isInstanceOf(ModelFileException.class)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContainPattern("[\\p{Cc}\u2028]"))
        .hasMessageContaining("tensor \"a??b??[1m\" has the unsupported type 99");
  }

  @Test
  void message_endlessName_isCutShort() throws IOException {
    String key = "k".repeat(60_000);
    byte[] bytes = new GgufWriter().u32(key, 1).u32(key, 1).toBytes();
    Path file = Files.write(folder.resolve("test.gguf"), bytes);
    assertThatThrownBy(() -> GgufFile.open(file))
        .isInstanceOf(ModelFileException.class)
        .message()
        .hasSizeLessThan(1000);
  }

  private void assertRefused(byte[] bytes, String message) throws IOException {
    Path file = Files.write(folder.resolve("test.gguf"), bytes);
    assertThatThrownBy(() -> GgufFile.open(file))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("test.gguf, byte ")
        .hasMessageContaining(message);
  }

  private static GgufWriter array(int type, long count) {
    return new GgufWriter()
        .entry(
            "a",
            9,
            out -> {
              GgufWriter.u32(out, type);
              GgufWriter.u64(out, count);
            });
  }

  private static byte[] patched(byte[] bytes, int at, long value, int width) {
    byte[] copy = bytes.clone();
    ByteBuffer buffer = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
    if (width == Integer.BYTES) {
      buffer.putInt(at, (int) value);
    } else {
      buffer.putLong(at, value);
    }
    return copy;
  }
}
