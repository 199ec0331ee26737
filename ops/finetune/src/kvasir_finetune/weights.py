"""The weights of a model in float32, matrices of one kind stacked over the layers."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from gguf import GGUFReader
from gguf.quants import dequantize
from safetensors import safe_open

from kvasir_finetune.errors import UserError
from kvasir_finetune.shape import Shape, shape_of_config

MODULES = {
    "q_proj": ("self_attn", "attn_q"),
    "k_proj": ("self_attn", "attn_k"),
    "v_proj": ("self_attn", "attn_v"),
    "o_proj": ("self_attn", "attn_output"),
    "gate_proj": ("mlp", "ffn_gate"),
    "up_proj": ("mlp", "ffn_up"),
    "down_proj": ("mlp", "ffn_down"),
}
"""Each linear module's place in a layer of Hugging Face's models, and its name in GGUF."""

NORMS = {"input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm"}
BIASED = ("q_proj", "k_proj", "v_proj")


@dataclass(frozen=True)
class Weights:
    """Rows of queries and keys are in Hugging Face's order: RoPE turns the pairs (i, i + head_dim / 2).

    matrices[module]  (layers, outputs, inputs)
    biases[module]    (layers, outputs); of qwen2's queries, keys and values
    norms[name]       (layers, width)
    """

    embedding: torch.Tensor
    head: torch.Tensor
    final_norm: torch.Tensor
    norms: dict[str, torch.Tensor]
    matrices: dict[str, torch.Tensor]
    biases: dict[str, torch.Tensor]

    def with_matrices(self, matrices: dict[str, torch.Tensor]) -> "Weights":
        return replace(self, matrices=matrices)

    def to(self, device: torch.device | str, dtype: torch.dtype) -> "Weights":
        def moved(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
            return {name: tensor.to(device, dtype) for name, tensor in tensors.items()}

        embedding = self.embedding.to(device, dtype)
        head = embedding if self.head is self.embedding else self.head.to(device, dtype)
        final_norm = self.final_norm.to(device, dtype)
        return Weights(embedding, head, final_norm, moved(self.norms), moved(self.matrices), moved(self.biases))


def load(model: Path) -> tuple[Shape, Weights]:
    """Reads a GGUF file, or a folder with config.json and safetensors."""
    if model.is_dir():
        return _load_folder(model)
    if not model.is_file():
        raise UserError(f"there is no model {model}: check --model")
    return _load_gguf(model)


Source = Callable[[str], torch.Tensor | None]


def _load_folder(folder: Path) -> tuple[Shape, Weights]:
    config = folder / "config.json"
    if not config.is_file():
        raise UserError(f"{folder} has no config.json: it is no model folder")
    shape = shape_of_config(json.loads(config.read_text(encoding="utf-8")))
    files = sorted(folder.glob("*.safetensors"))
    where = {}
    for file in files:
        opened = safe_open(file, framework="pt")
        where |= dict.fromkeys(opened.keys(), opened)

    def read(name: str) -> torch.Tensor | None:
        return where[name].get_tensor(name).float() if name in where else None

    return shape, _stacked(
        shape,
        read,
        embedding="model.embed_tokens.weight",
        final_norm="model.norm.weight",
        head="lm_head.weight",
        module=lambda layer, name: f"model.layers.{layer}.{MODULES[name][0]}.{name}",
        norm=lambda layer, name: f"model.layers.{layer}.{name}",
    )


def _load_gguf(file: Path) -> tuple[Shape, Weights]:
    reader = GGUFReader(file)
    tensors = {tensor.name: tensor for tensor in reader.tensors}
    shape = _shape_of_gguf(reader, tensors)

    def read(name: str) -> torch.Tensor | None:
        if name not in tensors:
            return None
        values = torch.from_numpy(np.array(dequantize(tensors[name].data, tensors[name].tensor_type), dtype=np.float32))
        if shape.architecture == "llama" and (".attn_q." in name or ".attn_k." in name):
            return _halves(values, shape.head_dim)
        return values

    return shape, _stacked(
        shape,
        read,
        embedding="token_embd.weight",
        final_norm="output_norm.weight",
        head="output.weight",
        module=lambda layer, name: f"blk.{layer}.{MODULES[name][1]}",
        norm=lambda layer, name: f"blk.{layer}.{NORMS[name]}",
    )


def _shape_of_gguf(reader: GGUFReader, tensors: dict) -> Shape:
    architecture = reader.fields["general.architecture"].contents()

    def field(name: str, missing: float | None = None) -> float:
        found = reader.fields.get(f"{architecture}.{name}")
        if found is None and missing is None:
            raise UserError(f"the GGUF file lacks {architecture}.{name}")
        return missing if found is None else found.contents()

    heads, width = int(field("attention.head_count")), int(field("embedding_length"))
    factors = tensors.get("rope_freqs.weight")
    return Shape(
        architecture=architecture,
        layers=int(field("block_count")),
        width=width,
        hidden=int(field("feed_forward_length")),
        heads=heads,
        kv_heads=int(field("attention.head_count_kv", heads)),
        head_dim=int(field("attention.key_length", width // heads)),
        vocabulary=int(tensors["token_embd.weight"].shape[1]),
        norm_epsilon=field("attention.layer_norm_rms_epsilon"),
        rope_base=field("rope.freq_base", 10_000.0),
        rope_divisors=() if factors is None else tuple(float(factor) for factor in factors.data),
    )


def _stacked(
    shape: Shape,
    read: Source,
    embedding: str,
    final_norm: str,
    head: str,
    module: Callable[[int, str], str],
    norm: Callable[[int, str], str],
) -> Weights:
    def must(name: str) -> torch.Tensor:
        found = read(name)
        if found is None:
            raise UserError(f"the model lacks the tensor {name}")
        return found

    def stack(name: Callable[[int], str]) -> torch.Tensor:
        return torch.stack([must(name(layer)) for layer in range(shape.layers)])

    rows = must(embedding)
    own_head = read(head)
    return Weights(
        embedding=rows,
        head=rows if own_head is None else own_head,
        final_norm=must(final_norm),
        norms={name: stack(lambda layer, n=name: f"{norm(layer, n)}.weight") for name in NORMS},
        matrices={name: stack(lambda layer, n=name: f"{module(layer, n)}.weight") for name in MODULES},
        biases={name: stack(lambda layer, n=name: f"{module(layer, n)}.bias") for name in BIASED}
        if shape.qkv_bias
        else {},
    )


def _halves(rows: torch.Tensor, head_dim: int) -> torch.Tensor:
    """llama's GGUF files keep RoPE's pairs side by side, (2i, 2i + 1); Hugging Face has (i, i + head_dim / 2)."""
    heads = rows.shape[0] // head_dim
    return rows.reshape(heads, head_dim // 2, 2, -1).transpose(1, 2).reshape(rows.shape).contiguous()
