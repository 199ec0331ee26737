"""Tiny random models of each architecture, as Hugging Face saves them and as GGUF, with transformers' logits.

    pip install -r requirements.txt
    OMP_NUM_THREADS=1 python tiny_models.py OUT_FOLDER

writes for each model NAME (two layers, 32 wide, two query heads on one KV head)
  NAME/              config.json and safetensors, by transformers' save_pretrained
  NAME/adapter/      a LoRA adapter by PEFT's save_pretrained
  NAME.gguf          the same weights, by the package gguf; rows of llama's queries and keys permuted
  NAME.json          prompts with all logits of their last position, float32, without and with the adapter
and besides
  llama3-v4/         llama3 in float32, its config.json spelled as transformers 4 did
  qwen2/patterned/   an adapter with rslora, rank_pattern and alpha_pattern, and its logits in qwen2-patterned.json

All weights are bfloat16 numbers, so every file holds the same ones.
"""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from gguf import GGMLQuantizationType, GGUFWriter
from numbers_json import shortest
from peft import LoraConfig, get_peft_model
from tiny_shape import SHAPE, load, randomise
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedModel,
    Qwen2Config,
    Qwen2ForCausalLM,
)

LLAMA3_ROPE = {
    "rope_type": "llama3",
    "rope_theta": 10_000.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 32,
}
QWEN2_ROPE = {"rope_type": "default", "rope_theta": 1_000_000.0}
LENGTHS = (1, 2, 17, 100)
LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
GGUF_NAMES = {
    "model.embed_tokens": "token_embd",
    "model.norm": "output_norm",
    "lm_head": "output",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}


def main() -> None:
    folder = Path(sys.argv[1])
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    torch.manual_seed(20261124)
    qwen2 = Qwen2ForCausalLM(
        Qwen2Config(**SHAPE, rope_parameters=QWEN2_ROPE, rms_norm_eps=1e-6, tie_word_embeddings=False)
    )
    write_model(folder, "qwen2", qwen2, torch.bfloat16, max_shard_size="20KB")
    llama3 = LlamaForCausalLM(
        LlamaConfig(**SHAPE, rope_parameters=LLAMA3_ROPE, rms_norm_eps=1e-5, tie_word_embeddings=True)
    )
    write_model(folder, "llama3", llama3, torch.float16)
    write_old_spelling(folder)
    write_patterned(folder)


def write_model(folder: Path, name: str, model: PreTrainedModel, dtype: torch.dtype, **saving: Any) -> None:
    shutil.rmtree(folder / name, ignore_errors=True)
    randomise(model, 0.15)
    model.to(dtype).save_pretrained(folder / name, **saving)
    model = load(folder / name)
    write_gguf(folder / f"{name}.gguf", name, model)
    prompts = [torch.randint(0, SHAPE["vocab_size"], (length,)) for length in LENGTHS]
    plain = [last_logits(model, ids) for ids in prompts]
    adapted = get_peft_model(model, LoraConfig(r=3, lora_alpha=5, target_modules=LINEAR, task_type="CAUSAL_LM"))
    randomise_adapter(adapted)
    adapted.save_pretrained(folder / name / "adapter")
    tidy(folder / name / "adapter", LINEAR)
    golden = [
        {"ids": ids.tolist(), "logits": shortest(logits), "adapted_logits": shortest(last_logits(adapted, ids))}
        for ids, logits in zip(prompts, plain, strict=True)
    ]
    (folder / f"{name}.json").write_text(json.dumps({"prompts": golden}) + "\n")


def write_old_spelling(folder: Path) -> None:
    shutil.rmtree(folder / "llama3-v4", ignore_errors=True)
    model = load(folder / "llama3")
    model.save_pretrained(folder / "llama3-v4")
    (folder / "llama3-v4" / "generation_config.json").unlink()
    path = folder / "llama3-v4" / "config.json"
    config = json.loads(path.read_text())
    rope = config.pop("rope_parameters")
    config |= {"rope_theta": rope.pop("rope_theta"), "rope_scaling": rope, "torch_dtype": config.pop("dtype")}
    path.write_text(json.dumps(config, indent=2) + "\n")
    ids = torch.arange(50)
    if not torch.equal(last_logits(model, ids), last_logits(load(folder / "llama3-v4"), ids)):
        sys.exit("transformers reads another model from the old spelling")


