package dev.kvasir.engine.model;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The architectures that the engine runs, and all that differs between them. Both are stacks of
 * attention with rotary positions and a gated feed-forward layer, normed in front.
 */
public enum Architecture {
  /** Llama 1 to 3, SmolLM2 and others of their shape. */
  LLAMA("llama", "LlamaForCausalLM", false, true),
  /** Qwen2 and Qwen2.5. */
  QWEN2("qwen2", "Qwen2ForCausalLM", true, false);

  private final String id;
  private final String className;
  private final boolean qkvBias;
  private final boolean neighboursInGguf;

  Architecture(String id, String className, boolean qkvBias, boolean neighboursInGguf) {
    this.id = id;
    this.className = className;
    this.qkvBias = qkvBias;
    this.neighboursInGguf = neighboursInGguf;
  }

  /** The architecture of this name, as GGUF files and {@code model_type} write it. */
  public static Optional<Architecture> of(String id) {
    return Arrays.stream(values()).filter(each -> each.id.equals(id)).findFirst();
  }

  /** Why another one is refused. */
  static String refusal(String id) {
    String known = Arrays.stream(values()).map(Architecture::id).collect(Collectors.joining(", "));
    return "architecture \"%s\" is not supported, only %s".formatted(id, known);
  }

  public String id() {
    return id;
  }

  /** The class in {@code architectures} of a config.json. */
  public String className() {
    return className;
  }

  /** Whether queries, keys and values have biases. */
  public boolean qkvBias() {
    return qkvBias;
  }

  /**
   * Whether RoPE turns neighbouring rows (2i, 2i + 1) of a head in a GGUF file, not its halves (i,
   * i + headDim/2): llama.cpp's converter permutes the rows of queries and keys.
   */
  boolean neighboursInGguf() {
    return neighboursInGguf;
  }
}
