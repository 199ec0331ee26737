package dev.kvasir.engine.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.engine.gguf.GgufFile;
import dev.kvasir.engine.gguf.Metadata;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * Hugging Face's own tokenizer (Rust, through DJL), set up from a GGUF file's vocabulary. With
 * marks it splits off special tokens in the text, without it reads all text as plain.
 */
public final class HuggingFaceOracle implements AutoCloseable {
  private final HuggingFaceTokenizer tokenizer;

  private HuggingFaceOracle(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  public static HuggingFaceOracle plain(Path model) {
    return open(model, false);
  }

  public static HuggingFaceOracle withMarks(Path model) {
    return open(model, true);
  }

  public int[] encode(String text) {
    return ints(tokenizer.encode(text, false, false).getIds());
  }

  /** The text of ids, special tokens left out. */
  public String decode(int[] ids) {
    return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true);
  }

  /** The text of ids, special tokens written out. */
  public String text(int[] ids) {
    return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), false);
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  private static HuggingFaceOracle open(Path model, boolean marks) {
    try (GgufFile file = GgufFile.open(model)) {
      Metadata metadata = file.metadata();
      PreTokenizer pre =
          PreTokenizer.named(metadata.requireString("tokenizer.ggml.pre")).orElseThrow();
      return of(TokenizerJson.of(metadata, pre, marks));
    }
  }

  /** Reads a {@code tokenizer.json}. */
  static HuggingFaceOracle of(ObjectNode tokenizerJson) {
    System.setProperty("DJL_CACHE_DIR", Path.of("target", "djl").toAbsolutePath().toString());
    System.setProperty("ai.djl.offline", "true");
    try {
      byte[] json = new ObjectMapper().writeValueAsBytes(tokenizerJson);
      Map<String, String> options =
          Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "false");
      return new HuggingFaceOracle(
          HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), options));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int[] ints(long[] ids) {
    return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
  }
}
