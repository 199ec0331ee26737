"""The forward pass of llama and qwen2 over whole sequences, for training and evaluation."""

from collections.abc import Callable

import torch
from torch.nn import functional

from kvasir_finetune.shape import Shape
from kvasir_finetune.weights import BIASED, Weights

Attention = Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]
"""(rows, heads, tokens, head_dim) of queries, keys and values, all with as many heads, to the weighted values."""

Layer = dict[str, torch.Tensor]


def layers_of(weights: Weights) -> list[Layer]:
    """Each layer's tensors. Stacks are unbound, not indexed: backward is then one stack instead of many."""
    stacks = {name: tensor.unbind(0) for name, tensor in {**weights.norms, **weights.matrices}.items()}
    stacks |= {f"{name}.bias": tensor.unbind(0) for name, tensor in weights.biases.items()}
    count = len(next(iter(stacks.values())))
    return [{name: tensors[layer] for name, tensors in stacks.items()} for layer in range(count)]


def rope_angles(shape: Shape, positions: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Cosines and sines, (rows, 1, tokens, head_dim / 2), of float64 angles."""
    half = torch.arange(0, shape.head_dim, 2, dtype=torch.float64, device=positions.device) / shape.head_dim
    frequencies = shape.rope_base**-half
    if shape.rope_divisors:
        frequencies = frequencies / torch.tensor(shape.rope_divisors, dtype=torch.float64, device=positions.device)
    angles = (positions.double()[..., None] * frequencies)[:, None]
    return angles.cos().float(), angles.sin().float()


def rms_norm(values: torch.Tensor, weight: torch.Tensor, epsilon: float) -> torch.Tensor:
    wide = values.float()
    return (wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + epsilon)).to(values.dtype) * weight


def rotate(values: torch.Tensor, cosine: torch.Tensor, sine: torch.Tensor) -> torch.Tensor:
    first, second = values.float().chunk(2, -1)
    return torch.cat([first * cosine - second * sine, second * cosine + first * sine], -1).to(values.dtype)


def queries_keys_values(
    shape: Shape, layer: Layer, hidden: torch.Tensor, cosine: torch.Tensor, sine: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """(rows, heads or KV heads, tokens, head_dim); queries and keys are rotated."""
    rows, tokens, _ = hidden.shape
    normed = rms_norm(hidden, layer["input_layernorm"], shape.norm_epsilon)
    parts = []
    for name in BIASED:
        projected = functional.linear(normed, layer[name], layer.get(f"{name}.bias"))
        parts.append(projected.view(rows, tokens, -1, shape.head_dim).transpose(1, 2))
    queries, keys, values = parts
    return rotate(queries, cosine, sine), rotate(keys, cosine, sine), values


def after_attention(shape: Shape, layer: Layer, hidden: torch.Tensor, attended: torch.Tensor) -> torch.Tensor:
    rows, tokens, width = hidden.shape
    joined = attended.transpose(1, 2).reshape(rows, tokens, width)
    hidden = hidden + functional.linear(joined, layer["o_proj"])
    normed = rms_norm(hidden, layer["post_attention_layernorm"], shape.norm_epsilon)
    gate = functional.silu(functional.linear(normed, layer["gate_proj"]))
    return hidden + functional.linear(gate * functional.linear(normed, layer["up_proj"]), layer["down_proj"])


def spread(shape: Shape, kv: torch.Tensor) -> torch.Tensor:
    """Each KV head once for every query head that reads it."""
    return kv.repeat_interleave(shape.heads // shape.kv_heads, 1)


def run_layer(
    shape: Shape, layer: Layer, hidden: torch.Tensor, cosine: torch.Tensor, sine: torch.Tensor, attention: Attention
) -> torch.Tensor:
    queries, keys, values = queries_keys_values(shape, layer, hidden, cosine, sine)
    return after_attention(shape, layer, hidden, attention(queries, spread(shape, keys), spread(shape, values)))


def logits(shape: Shape, weights: Weights, hidden: torch.Tensor) -> torch.Tensor:
    return functional.linear(rms_norm(hidden, weights.final_norm, shape.norm_epsilon), weights.head).float()


def dense_attention(mask: torch.Tensor) -> Attention:
    """`mask`: (rows, 1, queries, keys), true where a query may look."""
    return lambda q, k, v: functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
