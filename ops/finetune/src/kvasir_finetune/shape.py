"""The shape of a model, whatever file it comes from."""

import math
from dataclasses import dataclass
from typing import Any

from kvasir_finetune.errors import UserError

ARCHITECTURES = ("llama", "qwen2")


@dataclass(frozen=True)
class Shape:
    """`rope_divisors` holds what each of the head_dim / 2 frequencies is divided by, or nothing."""

    architecture: str
    layers: int
    width: int
    hidden: int
    heads: int
    kv_heads: int
    head_dim: int
    vocabulary: int
    norm_epsilon: float
    rope_base: float
    rope_divisors: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.architecture not in ARCHITECTURES:
            raise UserError(f"architecture {self.architecture!r} is not supported, only {', '.join(ARCHITECTURES)}")
        if self.heads * self.head_dim != self.width or self.heads % self.kv_heads:
            raise UserError(f"heads that do not make up the width are not supported: {self}")

    @property
    def qkv_bias(self) -> bool:
        return self.architecture == "qwen2"

    @property
    def outputs_and_inputs(self) -> dict[str, tuple[int, int]]:
        """Rows and columns of each linear module, by Hugging Face's names."""
        kv = self.kv_heads * self.head_dim
        return {
            "q_proj": (self.width, self.width),
            "k_proj": (kv, self.width),
            "v_proj": (kv, self.width),
            "o_proj": (self.width, self.width),
            "gate_proj": (self.hidden, self.width),
            "up_proj": (self.hidden, self.width),
            "down_proj": (self.width, self.hidden),
        }


def shape_of_config(config: dict[str, Any]) -> Shape:
    """The shape that a `config.json` describes."""
    if config.get("use_sliding_window") or config.get("quantization_config"):
        raise UserError("sliding windows and quantised folders are not supported")
    heads, width = config["num_attention_heads"], config["hidden_size"]
    head_dim = config.get("head_dim") or width // heads
    rope = config.get("rope_parameters") or {"rope_theta": config.get("rope_theta", 10_000.0)}
    scaling = config.get("rope_scaling") or rope
    base = rope.get("rope_theta", config.get("rope_theta", 10_000.0))
    return Shape(
        architecture=config["model_type"],
        layers=config["num_hidden_layers"],
        width=width,
        hidden=config["intermediate_size"],
        heads=heads,
        kv_heads=config.get("num_key_value_heads", heads),
        head_dim=head_dim,
        vocabulary=config["vocab_size"],
        norm_epsilon=config["rms_norm_eps"],
        rope_base=base,
        rope_divisors=_divisors(scaling, base, head_dim),
    )


def _divisors(scaling: dict[str, Any], base: float, head_dim: int) -> tuple[float, ...]:
    """Llama 3's scaling: long waves are stretched by `factor`, short ones kept, those between blended."""
    kind = scaling.get("rope_type", scaling.get("type", "default"))
    if kind == "default":
        return ()
    if kind != "llama3":
        raise UserError(f"RoPE of type {kind!r} is not supported, only default and llama3")
    low, high, factor = scaling["low_freq_factor"], scaling["high_freq_factor"], scaling["factor"]
    divisors = []
    for index in range(0, head_dim, 2):
        wave = 2 * math.pi * base ** (index / head_dim)
        turns = scaling["original_max_position_embeddings"] / wave
        smooth = min(1.0, max(0.0, (turns - low) / (high - low)))
        divisors.append(1 / ((1 - smooth) / factor + smooth))
    return tuple(divisors)
