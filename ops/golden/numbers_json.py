"""Logits and float32 values as JSON, and byte-reproducible files."""

import gzip
import json
from pathlib import Path
from typing import Any

import torch

Json = dict[str, Any]

TOP_IDS = 64
SAMPLE_STRIDE = 48
"""The vocabulary has 49,152 ids, so 1,024 of them are sampled."""


def shortest(values: torch.Tensor) -> list[float]:
    """The shortest decimals that give the same float32 values again."""
    return [float(str(value)) for value in values.numpy()]


def summary(logits: torch.Tensor) -> Json:
    values, ids = logits.topk(TOP_IDS)
    wide = logits.double()
    return {
        "top_ids": ids.tolist(),
        "top_values": shortest(values),
        "sampled_values": shortest(logits[::SAMPLE_STRIDE]),
        "log_sum_exp": wide.logsumexp(dim=0).item(),
        "l2_norm": wide.norm().item(),
    }


def sampled_ids(vocabulary_size: int) -> list[int]:
    return list(range(0, vocabulary_size, SAMPLE_STRIDE))


def write(path: Path, content: Json) -> None:
    path.write_text(_one_line_a_field(content), encoding="utf-8")


def write_compressed(path: Path, content: Json) -> None:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))


def _one_line_a_field(content: Json) -> str:
    fields = [f"  {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in content.items()]
    return "{\n" + ",\n".join(fields) + "\n}\n"
