"""A LoRA adapter in PEFT's layout, as Kvasir's engine and transformers read it."""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from kvasir_finetune.errors import UserError
from kvasir_finetune.lora import Lora
from kvasir_finetune.shape import Shape
from kvasir_finetune.weights import MODULES

CONFIG, TENSORS = "adapter_config.json", "adapter_model.safetensors"


def write(lora: Lora, base_model: str, folder: Path) -> None:
    """In float16."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {}
    for name in MODULES:
        for layer in range(lora.down[name].shape[0]):
            tensors[_key(layer, name, "A")] = lora.down[name][layer]
            tensors[_key(layer, name, "B")] = lora.up[name][layer]
    half = {name: tensor.detach().to("cpu", torch.float16).contiguous() for name, tensor in tensors.items()}
    save_file(half, folder / TENSORS, metadata={"format": "pt"})
    config = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": base_model,
        "inference_mode": True,
        "r": lora.rank,
        "lora_alpha": lora.alpha,
        "lora_dropout": 0.0,
        "bias": "none",
        "target_modules": list(MODULES),
    }
    (folder / CONFIG).write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def read(folder: Path, shape: Shape) -> Lora:
    """An adapter as `write` makes it."""
    if not (folder / CONFIG).is_file():
        raise UserError(f"{folder} has no {CONFIG}: it is no adapter")
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    tensors = load_file(folder / TENSORS)

    def stacked(name: str, side: str) -> torch.Tensor:
        keys = [_key(layer, name, side) for layer in range(shape.layers)]
        missing = [key for key in keys if key not in tensors]
        if missing:
            raise UserError(f"{folder / TENSORS} lacks {missing[0]}: it is no adapter of this model")
        return torch.stack([tensors[key].float() for key in keys])

    return Lora(
        rank=config["r"],
        alpha=config["lora_alpha"],
        down={name: stacked(name, "A") for name in MODULES},
        up={name: stacked(name, "B") for name in MODULES},
    )


def _key(layer: int, module: str, side: str) -> str:
    return f"base_model.model.model.layers.{layer}.{MODULES[module][0]}.{module}.lora_{side}.weight"
