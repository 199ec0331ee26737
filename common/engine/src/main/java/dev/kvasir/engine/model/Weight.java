package dev.kvasir.engine.model;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The weights of a model by what they do, with their names in the two kinds of files. */
enum Weight {
  EMBEDDING("token_embd.weight", "model.embed_tokens.weight"),
  OUTPUT_NORM("output_norm.weight", "model.norm.weight"),
  HEAD("output.weight", "lm_head.weight"),
  ATTENTION_NORM("blk.#.attn_norm.weight", "model.layers.#.input_layernorm.weight"),
  QUERY("blk.#.attn_q.weight", "model.layers.#.self_attn.q_proj.weight"),
  KEY("blk.#.attn_k.weight", "model.layers.#.self_attn.k_proj.weight"),
  VALUE("blk.#.attn_v.weight", "model.layers.#.self_attn.v_proj.weight"),
  QUERY_BIAS("blk.#.attn_q.bias", "model.layers.#.self_attn.q_proj.bias"),
  KEY_BIAS("blk.#.attn_k.bias", "model.layers.#.self_attn.k_proj.bias"),
  VALUE_BIAS("blk.#.attn_v.bias", "model.layers.#.self_attn.v_proj.bias"),
  ATTENTION_OUTPUT("blk.#.attn_output.weight", "model.layers.#.self_attn.o_proj.weight"),
  FEED_FORWARD_NORM("blk.#.ffn_norm.weight", "model.layers.#.post_attention_layernorm.weight"),
  GATE("blk.#.ffn_gate.weight", "model.layers.#.mlp.gate_proj.weight"),
  UP("blk.#.ffn_up.weight", "model.layers.#.mlp.up_proj.weight"),
  DOWN("blk.#.ffn_down.weight", "model.layers.#.mlp.down_proj.weight");

  private static final Pattern MODULE = Pattern.compile("([a-z]+_proj)\\.weight$");

  private final String inGguf;
  private final String inFolder;

  Weight(String inGguf, String inFolder) {
    this.inGguf = inGguf;
    this.inFolder = inFolder;
  }

  String inGguf(int layer) {
    return inGguf.replace("#", Integer.toString(layer));
  }

  /** Hugging Face's name. */
  String inFolder(int layer) {
    return inFolder.replace("#", Integer.toString(layer));
  }

  /** Whether each layer has one. */
  boolean isOfLayer() {
    return inGguf.indexOf('#') >= 0;
  }

  /** Hugging Face's name of the linear module in a layer whose matrix this is. */
  Optional<String> module() {
    Matcher found = MODULE.matcher(inFolder);
    return found.find() ? Optional.of(found.group(1)) : Optional.empty();
  }

  boolean isQkvBias() {
    return this == QUERY_BIAS || this == KEY_BIAS || this == VALUE_BIAS;
  }
}
