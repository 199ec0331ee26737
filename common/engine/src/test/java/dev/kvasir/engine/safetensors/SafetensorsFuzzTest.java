package dev.kvasir.engine.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.engine.gguf.Dequantizer;
import dev.kvasir.engine.gguf.ModelFileException;
import dev.kvasir.engine.gguf.StoredTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the bytes: a file opens and its tensors can be read, or it is refused in one line. */
@Timeout(60)
class SafetensorsFuzzTest {
  private static final int SPLICES = 4_000;

  @TempDir private Path folder;
  private int refused;
  private int opened;

  @Test
  void open_truncatedAnywhere_isRefused() throws IOException {
    byte[] sound = sound();
    for (int length = 0; length < sound.length; length++) {
      open(Arrays.copyOf(sound, length));
    }
    assertThat(opened).isZero();
    assertThat(refused).isEqualTo(sound.length);
  }

  @Test
  void open_anyByteChanged_isRefusedOrReadable() throws IOException {
    byte[] sound = sound();
    for (int at = 0; at < sound.length; at++) {
      for (int value : new int[] {0, '"', 0x7F, 0x80, 0xFF, sound[at] ^ 1}) {
        byte[] changed = sound.clone();
        changed[at] = (byte) value;
        open(changed);
      }
    }
    assertThat(opened).isPositive();
    assertThat(refused).isPositive();
  }

  @Test
  void open_randomSplices_isRefusedOrReadable() throws IOException {
    long seed = Long.getLong("kvasir.seed", System.nanoTime());
    System.out.println("SafetensorsFuzzTest seed=" + seed + " (repeat with -Dkvasir.seed)");
    Random random = new Random(seed);
    byte[] sound = sound();
    for (int i = 0; i < SPLICES; i++) {
      byte[] bytes = sound.clone();
      int length = 1 + random.nextInt(16);
      int to = random.nextInt(bytes.length - length);
      if (random.nextBoolean()) {
        System.arraycopy(sound, random.nextInt(sound.length - length), bytes, to, length);
      } else {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        System.arraycopy(noise, 0, bytes, to, length);
      }
      open(bytes);
    }
    assertThat(refused).isPositive();
  }

  private void open(byte[] bytes) throws IOException {
    Path path = folder.resolve("fuzz.safetensors");
    Files.write(path, bytes);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      opened++;
      file.tensors().values().forEach(SafetensorsFuzzTest::readEnds);
    } catch (ModelFileException e) {
      refused++;
      assertThat(e.getMessage()).contains("fuzz.safetensors, byte ").doesNotContain("\n");
      assertThat(e.offset()).isBetween(0L, (long) bytes.length);
    }
  }

  private static void readEnds(StoredTensor tensor) {
    if (tensor.elements() > 0) {
      float[] value = new float[1];
      Dequantizer.dequantize(tensor, 0, 1, value, 0);
      Dequantizer.dequantize(tensor, tensor.elements() - 1, 1, value, 0);
    }
  }

  private static byte[] sound() {
    return new SafetensorsWriter()
        .tensor("model.norm.weight", "F32", 4, 8)
        .tensor("model.embed_tokens.weight", "BF16", 2, 3, 8)
        .tensor("lm_head.weight", "F16", 2, 3, 8)
        .toBytes();
  }
}
