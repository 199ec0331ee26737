"""Dequantisation vectors for common/engine, computed by the PyPI package gguf (numpy), not by us.

    pip install gguf==0.19.0 numpy
    python gguf_vectors.py MODEL.gguf OUT_FOLDER

writes to OUT_FOLDER
  vectors.gguf    one small tensor of each supported type, random bits, written by gguf's own writer
  vectors.f32     their values in the file's order, float32, little-endian
  model.sha256    digests of dequantised tensors of SmolLM2-135M-Instruct Q4_1: "sha256  name"
"""

import hashlib
import sys
from pathlib import Path

import numpy as np
from gguf import GGUFReader, GGUFWriter
from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType as Type
from gguf.quants import dequantize

ROWS = 6
COLUMNS = 96
SUPER_COLUMNS = 512
SMALL = (Type.F32, Type.F16, Type.BF16, Type.Q8_0, Type.Q4_0, Type.Q4_1, Type.Q5_0, Type.Q5_1)
SUPER = (Type.Q4_K, Type.Q5_K, Type.Q6_K)
HALVES = {Type.Q4_1: (0, 2), Type.Q5_1: (0, 2), Type.Q4_K: (0, 2), Type.Q5_K: (0, 2), Type.Q6_K: (208,)}
"""Where a block's float16 numbers stand; by default at its front."""
LAYERS = (0, 15, 29)


def columns(kind):
    return SUPER_COLUMNS if kind in SUPER else COLUMNS


def scales(random, count):
    """float16 scales of all sizes: zero, subnormal, negative, ordinary, the largest."""
    special = np.array([0.0, -0.0, 6e-8, -3e-5, 6.1e-5, 65504.0, -65504.0, 1.0], np.float16)
    drawn = random.normal(0, 0.01, count).astype(np.float16)
    drawn[: min(count, len(special))] = special[:count]
    return random.permutation(drawn)


def raw_rows(random, kind):
    """Random bytes of a tensor, its scales replaced by finite ones."""
    block, size = GGML_QUANT_SIZES[kind]
    blocks = ROWS * columns(kind) // block
    if kind == Type.F32:
        return random.normal(0, 1, (ROWS, COLUMNS)).astype(np.float32)
    if kind == Type.F16:
        return scales(random, ROWS * COLUMNS).reshape(ROWS, COLUMNS)
    if kind == Type.BF16:
        high = random.normal(0, 1, (ROWS, COLUMNS)).astype(np.float32).view(np.uint32) >> 16
        return high.astype(np.uint16).view(np.uint8).reshape(ROWS, -1)
    data = random.integers(0, 256, (blocks, size), dtype=np.uint8)
    for at in HALVES.get(kind, (0,)):
        data[:, at : at + 2] = scales(random, blocks).view(np.uint8).reshape(blocks, 2)
    return data.reshape(ROWS, -1)


def write_vectors(folder):
    random = np.random.default_rng(20261124)
    writer = GGUFWriter(folder / "vectors.gguf", "llama")
    values = []
    for kind in SMALL + SUPER:
        data = raw_rows(random, kind)
        writer.add_tensor(kind.name, data, raw_dtype=kind)
        values.append(dequantize(data, kind).astype("<f4").reshape(-1))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    (folder / "vectors.f32").write_bytes(np.concatenate(values).tobytes())


def write_digests(model, folder):
    wanted = ("token_embd.", "output_norm.") + tuple(f"blk.{layer}." for layer in LAYERS)
    lines = []
    for tensor in GGUFReader(model).tensors:
        if tensor.name.startswith(wanted):
            values = dequantize(tensor.data, tensor.tensor_type).astype("<f4")
            lines.append(f"{hashlib.sha256(values.tobytes()).hexdigest()}  {tensor.name}\n")
    (folder / "model.sha256").write_text("".join(lines))


if __name__ == "__main__":
    out = Path(sys.argv[2])
    write_vectors(out)
    write_digests(sys.argv[1], out)
