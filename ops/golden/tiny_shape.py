"""What the tiny random models have in common."""

from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, PreTrainedModel

SHAPE = {
    "vocab_size": 61,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "max_position_embeddings": 128,
    "attn_implementation": "eager",
    "bos_token_id": 0,
    "eos_token_id": 1,
}


def load(folder: Path) -> PreTrainedModel:
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()


def randomise(model: PreTrainedModel, scale: float) -> None:
    """bfloat16 numbers that float16 holds exactly, too; norms around one."""
    for key, parameter in model.named_parameters():
        values = torch.randn(parameter.shape) * scale
        if "norm" in key:
            values += 1
        values[values.abs() < 2**-7] = 0
        parameter.copy_(values.bfloat16().float())
