package dev.kvasir.engine.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvasir.engine.safetensors.JsonFields;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The settings of a LoRA adapter. Immutable. What is neither known to leave the numbers alone nor
 * supported is refused by name, so that an adapter of another kind never passes for this one.
 *
 * @param ranks by module name or the end of one, in the file's order; others have {@code rank}
 * @param alphas by module name or the end of one; others have {@code alpha}
 * @param rootScale whether to divide by the root of the rank (Kalajdzievski 2023)
 */
record LoraSettings(
    int rank,
    double alpha,
    Map<String, Integer> ranks,
    Map<String, Double> alphas,
    boolean rootScale) {
  private static final int MAX_RANK = 1_024;
  private static final String RANKS = "rank_pattern";
  private static final String ALPHAS = "alpha_pattern";
  private static final String INIT = "init_lora_weights";
  private static final String TARGETS = "target_modules";
  private static final Pattern MODULE_NAME = Pattern.compile("[A-Za-z0-9_.]+");

  private static final Set<String> READ =
      Set.of("peft_type", "r", "lora_alpha", "use_rslora", RANKS, ALPHAS, INIT, TARGETS, "bias");

  /** Fields that say where an adapter comes from, or which modules it has: the tensors tell. */
  private static final Set<String> HARMLESS =
      Set.of(
          "auto_mapping",
          "base_model_name_or_path",
          "ensure_weight_tying",
          "eva_config",
          "exclude_modules",
          "inference_mode",
          "layers_pattern",
          "layers_to_transform",
          "lora_dropout",
          "megatron_core",
          "peft_version",
          "qalora_group_size",
          "revision",
          "runtime_config",
          "task_type");

  /** Ways to begin training that leave the model's own weights alone. */
  private static final Set<String> INITS = Set.of("true", "false", "gaussian", "orthogonal", "eva");

  LoraSettings {
    ranks = Collections.unmodifiableMap(new LinkedHashMap<>(ranks));
    alphas = Collections.unmodifiableMap(new LinkedHashMap<>(alphas));
  }

  static LoraSettings from(JsonFields fields) {
    String type = fields.string("peft_type").orElse("none");
    if (!type.equals("LORA")) {
      throw fields.fault(
          "peft_type", "adapters of type \"%s\" are not supported, only LORA".formatted(type));
    }
    refuseUnsupported(fields);
    Map<String, Integer> ranks = new LinkedHashMap<>();
    Map<String, Double> alphas = new LinkedHashMap<>();
    fields
        .object(RANKS)
        .ifPresent(
            each -> each.names().forEach(key -> ranks.put(module(each, key), rank(each, key))));
    fields
        .object(ALPHAS)
        .ifPresent(each ->
            each.names().forEach(key -> alphas.put(module(each, key), each.requireReal(key))));
    return new LoraSettings(
        rank(fields, "r"),
        fields.requireReal("lora_alpha"),
        ranks,
        alphas,
        fields.flag("use_rslora").orElse(false));
  }

  private static int rank(JsonFields fields, String name) {
    return fields.requireInteger(name, 1, MAX_RANK);
  }

  private static String module(JsonFields patterns, String key) {
    if (!MODULE_NAME.matcher(key).matches()) {
      throw patterns.fault(
          key, "pattern \"%s\" is not supported, only names of modules are".formatted(key));
    }
    return key;
  }

  private static void refuseUnsupported(JsonFields fields) {
    for (String name : fields.names()) {
      if (!READ.contains(name) && !HARMLESS.contains(name) && isSet(fields, name)) {
        throw fields.fault(
            name, "LoRA with \"%s\" (%s) is not supported".formatted(name, text(fields, name)));
      }
    }
    String bias = fields.string("bias").orElse("none");
    if (!bias.equals("none")) {
      throw fields.fault("bias", "LoRA with bias \"%s\" is not supported".formatted(bias));
    }
    String init = fields.value(INIT).map(JsonNode::asText).orElse("true");
    if (!INITS.contains(init)) {
      throw fields.fault(
          INIT,
          "%s \"%s\" changes the model's own weights and is not supported".formatted(INIT, init));
    }
    fields
        .value(TARGETS)
        .filter(JsonNode::isArray)
        .ifPresent(targets -> targets.forEach(target -> checkTarget(fields, target.asText())));
  }

  private static void checkTarget(JsonFields fields, String target) {
    List<String> known = Arrays.stream(Weight.values()).flatMap(w -> w.module().stream()).toList();
    if (!known.contains(target.substring(target.lastIndexOf('.') + 1))) {
      throw fields.fault(
          TARGETS,
          "target module \"%s\" is not supported, only %s"
              .formatted(target, known.stream().collect(Collectors.joining(", "))));
    }
  }

  private static String text(JsonFields fields, String name) {
    return fields.value(name).map(JsonNode::toString).orElse("null");
  }

  /** Whether a field says anything but no. */
  private static boolean isSet(JsonFields fields, String name) {
    return fields
        .value(name)
        .filter(value -> value.isContainerNode() ? !value.isEmpty() : !isNo(value.asText()))
        .isPresent();
  }

  private static boolean isNo(String value) {
    return Set.of("", "false", "0", "0.0").contains(value);
  }

  /** Rank of a module such as {@code model.layers.0.mlp.up_proj}. */
  int rank(String module) {
    return forModule(ranks, module, rank);
  }

  /** What the product of a module's two matrices is multiplied with. */
  double scale(String module) {
    int rank = rank(module);
    return forModule(alphas, module, alpha) / (rootScale ? Math.sqrt(rank) : rank);
  }

  /** The first pattern that names the module decides, as in PEFT. */
  private static <T> T forModule(Map<String, T> patterns, String module, T usual) {
    return patterns.entrySet().stream()
        .filter(each -> module.equals(each.getKey()) || module.endsWith("." + each.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(usual);
  }
}
