package dev.kvasir.engine.model;

import dev.kvasir.engine.kernel.RopeTable;
import dev.kvasir.engine.safetensors.JsonFields;
import java.util.Optional;

/**
 * RoPE settings of a config.json in both spellings: {@code rope_parameters} (transformers 5), or
 * {@code rope_theta} with {@code rope_scaling}.
 */
final class FolderRope {
  private static final double DEFAULT_BASE = 10_000;
  private static final String BASE = "rope_theta";
  private static final String PARAMETERS = "rope_parameters";
  private static final String SCALING = "rope_scaling";
  private static final String PARTIAL = "partial_rotary_factor";

  private final JsonFields config;
  private final Optional<JsonFields> settings;

  FolderRope(JsonFields config) {
    this.config = config;
    Optional<JsonFields> parameters = config.object(PARAMETERS);
    settings = parameters.isPresent() ? parameters : config.object(SCALING);
  }

  /** (headDim / 2), radians that each pair turns a token. */
  double[] frequencies(int headDim) {
    refusePart(config);
    settings.ifPresent(this::refuseOthers);
    double[] frequencies = RopeTable.frequencies(headDim, base());
    settings
        .filter(rope -> type(rope).equals("llama3"))
        .ifPresent(rope -> scaling(rope).apply(frequencies));
    return frequencies;
  }

  private double base() {
    double base =
        settings.flatMap(rope -> rope.real(BASE)).or(() -> config.real(BASE)).orElse(DEFAULT_BASE);
    if (base <= 0) {
      throw config.fault(BASE, "%s must be positive: %s".formatted(BASE, base));
    }
    return base;
  }

  private void refuseOthers(JsonFields rope) {
    refusePart(rope);
    if (rope.value("mrope_section").isPresent()) {
      throw rope.fault("mrope_section", RopeScaling.refusal("mrope"));
    }
    String type = type(rope);
    if (!type.equals("default") && !type.equals("llama3")) {
      throw rope.fault("rope_type", RopeScaling.refusal(type));
    }
    if (rope.value("full_attention").isPresent() || rope.value("sliding_attention").isPresent()) {
      throw rope.fault("rope_type", "RoPE settings that differ among layers are not supported");
    }
  }

  private static void refusePart(JsonFields fields) {
    double part = fields.real(PARTIAL).orElse(1.0);
    if (part != 1) {
      throw fields.fault(PARTIAL, "RoPE must turn whole heads: %s is %s".formatted(PARTIAL, part));
    }
  }

  private static String type(JsonFields rope) {
    return rope.string("rope_type").or(() -> rope.string("type")).orElse("default");
  }

  private static RopeScaling scaling(JsonFields rope) {
    RopeScaling scaling =
        new RopeScaling(
            rope.requireReal("factor"),
            rope.requireReal("low_freq_factor"),
            rope.requireReal("high_freq_factor"),
            rope.requireReal("original_max_position_embeddings"));
    if (!scaling.isSound()) {
      throw rope.fault(
          "factor", "RoPE factors must be positive and rise from low to high: " + scaling);
    }
    return scaling;
  }
}
