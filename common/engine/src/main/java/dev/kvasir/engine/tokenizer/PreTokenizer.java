package dev.kvasir.engine.tokenizer;

import java.util.Optional;
import java.util.function.Consumer;

/** How text is cut into the pieces inside which merges happen, by the names of GGUF files. */
enum PreTokenizer {
  SMOLLM("smollm"),
  /** Llama 3, which takes a piece that is a token as it is. */
  LLAMA_BPE("llama-bpe"),
  /** Qwen 2 and 2.5, which bring text into composed form (NFC) first. */
  QWEN2("qwen2");

  /** All names that files may use, as a user is told them. */
  static final String SUPPORTED =
      "\"smollm\", \"llama-bpe\", \"llama3\", \"llama-v3\", \"falcon3\", \"qwen2\","
          + " \"deepseek-r1-qwen\"";

  private final String label;

  PreTokenizer(String label) {
    this.label = label;
  }

  static Optional<PreTokenizer> named(String name) {
    return switch (name) {
      case "smollm" -> Optional.of(SMOLLM);
      case "llama-bpe", "llama3", "llama-v3", "falcon3" -> Optional.of(LLAMA_BPE);
      case "qwen2", "deepseek-r1-qwen" -> Optional.of(QWEN2);
      default -> Optional.empty();
    };
  }

  String label() {
    return label;
  }

  /** Hands over the pieces in order; together they are the whole text, which is well-formed. */
  void split(String text, Consumer<String> pieces) {
    switch (this) {
      case SMOLLM -> SmollmSplitter.split(text, pieces);
      case LLAMA_BPE -> WordSplitter.split(text, 3, pieces);
      case QWEN2 -> WordSplitter.split(text, 1, pieces);
    }
  }

  /** What this kind of tokenizer does besides, where its file cannot say. */
  TextRules usualRules() {
    return new TextRules(this, this == QWEN2, this == LLAMA_BPE);
  }
}
