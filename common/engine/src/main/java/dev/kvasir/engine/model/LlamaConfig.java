package dev.kvasir.engine.model;

import dev.kvasir.block.KvGeometry;
import dev.kvasir.engine.gguf.Metadata;
import dev.kvasir.engine.gguf.ModelFileException;

/**
 * Shape of a Llama model.
 *
 * @param width size of a hidden state
 * @param feedForward size of the gated hidden layer
 * @param ropeBase base of the rotary frequencies
 */
public record LlamaConfig(
    int layers,
    int width,
    int feedForward,
    int heads,
    int kvHeads,
    int headDim,
    int contextTokens,
    int vocabulary,
    float rmsEpsilon,
    double ropeBase) {

  private static final int HEAD_DIM_STEP = 16;
  private static final int MAX_SIZE = 1 << 20;
  private static final double DEFAULT_ROPE_BASE = 10_000;

  /**
   * Reads the metadata of architecture {@code llama}.
   *
   * @throws ModelFileException if the file needs something the engine does not have
   */
  public static LlamaConfig from(Metadata metadata) {
    String architecture = metadata.requireString("general.architecture");
    if (!architecture.equals("llama")) {
      throw metadata.fault(
          "general.architecture",
          "architecture \"" + architecture + "\" is not supported: llama is");
    }
    refuseScaling(metadata);
    int heads = size(metadata, "llama.attention.head_count");
    int width = size(metadata, "llama.embedding_length");
    LlamaConfig config =
        new LlamaConfig(
            size(metadata, "llama.block_count"),
            width,
            size(metadata, "llama.feed_forward_length"),
            heads,
            metadata.integer("llama.attention.head_count_kv", 1, heads).orElse(heads),
            metadata.integer("llama.rope.dimension_count", 1, MAX_SIZE).orElse(width / heads),
            size(metadata, "llama.context_length"),
            metadata.requireStrings("tokenizer.ggml.tokens").size(),
            (float) metadata.requireReal("llama.attention.layer_norm_rms_epsilon"),
            metadata.real("llama.rope.freq_base").orElse(DEFAULT_ROPE_BASE));
    config.check(metadata);
    return config;
  }

  private static void refuseScaling(Metadata metadata) {
    String key = "llama.rope.scaling.type";
    String scaling = metadata.string(key).orElse("none");
    if (!scaling.equals("none")) {
      throw metadata.fault(key, "RoPE scaling \"" + scaling + "\" is not supported");
    }
  }

  private static int size(Metadata metadata, String key) {
    return metadata.requireInteger(key, 1, MAX_SIZE);
  }

  private void check(Metadata metadata) {
    if (heads % kvHeads != 0) {
      throw metadata.fault(
          "llama.attention.head_count_kv",
          heads + " query heads cannot share " + kvHeads + " KV heads");
    }
    if (headDim % HEAD_DIM_STEP != 0 || headDim * heads != width) {
      throw metadata.fault(
          "llama.rope.dimension_count",
          "%d heads of %d do not make a width of %d".formatted(heads, headDim, width));
    }
  }

  public KvGeometry geometry() {
    return new KvGeometry(layers, kvHeads, headDim);
  }

  /** Columns of the fused query, key and value projection. */
  public int qkvWidth() {
    return (heads + 2 * kvHeads) * headDim;
  }
}
