import json
from pathlib import Path

import torch
from safetensors import safe_open

from conftest import TINY
from kvasir_finetune import adapter
from kvasir_finetune.lora import Lora
from kvasir_finetune.weights import load


def test_written_adapter_has_pefts_names_and_shapes_and_reads_back(tmp_path: Path) -> None:
    shape, weights = load(TINY / "qwen2")
    lora = Lora.fresh(shape, 3, 6.0, seed=4, device="cpu")
    with torch.no_grad():
        for tensor in lora.up.values():
            tensor.copy_(torch.randn(tensor.shape, generator=torch.Generator().manual_seed(5)))
    adapter.write(lora, "base", tmp_path)
    peft = safe_open(TINY / "qwen2/adapter/adapter_model.safetensors", framework="pt")
    own = safe_open(tmp_path / "adapter_model.safetensors", framework="pt")
    assert set(own.keys()) == set(peft.keys())
    for name in own.keys():
        assert own.get_slice(name).get_shape() == peft.get_slice(name).get_shape()
        assert own.get_tensor(name).dtype == torch.float16
    config = json.loads((TINY / "qwen2/adapter/adapter_config.json").read_text())
    assert set(json.loads((tmp_path / "adapter_config.json").read_text())) <= set(config)
    read = adapter.read(tmp_path, shape).merged(weights, torch.float32)
    for name, expected in lora.merged(weights, torch.float32).matrices.items():
        torch.testing.assert_close(read.matrices[name], expected, rtol=0, atol=1e-2)


def test_fresh_adapter_adds_nothing() -> None:
    shape, weights = load(TINY / "llama3")
    merged = Lora.fresh(shape, 2, 4.0, seed=1, device="cpu").merged(weights, torch.float32)
    for name, matrix in weights.matrices.items():
        assert torch.equal(merged.matrices[name], matrix)
