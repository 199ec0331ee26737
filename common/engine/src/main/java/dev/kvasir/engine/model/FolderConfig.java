package dev.kvasir.engine.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvasir.engine.safetensors.JsonFields;
import java.util.List;

/** Reads a model's shape from a config.json. */
final class FolderConfig {
  private static final String ARCHITECTURE = "model_type";
  private static final String CLASSES = "architectures";
  private static final String CONTEXT = "max_position_embeddings";
  private static final String HEADS = "num_attention_heads";
  private static final String LAYER_TYPES = "layer_types";
  private static final String QUANTIZATION = "quantization_config";
  private static final String WINDOW = "sliding_window";
  private static final List<String> EXPERTS =
      List.of("num_experts", "num_local_experts", "n_routed_experts");
  private static final List<String> OTHER_BIASES = List.of("attention_bias", "mlp_bias");

  private final JsonFields fields;

  FolderConfig(JsonFields fields) {
    this.fields = fields;
  }

  /** Whether the output head is the embedding; Llama's and Qwen2's default is that it is not. */
  boolean isTied() {
    return fields.flag("tie_word_embeddings").orElse(false);
  }

  LlamaConfig read() {
    Architecture architecture = architecture();
    refuseUnsupported(architecture);
    int heads = size(HEADS);
    int width = size("hidden_size");
    int headDim = fields.integer("head_dim", 1, LlamaConfig.MAX_SIZE).orElse(width / heads);
    LlamaConfig config =
        new LlamaConfig(
            architecture,
            size("num_hidden_layers"),
            width,
            size("intermediate_size"),
            heads,
            fields.integer("num_key_value_heads", 1, heads).orElse(heads),
            headDim,
            size(CONTEXT),
            size("vocab_size"),
            (float) fields.requireReal("rms_norm_eps"),
            new FolderRope(fields).frequencies(headDim));
    config
        .fault()
        .ifPresent(reason -> {
          throw fields.fault(HEADS, reason);
        });
    return config;
  }

  private Architecture architecture() {
    String id = fields.string(ARCHITECTURE).orElse("");
    Architecture architecture =
        Architecture.of(id).orElseThrow(() -> fields.fault(ARCHITECTURE, Architecture.refusal(id)));
    fields
        .value(CLASSES)
        .filter(classes -> classes.size() != 1 || !isClass(classes.path(0), architecture))
        .ifPresent(classes -> {
          throw fields.fault(
              CLASSES,
              "architectures must be [\"%s\"]: %s".formatted(architecture.className(), classes));
        });
    return architecture;
  }

  private static boolean isClass(JsonNode name, Architecture architecture) {
    return architecture.className().equals(name.textValue());
  }

  private void refuseUnsupported(Architecture architecture) {
    fields
        .value(QUANTIZATION)
        .ifPresent(value -> {
          throw fields.fault(
              QUANTIZATION,
              "quantization_config (%s) is not supported: use F32, F16 or BF16, or a GGUF file"
                  .formatted(value.path("quant_method").asText("no method named")));
        });
    for (String experts : EXPERTS) {
      if (fields.integer(experts, 0, LlamaConfig.MAX_SIZE).orElse(0) > 0) {
        throw fields.fault(experts, "mixtures of experts are not supported");
      }
    }
    for (String bias : OTHER_BIASES) {
      if (fields.flag(bias).orElse(false)) {
        throw fields.fault(bias, "\"%s\" is not supported".formatted(bias));
      }
    }
    String activation = fields.string("hidden_act").orElse("silu");
    if (!activation.equals("silu")) {
      throw fields.fault(
          "hidden_act", "activation \"%s\" is not supported, only silu".formatted(activation));
    }
    refuseWindows(architecture);
  }

  private void refuseWindows(Architecture architecture) {
    boolean used = fields.flag("use_sliding_window").orElse(architecture != Architecture.QWEN2);
    int tokens = fields.integer(WINDOW, 0, Integer.MAX_VALUE).orElse(0);
    if (used && tokens > 0 && tokens < size(CONTEXT)) {
      throw fields.fault(
          WINDOW, "a sliding window of %d tokens is not supported".formatted(tokens));
    }
    fields.value(LAYER_TYPES).ifPresent(types -> types.forEach(this::refuseOtherLayer));
  }

  private void refuseOtherLayer(JsonNode type) {
    if (!"full_attention".equals(type.textValue())) {
      throw fields.fault(
          LAYER_TYPES, "layers of type %s are not supported, only full_attention".formatted(type));
    }
  }

  private int size(String name) {
    return fields.requireInteger(name, 1, LlamaConfig.MAX_SIZE);
  }
}
