package dev.kvasir.engine.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the bytes: a file opens and its tensors can be read, or it is refused in one line. */
@Timeout(60)
class GgufFuzzTest {
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
      for (int value : new int[] {0, 0x7F, 0x80, 0xFF, sound[at] ^ 1}) {
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
    System.out.println("GgufFuzzTest seed=" + seed + " (repeat with -Dkvasir.seed)");
    Random random = new Random(seed);
    byte[] sound = sound();
    for (int i = 0; i < SPLICES; i++) {
      open(spliced(sound, random));
    }
    assertThat(refused).isPositive();
  }

  /** Runs of a sound file, moved, repeated, left out, or replaced by noise. */
  private static byte[] spliced(byte[] sound, Random random) {
    byte[] bytes = sound.clone();
    for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
      int length = 1 + random.nextInt(16);
      int to = random.nextInt(bytes.length - length);
      if (random.nextBoolean()) {
        System.arraycopy(sound, random.nextInt(sound.length - length), bytes, to, length);
      } else {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        System.arraycopy(noise, 0, bytes, to, length);
      }
    }
    return bytes;
  }

  private void open(byte[] bytes) throws IOException {
    Path path = folder.resolve("fuzz.gguf");
    Files.write(path, bytes);
    try (GgufFile file = GgufFile.open(path)) {
      opened++;
      file.tensors().forEach(GgufFuzzTest::readEnds);
    } catch (ModelFileException e) {
      refused++;
      assertThat(e.getMessage()).contains("fuzz.gguf, byte ").doesNotContain("\n");
      assertThat(e.offset()).isBetween(0L, (long) bytes.length);
    }
  }

  private static void readEnds(StoredTensor tensor) {
    float[] value = new float[1];
    Dequantizer.dequantize(tensor, 0, 1, value, 0);
    Dequantizer.dequantize(tensor, tensor.elements() - 1, 1, value, 0);
  }

  private static byte[] sound() {
    return new GgufWriter()
        .string("general.architecture", "llama")
        .u32("general.alignment", 32)
        .f32("llama.rope.freq_base", 100_000f)
        .flag("tokenizer.ggml.add_bos_token", false)
        .strings("tokenizer.ggml.tokens", List.of("a", "b", "ab"))
        .ints("tokenizer.ggml.token_type", List.of(1, 1, 1))
        .tensor("token_embd.weight", TensorType.Q8_0, new byte[68], 32, 2)
        .tensor("blk.0.attn_q.weight", TensorType.Q4_1, new byte[40], 64)
        .tensor("blk.0.ffn_up.weight", TensorType.Q5_K, new byte[176], 256)
        .tensor("output_norm.weight", TensorType.F32, new byte[32], 8)
        .toBytes();
  }
}
