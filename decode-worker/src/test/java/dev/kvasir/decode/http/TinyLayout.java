package dev.kvasir.decode.http;

import dev.kvasir.block.ElementType;
import dev.kvasir.engine.gguf.GgufFile;
import dev.kvasir.engine.gguf.GgufWriter;
import dev.kvasir.engine.prompt.PromptLayout;
import dev.kvasir.engine.prompt.Scoping;
import dev.kvasir.engine.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A real prompt layout over a vocabulary of single bytes: every byte of UTF-8 is one token. */
final class TinyLayout {
  static final String FINGERPRINT = "f".repeat(64);

  private TinyLayout() {}

  static PromptLayout create() {
    try {
      Path file = Files.createTempFile("kvasir-tiny", ".gguf");
      try {
        Files.write(file, vocabulary());
        try (GgufFile gguf = GgufFile.open(file)) {
          return new PromptLayout(
              Tokenizer.from(gguf), FINGERPRINT, ElementType.FLOAT16, Scoping.of("tests"));
        }
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] vocabulary() {
    List<String> tokens = new ArrayList<>(List.of("<|im_start|>", "<|im_end|>"));
    List<Integer> types = new ArrayList<>(List.of(3, 3));
    char substitute = 0x100;
    for (int value = 0; value < 256; value++) {
      boolean printable = (value > 32 && value < 127) || (value > 160 && value != 173);
      tokens.add(Character.toString(printable ? (char) value : substitute++));
      types.add(1);
    }
    return new GgufWriter()
        .string("tokenizer.ggml.model", "gpt2")
        .string("tokenizer.ggml.pre", "smollm")
        .strings("tokenizer.ggml.tokens", tokens)
        .ints("tokenizer.ggml.token_type", types)
        .strings("tokenizer.ggml.merges", List.of())
        .u32("tokenizer.ggml.eos_token_id", 1)
        .toBytes();
  }
}
