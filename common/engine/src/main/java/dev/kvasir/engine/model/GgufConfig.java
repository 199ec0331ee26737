package dev.kvasir.engine.model;

import dev.kvasir.engine.gguf.Dequantizer;
import dev.kvasir.engine.gguf.GgufFile;
import dev.kvasir.engine.gguf.Metadata;
import dev.kvasir.engine.gguf.StoredTensor;
import dev.kvasir.engine.kernel.RopeTable;

/** Reads a model's shape from the metadata of a GGUF file. */
final class GgufConfig {
  /** Tensor of what each RoPE frequency is divided by: how a GGUF file keeps Llama 3's scaling. */
  static final String ROPE_FACTORS = "rope_freqs.weight";

  private static final String ARCHITECTURE = "general.architecture";
  private static final double DEFAULT_ROPE_BASE = 10_000;

  private final GgufFile file;
  private final Metadata metadata;
  private final Architecture architecture;

  private GgufConfig(GgufFile file) {
    this.file = file;
    this.metadata = file.metadata();
    String id = metadata.requireString(ARCHITECTURE);
    architecture =
        Architecture.of(id)
            .orElseThrow(() -> metadata.fault(ARCHITECTURE, Architecture.refusal(id)));
  }

  static LlamaConfig read(GgufFile file) {
    return new GgufConfig(file).read();
  }

  private LlamaConfig read() {
    refuseUnsupported();
    int heads = size("attention.head_count");
    int width = size("embedding_length");
    int headDim = headDim(width, heads);
    LlamaConfig config =
        new LlamaConfig(
            architecture,
            size("block_count"),
            width,
            size("feed_forward_length"),
            heads,
            metadata.integer(key("attention.head_count_kv"), 1, heads).orElse(heads),
            headDim,
            size("context_length"),
            metadata.requireStrings("tokenizer.ggml.tokens").size(),
            (float) metadata.requireReal(key("attention.layer_norm_rms_epsilon")),
            frequencies(headDim));
    config
        .fault()
        .ifPresent(reason -> {
          throw metadata.fault(key("attention.head_count"), reason);
        });
    return config;
  }

  private int headDim(int width, int heads) {
    String key = key("attention.key_length");
    int headDim = metadata.integer(key, 1, LlamaConfig.MAX_SIZE).orElse(width / heads);
    demand("rope.dimension_count", headDim, "RoPE must turn whole heads");
    demand("attention.value_length", headDim, "keys and values must have one length");
    return headDim;
  }

  private void refuseUnsupported() {
    String type = key("rope.scaling.type");
    String scaling = metadata.string(type).orElse("none");
    if (!scaling.equals("none")) {
      throw metadata.fault(type, RopeScaling.refusal(scaling));
    }
    String sections = key("rope.dimension_sections");
    if (metadata.keys().contains(sections)) {
      throw metadata.fault(sections, RopeScaling.refusal("mrope"));
    }
    demand("expert_count", 0, "mixtures of experts are not supported");
    String window = key("attention.sliding_window");
    int tokens = metadata.integer(window, 0, LlamaConfig.MAX_SIZE).orElse(0);
    if (tokens > 0 && tokens < size("context_length")) {
      throw metadata.fault(
          window, "a sliding window of %d tokens is not supported".formatted(tokens));
    }
  }

  private void demand(String name, int wanted, String rule) {
    int value = metadata.integer(key(name), 0, LlamaConfig.MAX_SIZE).orElse(wanted);
    if (value != wanted) {
      throw metadata.fault(
          key(name), "%s: %s must be %d: %d".formatted(rule, key(name), wanted, value));
    }
  }

  private double[] frequencies(int headDim) {
    double base = metadata.real(key("rope.freq_base")).orElse(DEFAULT_ROPE_BASE);
    double[] frequencies = RopeTable.frequencies(headDim, base);
    if (file.tensor(ROPE_FACTORS).isEmpty()) {
      return frequencies;
    }
    StoredTensor tensor = file.requireTensor(ROPE_FACTORS, frequencies.length);
    float[] factors = new float[frequencies.length];
    Dequantizer.dequantize(tensor, 0, factors.length, factors, 0);
    for (int i = 0; i < factors.length; i++) {
      frequencies[i] /= factors[i];
    }
    return frequencies;
  }

  private int size(String name) {
    return metadata.requireInteger(key(name), 1, LlamaConfig.MAX_SIZE);
  }

  private String key(String name) {
    return architecture.id() + "." + name;
  }
}
