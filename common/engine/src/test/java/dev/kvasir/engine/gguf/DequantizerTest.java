package dev.kvasir.engine.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.engine.testing.TestModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against values by the Python package gguf; see ops/golden/gguf_vectors.py. */
class DequantizerTest {
  private static final int ROWS = 6;
  private static final int ELEMENTS = ROWS * 96;

  @TempDir private Path folder;
  private GgufFile vectors;

  @BeforeEach
  void openVectors() throws IOException {
    vectors = GgufFile.open(Files.write(folder.resolve("v.gguf"), resource("vectors.gguf")));
  }

  @AfterEach
  void closeVectors() {
    vectors.close();
  }

  @Test
  void dequantize_everyType_equalsGgufPyBitForBit() throws IOException {
    ByteBuffer expected = ByteBuffer.wrap(resource("vectors.f32")).order(ByteOrder.LITTLE_ENDIAN);
    for (TensorType type : TensorType.values()) {
      int columns = type.blockElements() == 256 ? 512 : 96;
      assertThat(vectors.requireTensor(type.name(), columns, ROWS).type()).isEqualTo(type);
    }
    for (StoredTensor tensor : vectors.tensors()) {
      float[] values = all(tensor);
      for (int i = 0; i < values.length; i++) {
        assertThat(Float.floatToRawIntBits(values[i]))
            .as("%s[%d]", tensor.name(), i)
            .isEqualTo(expected.getInt());
      }
    }
    assertThat(expected.hasRemaining()).isFalse();
  }

  @Test
  void dequantize_anyRange_equalsThatPartOfTheWhole() {
    for (StoredTensor tensor : vectors.tensors()) {
      float[] whole = all(tensor);
      for (int first = 0; first < 100; first += 7) {
        for (int count : new int[] {0, 1, 5, 31, 32, 33, 64, 200, 300}) {
          float[] part = new float[count + 3];
          Dequantizer.dequantize(tensor, first, count, part, 2);
          float[] expected = new float[count + 3];
          System.arraycopy(whole, first, expected, 2, count);
          assertThat(part).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void dequantize_outsideTensorOrTarget_isRefused() {
    StoredTensor tensor = vectors.tensor("Q4_1").orElseThrow();
    float[] target = new float[4];
    assertThatThrownBy(() -> Dequantizer.dequantize(tensor, ELEMENTS - 3, 4, target, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Dequantizer.dequantize(tensor, -1, 1, target, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Dequantizer.dequantize(tensor, 0, 4, target, 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void dequantize_realModel_equalsGgufPyBitForBit() throws IOException {
    String digests = new String(resource("model.sha256"), StandardCharsets.UTF_8);
    try (GgufFile file = GgufFile.open(TestModel.path())) {
      for (String line : digests.lines().toList()) {
        String name = line.substring(66);
        assertThat(digest(file.tensor(name).orElseThrow()))
            .as(name)
            .isEqualTo(line.substring(0, 64));
      }
    }
    assertThat(digests.lines()).hasSize(2 + 3 * 9);
  }

  private static float[] all(StoredTensor tensor) {
    float[] values = new float[(int) tensor.elements()];
    Dequantizer.dequantize(tensor, 0, values.length, values, 0);
    return values;
  }

  private static String digest(StoredTensor tensor) {
    MessageDigest digest = sha256();
    int columns = Math.toIntExact(tensor.shape().getFirst());
    float[] row = new float[columns];
    ByteBuffer bytes = ByteBuffer.allocate(columns * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (long first = 0; first < tensor.elements(); first += columns) {
      Dequantizer.dequantize(tensor, first, columns, row, 0);
      bytes.asFloatBuffer().put(row);
      digest.update(bytes.array());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = DequantizerTest.class.getResourceAsStream("/gguf/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }
}
