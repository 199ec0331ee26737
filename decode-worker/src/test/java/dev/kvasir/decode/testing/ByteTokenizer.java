package dev.kvasir.decode.testing;

import dev.kvasir.engine.gguf.GgufFile;
import dev.kvasir.engine.gguf.GgufWriter;
import dev.kvasir.engine.tokenizer.Tokenizer;
import dev.kvasir.prefill.testing.FakeEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A tokenizer whose ids 0 to 255 are the bytes of the same numbers. */
public final class ByteTokenizer {
  public static final int END_OF_TURN = 256;

  private static final int NORMAL = 1;
  private static final int CONTROL = 3;

  private ByteTokenizer() {}

  /** Writes a model file without weights and reads the tokenizer from it. */
  public static Tokenizer create() {
    try {
      Path file = Files.createTempFile("bytes", ".gguf");
      Files.write(file, gguf());
      try (GgufFile opened = GgufFile.open(file)) {
        return Tokenizer.from(opened);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] gguf() {
    List<String> tokens = new ArrayList<>();
    List<Integer> types = new ArrayList<>();
    int substitutes = 0;
    for (int value = 0; value < 256; value++) {
      boolean printable =
          (value >= '!' && value <= '~')
              || (value >= 0xA1 && value <= 0xAC)
              || (value >= 0xAE && value <= 0xFF);
      tokens.add(String.valueOf((char) (printable ? value : 256 + substitutes++)));
      types.add(NORMAL);
    }
    List<String> special = List.of("<|im_end|>", "<|im_start|>", "<|endoftext|>");
    for (int id = 256; id < FakeEngine.VOCABULARY; id++) {
      tokens.add(id - 256 < special.size() ? special.get(id - 256) : "<|" + id + "|>");
      types.add(CONTROL);
    }
    return new GgufWriter()
        .string("tokenizer.ggml.model", "gpt2")
        .string("tokenizer.ggml.pre", "smollm")
        .strings("tokenizer.ggml.tokens", tokens)
        .ints("tokenizer.ggml.token_type", types)
        .strings("tokenizer.ggml.merges", List.of())
        .u32("tokenizer.ggml.eos_token_id", END_OF_TURN)
        .toBytes();
  }
}