def write_patterned(folder: Path) -> None:
    targets = ["q_proj", "o_proj", "down_proj"]
    patterns = {"rank_pattern": {"layers.1.mlp.down_proj": 2, "q_proj": 4}, "alpha_pattern": {"o_proj": 9}}
    settings = LoraConfig(r=3, lora_alpha=5, use_rslora=True, target_modules=targets, task_type="CAUSAL_LM", **patterns)
    adapted = get_peft_model(load(folder / "qwen2"), settings)
    randomise_adapter(adapted)
    adapted.save_pretrained(folder / "qwen2" / "patterned")
    tidy(folder / "qwen2" / "patterned", targets)
    prompts = [torch.randint(0, SHAPE["vocab_size"], (length,)) for length in LENGTHS[1:3]]
    golden = [{"ids": ids.tolist(), "adapted_logits": shortest(last_logits(adapted, ids))} for ids in prompts]
    (folder / "qwen2-patterned.json").write_text(json.dumps({"prompts": golden}) + "\n")


def tidy(adapter: Path, targets: list[str]) -> None:
    """Without the model card, this machine's paths and the random order of a set."""
    (adapter / "README.md").unlink(missing_ok=True)
    path = adapter / "adapter_config.json"
    config = json.loads(path.read_text()) | {"base_model_name_or_path": None, "target_modules": targets}
    path.write_text(json.dumps(config, indent=2) + "\n")


def randomise_adapter(model: torch.nn.Module) -> None:
    for key, parameter in model.named_parameters():
        if "lora_" in key:
            parameter.copy_(torch.randn(parameter.shape) * 0.2)


def last_logits(model: torch.nn.Module, ids: torch.Tensor) -> torch.Tensor:
    return model(input_ids=ids[None]).logits[0, -1]


def write_gguf(path: Path, name: str, model: PreTrainedModel) -> None:
    config = model.config
    writer = GGUFWriter(path, "qwen2" if name == "qwen2" else "llama")
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(config.rope_parameters["rope_theta"])
    writer.add_token_list([f"t{index}" for index in range(config.vocab_size)])
    for key, parameter in model.state_dict().items():
        if key != "lm_head.weight" or not config.tie_word_embeddings:
            add_tensor(writer, name, config.num_attention_heads, key, parameter)
    if name == "llama3":
        factors = rope_factors(config.rope_parameters, config.hidden_size // config.num_attention_heads)
        writer.add_tensor("rope_freqs.weight", factors)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def add_tensor(writer: GGUFWriter, name: str, heads: int, key: str, parameter: torch.Tensor) -> None:
    values = parameter
    if name == "llama3" and ("q_proj" in key or "k_proj" in key):
        count = heads if "q_proj" in key else SHAPE["num_key_value_heads"]
        values = neighbours(parameter, count)
    if values.dim() == 1:
        writer.add_tensor(gguf_name(key), values.numpy())
        return
    bits = values.bfloat16().view(torch.uint8).numpy()
    writer.add_tensor(gguf_name(key), bits, raw_dtype=GGMLQuantizationType.BF16)


def neighbours(values: torch.Tensor, heads: int) -> torch.Tensor:
    """Each head's rows so that RoPE's pairs (i, i + half) become (2i, 2i + 1)."""
    return values.reshape(heads, 2, -1, values.shape[1]).transpose(1, 2).reshape(values.shape).contiguous()


def gguf_name(key: str) -> str:
    stem, kind = key.rsplit(".", 1)
    if stem in GGUF_NAMES:
        return f"{GGUF_NAMES[stem]}.{kind}"
    _, _, layer, part = stem.split(".", 3)
    return f"blk.{layer}.{GGUF_NAMES[part]}.{kind}"


def rope_factors(rope: dict[str, Any], head_dim: int) -> np.ndarray:
    """What each frequency is divided by."""
    frequencies = rope["rope_theta"] ** (-np.arange(0, head_dim, 2) / head_dim)
    waves = rope["original_max_position_embeddings"] * frequencies / (2 * np.pi)
    low, high, factor = rope["low_freq_factor"], rope["high_freq_factor"], rope["factor"]
    smooth = np.clip((waves - low) / (high - low), 0, 1)
    return (1 / ((1 - smooth) / factor + smooth)).astype(np.float32)


if __name__ == "__main__":
    main()
