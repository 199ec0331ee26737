package dev.kvasir.config;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Which model is served and how it is computed. */
public record ModelConfig(
    @About(
            "GGUF file, or folder with config.json, tokenizer.json and safetensors; none: SmolLM2-135M-Instruct, fetched if needed")
        Optional<Path> path,
    @About(
            "folder of a LoRA adapter in PEFT's layout, merged when the model is loaded, or the word none; not set: none, but for the model fetched by default the one trained for blocks")
        Optional<AdapterChoice> adapter,
    @About("threads that compute, 1 to 1024; none: one for each processor")
        Optional<Integer> threads,
    @About("how keys and values are stored, float16 or int8; part of every block's hash")
        KvElementType kvElementType) {

  /** Element type of stored keys and values. */
  public enum KvElementType {
    FLOAT16,
    INT8;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public ModelConfig {
    threads.ifPresent(count -> Require.range("threads", count, 1, 1_024));
  }

  public static ModelConfig defaults() {
    return new ModelConfig(
        Optional.empty(), Optional.empty(), Optional.empty(), KvElementType.FLOAT16);
  }
}
