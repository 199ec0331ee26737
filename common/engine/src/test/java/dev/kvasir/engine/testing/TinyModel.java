package dev.kvasir.engine.testing;

import dev.kvasir.engine.gguf.GgufWriter;
import dev.kvasir.engine.gguf.TensorType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** A Llama model of a few thousand random weights, for tests of the engine's arithmetic. */
public final class TinyModel {
  public static final int VOCABULARY = 97;
  public static final int LAYERS = 2;
  public static final int CONTEXT = 512;
  private static final int WIDTH = 64;
  private static final int HEADS = 4;
  private static final int KV_HEADS = 2;
  private static final int HIDDEN = 72;
  private static final int SEED = 7;

  private TinyModel() {}

  /** Writes the model into the folder; the same bytes every time. */
  public static Path write(Path folder) {
    Random random = new Random(SEED);
    GgufWriter writer =
        new GgufWriter()
            .string("general.architecture", "llama")
            .u32("llama.block_count", LAYERS)
            .u32("llama.embedding_length", WIDTH)
            .u32("llama.feed_forward_length", HIDDEN)
            .u32("llama.attention.head_count", HEADS)
            .u32("llama.attention.head_count_kv", KV_HEADS)
            .u32("llama.context_length", CONTEXT)
            .f32("llama.attention.layer_norm_rms_epsilon", 1e-5f)
            .strings("tokenizer.ggml.tokens", tokens());
    matrix(writer, random, "token_embd.weight", WIDTH, VOCABULARY);
    vector(writer, random, "output_norm.weight");
    for (int layer = 0; layer < LAYERS; layer++) {
      layer(writer, random, "blk." + layer + ".");
    }
    try {
      return Files.write(folder.resolve("tiny.gguf"), writer.toBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> tokens() {
    return IntStream.range(0, VOCABULARY).mapToObj(id -> "t" + id).toList();
  }

  private static void layer(GgufWriter writer, Random random, String prefix) {
    int kvWidth = WIDTH / HEADS * KV_HEADS;
    vector(writer, random, prefix + "attn_norm.weight");
    matrix(writer, random, prefix + "attn_q.weight", WIDTH, WIDTH);
    matrix(writer, random, prefix + "attn_k.weight", WIDTH, kvWidth);
    matrix(writer, random, prefix + "attn_v.weight", WIDTH, kvWidth);
    matrix(writer, random, prefix + "attn_output.weight", WIDTH, WIDTH);
    vector(writer, random, prefix + "ffn_norm.weight");
    matrix(writer, random, prefix + "ffn_gate.weight", WIDTH, HIDDEN);
    matrix(writer, random, prefix + "ffn_up.weight", WIDTH, HIDDEN);
    matrix(writer, random, prefix + "ffn_down.weight", HIDDEN, WIDTH);
  }

  private static void vector(GgufWriter writer, Random random, String name) {
    writer.tensor(name, TensorType.F32, floats(random, WIDTH, 1), WIDTH);
  }

  private static void matrix(GgufWriter writer, Random random, String name, int in, int out) {
    byte[] bytes = floats(random, in * out, 0.2f);
    writer.tensor(name, TensorType.F32, bytes, in, out);
  }

  private static byte[] floats(Random random, int count, float scale) {
    ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      bytes.putFloat(scale * (float) random.nextGaussian());
    }
    return bytes.array();
  }
}
