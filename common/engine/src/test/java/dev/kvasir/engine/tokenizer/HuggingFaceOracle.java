package dev.kvasir.engine.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.engine.gguf.GgufFile;
import dev.kvasir.engine.gguf.Metadata;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Hugging Face's own tokenizer (Rust, through DJL), set up from a GGUF file's vocabulary. With
 * marks it splits off special tokens in the text, without it reads all text as plain.
 */
public final class HuggingFaceOracle implements AutoCloseable {
  private static final long CONTROL = 3;

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
    System.setProperty("DJL_CACHE_DIR", Path.of("target", "djl").toAbsolutePath().toString());
    System.setProperty("ai.djl.offline", "true");
    try (GgufFile file = GgufFile.open(model)) {
      byte[] json = new ObjectMapper().writeValueAsBytes(json(file.metadata(), marks));
      Map<String, String> options =
          Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "false");
      return new HuggingFaceOracle(
          HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), options));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode json(Metadata metadata, boolean marks) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("version", "1.0").putNull("truncation").putNull("padding");
    List<String> tokens = metadata.requireStrings("tokenizer.ggml.tokens");
    long[] types = metadata.requireWholes("tokenizer.ggml.token_type");
    ArrayNode added = root.putArray("added_tokens");
    for (int id = 0; marks && id < types.length; id++) {
      if (types[id] == CONTROL) {
        mark(added.addObject(), id, tokens.get(id));
      }
    }
    root.putNull("normalizer").putNull("post_processor");
    preTokenizer(root.putObject("pre_tokenizer").put("type", "Sequence"));
    byteLevel(root.putObject("decoder"));
    model(root.putObject("model"), tokens, metadata.requireStrings("tokenizer.ggml.merges"));
    return root;
  }

  private static void mark(ObjectNode node, int id, String content) {
    node.put("id", id).put("content", content).put("special", true);
    for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized")) {
      node.put(flag, false);
    }
  }

  private static void preTokenizer(ObjectNode sequence) {
    ArrayNode steps = sequence.putArray("pretokenizers");
    steps.addObject().put("type", "Digits").put("individual_digits", true);
    byteLevel(steps.addObject());
  }

  private static void byteLevel(ObjectNode node) {
    node.put("type", "ByteLevel").put("add_prefix_space", false);
    node.put("trim_offsets", true).put("use_regex", true);
  }

  private static void model(ObjectNode model, List<String> tokens, List<String> merges) {
    model.put("type", "BPE").putNull("dropout").putNull("unk_token");
    model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < tokens.size(); id++) {
      vocabulary.put(tokens.get(id), id);
    }
    merges.forEach(model.putArray("merges")::add);
  }

  private static int[] ints(long[] ids) {
    return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
  }
}
