"""The forward pass against transformers' logits of the tiny models (ops/golden/tiny_models.py)."""

import json

import pytest
import torch

from conftest import TINY
from kvasir_finetune import adapter, network
from kvasir_finetune.shape import Shape
from kvasir_finetune.weights import Weights, load

MODELS = ["qwen2", "qwen2.gguf", "llama3", "llama3.gguf", "llama3-v4"]


def last_logits(shape: Shape, weights: Weights, ids: list[int]) -> torch.Tensor:
    cosine, sine = network.rope_angles(shape, torch.arange(len(ids))[None])
    mask = torch.ones(len(ids), len(ids), dtype=torch.bool).tril()[None, None]
    state = weights.embedding[torch.tensor([ids])]
    for layer in network.layers_of(weights):
        state = network.run_layer(shape, layer, state, cosine, sine, network.dense_attention(mask))
    return network.logits(shape, weights, state[0, -1])


@pytest.mark.parametrize("name", MODELS)
def test_logits_of_file_or_folder_equal_transformers(name: str) -> None:
    shape, weights = load(TINY / name)
    golden = json.loads((TINY / f"{name.split('.')[0].split('-')[0]}.json").read_text())
    for prompt in golden["prompts"]:
        expected = torch.tensor(prompt["logits"])
        torch.testing.assert_close(last_logits(shape, weights, prompt["ids"]), expected, rtol=0, atol=1e-4)


@pytest.mark.parametrize("name", ["qwen2", "qwen2.gguf", "llama3", "llama3.gguf"])
def test_logits_with_merged_adapter_equal_peft(name: str) -> None:
    stem = name.split(".")[0]
    shape, weights = load(TINY / name)
    merged = adapter.read(TINY / stem / "adapter", shape).merged(weights, torch.float32)
    for prompt in json.loads((TINY / f"{stem}.json").read_text())["prompts"]:
        expected = torch.tensor(prompt["adapted_logits"])
        torch.testing.assert_close(last_logits(shape, merged, prompt["ids"]), expected, rtol=0, atol=1e-4)
