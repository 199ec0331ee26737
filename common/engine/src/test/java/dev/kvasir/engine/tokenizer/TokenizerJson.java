package dev.kvasir.engine.tokenizer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.engine.gguf.GgufFile;
import dev.kvasir.engine.gguf.Metadata;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The {@code tokenizer.json} of a GGUF file's vocabulary, as Hugging Face's folders of SmolLM2,
 * Llama 3 and Qwen 2 have it.
 */
public final class TokenizerJson {
  private static final long CONTROL = 3;
  private static final long ADDED = 4;
  private static final long UNUSED = 5;

  private TokenizerJson() {}

  /**
   * @param marks whether texts are searched for added tokens
   */
  static ObjectNode of(Metadata metadata, PreTokenizer pre, boolean marks) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("version", "1.0").putNull("truncation").putNull("padding");
    List<String> tokens = metadata.requireStrings("tokenizer.ggml.tokens");
    long[] types = metadata.requireWholes("tokenizer.ggml.token_type");
    ArrayNode added = root.putArray("added_tokens");
    for (int id = 0; marks && id < types.length; id++) {
      if (types[id] == CONTROL || types[id] == ADDED) {
        mark(added.addObject(), id, tokens.get(id), types[id] == CONTROL);
      }
    }
    root.putNull("normalizer").putNull("post_processor");
    if (pre == PreTokenizer.QWEN2) {
      root.putObject("normalizer").put("type", "NFC");
    }
    preTokenizer(root.putObject("pre_tokenizer").put("type", "Sequence"), pre);
    byteLevel(root.putObject("decoder"), true);
    ObjectNode model = root.putObject("model");
    model(model, tokens, types, metadata.requireStrings("tokenizer.ggml.merges"));
    model.put("ignore_merges", pre == PreTokenizer.LLAMA_BPE);
    return root;
  }

  /**
   * Writes a folder with the vocabulary of a GGUF file, further marks and a chat template.
   *
   * @return Hugging Face's tokenizer for the folder
   */
  public static HuggingFaceOracle writeFolder(
      Path folder, Path model, List<String> marks, String template) throws IOException {
    ObjectNode json;
    try (GgufFile file = GgufFile.open(model)) {
      json = of(file.metadata(), PreTokenizer.LLAMA_BPE, true);
    }
    int size = json.path("model").path("vocab").size();
    for (int i = 0; i < marks.size(); i++) {
      mark(json.withArray("added_tokens").addObject(), size + i, marks.get(i), true);
    }
    ObjectNode config = new ObjectMapper().createObjectNode();
    config.put("bos_token", marks.getFirst()).put("eos_token", marks.getLast());
    TokenizerFolder.write(folder, json, config.put("chat_template", template));
    return HuggingFaceOracle.of(json);
  }

  private static void mark(ObjectNode node, int id, String content, boolean special) {
    node.put("id", id).put("content", content).put("special", special);
    for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized")) {
      node.put(flag, false);
    }
  }

  private static void preTokenizer(ObjectNode sequence, PreTokenizer pre) {
    ArrayNode steps = sequence.putArray("pretokenizers");
    switch (pre) {
      case SMOLLM -> steps.addObject().put("type", "Digits").put("individual_digits", true);
      case LLAMA_BPE -> split(steps.addObject(), "{1,3}");
      case QWEN2 -> split(steps.addObject(), "");
    }
    byteLevel(steps.addObject(), pre == PreTokenizer.SMOLLM);
  }

  private static void split(ObjectNode step, String digits) {
    step.put("type", "Split").put("behavior", "Isolated").put("invert", false);
    step.putObject("pattern")
        .put(
            "Regex",
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
                + digits
                + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+");
  }

  private static void byteLevel(ObjectNode node, boolean cutsWords) {
    node.put("type", "ByteLevel").put("add_prefix_space", false);
    node.put("trim_offsets", true).put("use_regex", cutsWords);
  }

  private static void model(
      ObjectNode model, List<String> tokens, long[] types, List<String> merges) {
    model.put("type", "BPE").putNull("dropout").putNull("unk_token");
    model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    model.put("fuse_unk", false).put("byte_fallback", false);
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < tokens.size(); id++) {
      if (types[id] != UNUSED) {
        vocabulary.put(tokens.get(id), id);
      }
    }
    merges.forEach(model.putArray("merges")::add);
  }
}
