package dev.kvasir.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.engine.gguf.GgufFile;
import dev.kvasir.engine.gguf.GgufWriter;
import dev.kvasir.engine.gguf.ModelFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnsupportedTokenizerTest {
  @TempDir private Path folder;

  @Test
  void from_tinyVocabulary_encodes() throws IOException {
    Tokenizer tokenizer = tokenizer("smollm", List.of("<e>", "a", "b", "ab"), List.of("a b"), 0);
    assertThat(tokenizer.encode("babc").toArray()).containsExactly(2, 3);
    assertThat(tokenizer.endOfTurn()).isZero();
  }

  @Test
  void from_otherPreTokenizer_saysWhichAreSupported() {
    assertRefused(
        () -> tokenizer("gpt-2", List.of("<e>", "a"), List.of(), 0),
        "tokenizer.ggml.pre \"gpt-2\" is not supported, only \"smollm\", \"llama-bpe\",");
  }

  @Test
  void from_otherModel_saysWhichIsSupported() {
    assertRefused(
        () -> open(new GgufWriter().string("tokenizer.ggml.model", "llama")),
        "tokenizer.ggml.model \"llama\" is not supported, only \"gpt2\"");
  }

  @Test
  void from_addedBeginOfSequenceWithoutToken_isRefused() {
    GgufWriter writer =
        writer("smollm", List.of("<e>", "a"), List.of(), 0)
            .flag("tokenizer.ggml.add_bos_token", true);
    assertRefused(() -> open(writer), "needs tokenizer.ggml.bos_token_id, which is missing");
  }

  @Test
  void from_addedBeginOfSequence_isLeftToTheCaller() throws IOException {
    Tokenizer tokenizer =
        open(
            writer("llama-bpe", List.of("<e>", "a", "<b>"), List.of(), 0)
                .u32("tokenizer.ggml.bos_token_id", 2));
    assertThat(tokenizer.beginOfSequence()).hasValue(2);
    assertThat(tokenizer.addsBeginOfSequence()).isTrue();
    assertThat(tokenizer.encode("a").toArray()).containsExactly(1);
  }

  @Test
  void from_damagedVocabulary_isRefused() {
    assertRefused(
        () -> tokenizer("smollm", List.of("<e>", "a", "a"), List.of(), 0), "\"a\" occurs twice");
    assertRefused(
        () -> tokenizer("smollm", List.of("<e>", "a b"), List.of(), 0), "does not spell bytes");
    assertRefused(
        () -> tokenizer("smollm", List.of("<e>", "\u4e00"), List.of(), 0), "does not spell bytes");
    assertRefused(
        () -> tokenizer("smollm", List.of("<e>", "a"), List.of(), 2),
        "\"tokenizer.ggml.eos_token_id\" must be in [0, 1]: 2");
    assertRefused(() -> tokenizer("smollm", List.of(), List.of(), 0), "a type for each token");
  }

  @Test
  void from_damagedMerges_isRefused() {
    List<String> tokens = List.of("<e>", "a", "b", "ab");
    for (List<String> merges :
        List.of(
            List.of("ab"), List.of("a c"), List.of("b a"), List.of(" ab"), List.of("a b", "a b"))) {
      assertRefused(
          () -> tokenizer("smollm", tokens, merges, 0), "merge " + (merges.size() - 1) + " ");
    }
  }

  private static void assertRefused(ThrowingCallable opening, String message) {
    assertThatThrownBy(opening)
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining(message);
  }

  private Tokenizer tokenizer(String pre, List<String> tokens, List<String> merges, int eos)
      throws IOException {
    return open(writer(pre, tokens, merges, eos));
  }

  private static GgufWriter writer(String pre, List<String> tokens, List<String> merges, int eos) {
    return new GgufWriter()
        .string("tokenizer.ggml.model", "gpt2")
        .string("tokenizer.ggml.pre", pre)
        .strings("tokenizer.ggml.tokens", tokens)
        .ints(
            "tokenizer.ggml.token_type",
            tokens.stream().map(token -> token.startsWith("<") ? 3 : 1).toList())
        .strings("tokenizer.ggml.merges", merges)
        .u32("tokenizer.ggml.eos_token_id", eos);
  }

  private Tokenizer open(GgufWriter writer) throws IOException {
    try (GgufFile file = GgufFile.open(Files.write(folder.resolve("t.gguf"), writer.toBytes()))) {
      return Tokenizer.from(file);
    }
  }
}
