package dev.kvasir.engine.model;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.engine.gguf.ModelFileException;
import dev.kvasir.engine.model.AdaptedModel.Precision;
import dev.kvasir.engine.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Folders and adapters that the engine cannot run are refused in one line that names the cause. */
class RefusedFoldersTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  @BeforeEach
  void copyModel() throws IOException {
    copy(resource("/tiny/qwen2"), folder);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model_type | \"mixtral\" | architecture \"mixtral\" is not supported",
        "model_type | 7 | \"model_type\" must be a string",
        "architectures | [\"Qwen2ForSequenceClassification\"] | must be [\"Qwen2ForCausalLM\"]",
        "quantization_config | {\"quant_method\":\"gptq\"} | quantization_config (gptq)",
        "num_experts | 8 | mixtures of experts",
        "num_local_experts | 8 | mixtures of experts",
        "hidden_act | \"gelu\" | activation \"gelu\"",
        "mlp_bias | true | \"mlp_bias\" is not supported",
        "layer_types | [\"full_attention\",\"sliding_attention\"] | sliding_attention",
        "rope_parameters | {\"rope_type\":\"dynamic\",\"factor\":2.0} | RoPE type \"dynamic\"",
        "rope_parameters | {\"rope_type\":\"yarn\",\"factor\":2.0} | RoPE type \"yarn\"",
        "rope_parameters | {\"rope_type\":\"linear\",\"factor\":2.0} | RoPE type \"linear\"",
        "rope_parameters | {\"mrope_section\":[1,2]} | RoPE type \"mrope\"",
        "rope_parameters | {\"rope_type\":\"llama3\"} | \"factor\" is missing",
        "rope_parameters | {\"rope_theta\":-1} | rope_theta must be positive",
        "rope_parameters | {\"partial_rotary_factor\":0.5} | RoPE must turn whole heads",
        "num_attention_heads | 3 | heads",
        "num_attention_heads | 0 | a whole number in [1, 1048576]",
        "rms_norm_eps | null | \"rms_norm_eps\" is missing",
        "vocab_size | 62 | must have shape [62, 32]: [61, 32]",
        "num_hidden_layers | 1 | has no place in architecture qwen2 of 1 layers",
        "num_hidden_layers | 3 | is missing"
      })
  void config_unsupported_isRefusedByName(String field, String value, String reason)
      throws IOException {
    set(folder.resolve("config.json"), field, value);
    refuse(reason);
  }

  @Test
  void config_oldSpellingOfUnsupportedRope_isRefused() throws IOException {
    set(folder.resolve("config.json"), "rope_parameters", "null");
    set(folder.resolve("config.json"), "rope_scaling", "{\"type\":\"dynamic\",\"factor\":2.0}");
    refuse("RoPE type \"dynamic\" is not supported: its angles change with the prompt's length");
  }

  @Test
  void config_slidingWindowInUse_isRefused() throws IOException {
    set(folder.resolve("config.json"), "sliding_window", "64");
    load(folder);
    set(folder.resolve("config.json"), "use_sliding_window", "true");
    refuse("a sliding window of 64 tokens is not supported");
  }

  @Test
  void config_missing_isRefused() throws IOException {
    Files.delete(folder.resolve("config.json"));
    refuse("config.json, byte 0: there is no such file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "peft_type | \"IA3\" | adapters of type \"IA3\"",
        "use_dora | true | LoRA with \"use_dora\" (true) is not supported",
        "modules_to_save | [\"lm_head\"] | LoRA with \"modules_to_save\"",
        "bias | \"all\" | LoRA with bias \"all\"",
        "trainable_token_indices | [1] | LoRA with \"trainable_token_indices\"",
        "something_new | {\"a\":1} | LoRA with \"something_new\"",
        "init_lora_weights | \"pissa\" | changes the model's own weights",
        "target_modules | [\"embed_tokens\"] | target module \"embed_tokens\" is not supported",
        "rank_pattern | {\"q_.*\":2} | pattern \"q_.*\" is not supported",
        "rank_pattern | {\"q_proj\":2} | must have shape [2, 32]: [3, 32]",
        "r | 4 | must have shape [4,",
        "r | 0 | a whole number in [1, 1024]",
        "lora_alpha | null | \"lora_alpha\" is missing"
      })
  void adapter_unsupported_isRefusedByName(String field, String value, String reason)
      throws IOException {
    set(folder.resolve("adapter/adapter_config.json"), field, value);
    refuseAdapter(reason);
  }

  @Test
  void adapter_tensorOfNoWeight_isRefused() throws IOException {
    adapterTensor("base_model.model.lm_head.lora_A.weight");
    refuseAdapter("lm_head.lora_A.weight\" fits no weight of architecture qwen2 of 2 layers");
    adapterTensor("base_model.model.model.layers.2.self_attn.q_proj.lora_A.weight");
    refuseAdapter("fits no weight");
  }

  @Test
  void adapter_halfOfAPair_isRefused() throws IOException {
    adapterTensor("base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight");
    refuseAdapter("q_proj.lora_B.weight\" is missing");
  }

  @Test
  void adapter_empty_isRefused() throws IOException {
    Files.write(
        folder.resolve("adapter/adapter_model.safetensors"), SafetensorsWriter.withHeader("{}", 0));
    refuseAdapter("the adapter has no tensors");
  }

  private void adapterTensor(String name) throws IOException {
    Files.write(
        folder.resolve("adapter/adapter_model.safetensors"),
        new SafetensorsWriter().tensor(name, "F32", 4, 3, 32).toBytes());
  }

  private void refuse(String reason) {
    assertThatThrownBy(() -> load(folder))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining(reason)
        .hasMessageNotContaining("\n");
  }

  private void refuseAdapter(String reason) {
    assertThatThrownBy(
            () -> {
              try (ModelFiles files =
                  ModelFiles.open(folder)
                      .withAdapter(folder.resolve("adapter"), Precision.FLOAT32)) {
                WeightLoader.load(files, files.config());
              }
            })
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining(reason)
        .hasMessageNotContaining("\n");
  }

  private static void load(Path folder) {
    try (ModelFiles files = ModelFiles.open(folder)) {
      WeightLoader.load(files, files.config());
    }
  }

  private static void set(Path file, String field, String value) throws IOException {
    ObjectNode root = (ObjectNode) JSON.readTree(file.toFile());
    root.set(field, JSON.readTree(value));
    JSON.writeValue(file.toFile(), root);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
  }

  private static Path resource(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(RefusedFoldersTest.class.getResource(name), name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
