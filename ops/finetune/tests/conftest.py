import json
import os
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from kvasir_finetune.tokenizer import open_tokenizer

ADAPTERS = Path(__file__).parents[1] / "adapters"
TINY = Path(__file__).parents[3] / "common/engine/src/test/resources/tiny"
GOLDEN = Path(__file__).parents[3] / "common/engine/src/test/resources/golden"


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def default_model() -> Path:
    """The real model, which `kvasir fetch-model` fetches."""
    home = Path(os.environ.get("KVASIR_HOME") or Path.home() / ".cache/kvasir")
    path = home / "models/SmolLM2-135M-Instruct.Q4_1.gguf"
    assert path.is_file(), f"run ./kvasir fetch-model first: there is no {path}"
    return path


@pytest.fixture(scope="session")
def small_chat_model(default_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the real model's tokenizer and chat template, and one narrow layer of random weights."""
    folder = tmp_path_factory.mktemp("small")
    tokenizer = open_tokenizer(default_model)
    config = {"model_type": "llama", "num_hidden_layers": 1, "hidden_size": 32, "intermediate_size": 48}
    config |= {"num_attention_heads": 2, "num_key_value_heads": 1, "vocab_size": 49_152, "rms_norm_eps": 1e-5}
    (folder / "config.json").write_text(json.dumps(config | {"rope_theta": 10_000.0}))
    description = json.loads(tokenizer.plain.to_str())
    description["added_tokens"] = [
        {"id": id, "content": mark, "single_word": False, "lstrip": False, "rstrip": False}
        | {"normalized": False, "special": True}
        for mark, id in tokenizer.marks.items()
    ]
    (folder / "tokenizer.json").write_text(json.dumps(description))
    (folder / "tokenizer_config.json").write_text(json.dumps({"chat_template": tokenizer.chat_template}))
    torch.manual_seed(1)
    shapes = {"self_attn.q_proj": (32, 32), "self_attn.k_proj": (16, 32), "self_attn.v_proj": (16, 32)}
    shapes |= {
        "self_attn.o_proj": (32, 32),
        "mlp.gate_proj": (48, 32),
        "mlp.up_proj": (48, 32),
        "mlp.down_proj": (32, 48),
    }
    tensors = {f"model.layers.0.{name}.weight": 0.2 * torch.randn(shape) for name, shape in shapes.items()}
    tensors |= {
        f"model.layers.0.{name}.weight": torch.ones(32) for name in ("input_layernorm", "post_attention_layernorm")
    }
    tensors |= {"model.norm.weight": torch.ones(32), "model.embed_tokens.weight": torch.randn(49_152, 32)}
    save_file(tensors, folder / "model.safetensors")
    return folder
