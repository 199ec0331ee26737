"""A tiny model of five layers and what each repair makes of small prompts to it, in float64 with explicit masks.

    pip install -r requirements.txt
    OMP_NUM_THREADS=1 python repairs.py OUT_FOLDER

writes repairs/ (config.json and safetensors) and repairs.json. Attention is written out here, token by token over the
whole prompt with the mask `position of the key <= position of the query`; for plain full attention it is checked
against transformers before anything is written.
"""

import json
import math
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import torch
from numbers_json import Json, shortest
from tiny_shape import SHAPE, load, randomise
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedModel

LAYERS = 5
PROMPTS = [
    {"header": 5, "passages": [9, 12], "final": 4, "prefix": 6},
    {"header": 3, "passages": [20, 1, 17], "final": 6, "prefix": 0},
    {"header": 7, "passages": [30, 25, 2, 40], "final": 3, "prefix": 7},
]
REPAIRS = ["none", "edge-1", "edge-4", "edge-1000", "blend-10", "blend-40", "blend-100", "ape-0.9-0.9", "ape-0.5-1.4"]


@dataclass
class Layer:
    """Keys before RoPE and values of a sequence, both (KV heads, tokens, head dimension)."""

    keys: torch.Tensor
    values: torch.Tensor


class Written:
    """A Llama model with its attention written out; everything in float64."""

    def __init__(self, model: PreTrainedModel) -> None:
        self.model = model.double()
        self.layers = model.model.layers
        self.heads, self.kv_heads = model.config.num_attention_heads, model.config.num_key_value_heads
        self.width = model.config.hidden_size // self.heads
        base = model.config.rope_parameters["rope_theta"]
        half = self.width // 2
        self.frequencies = base ** (-torch.arange(half, dtype=torch.float64) / half)

    def turn(self, rows: torch.Tensor, positions: torch.Tensor) -> torch.Tensor:
        angles = positions[:, None].double() * self.frequencies
        first, second = rows.chunk(2, dim=-1)
        return torch.cat([first * angles.cos() - second * angles.sin(), second * angles.cos() + first * angles.sin()], -1)

    def project(self, index: int, hidden: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        attention = self.layers[index].self_attn
        normed = self.layers[index].input_layernorm(hidden)
        shaped = lambda rows, heads: rows.view(len(hidden), heads, self.width).transpose(0, 1)
        return (
            shaped(attention.q_proj(normed), self.heads),
            shaped(attention.k_proj(normed), self.kv_heads),
            shaped(attention.v_proj(normed), self.kv_heads),
        )

    def scores(self, queries: torch.Tensor, at: torch.Tensor, layer: Layer, key_at: torch.Tensor) -> torch.Tensor:
        """(heads, queries, keys), those of later keys minus infinity."""
        keys = self.turn(layer.keys, key_at).repeat_interleave(self.heads // self.kv_heads, dim=0)
        products = self.turn(queries, at) @ keys.transpose(1, 2) / math.sqrt(self.width)
        return products.masked_fill(key_at[None, None, :] > at[None, :, None], -math.inf)

    def finish(self, index: int, hidden: torch.Tensor, mixed: torch.Tensor) -> torch.Tensor:
        attention = self.layers[index].self_attn
        hidden = hidden + attention.o_proj(mixed.transpose(0, 1).reshape(len(hidden), -1))
        return hidden + self.layers[index].mlp(self.layers[index].post_attention_layernorm(hidden))

    def values(self, layer: Layer) -> torch.Tensor:
        return layer.values.repeat_interleave(self.heads // self.kv_heads, dim=0)

    def run(self, ids: list[int], rows: torch.Tensor, assembled: list[Layer], first: int = 0, last: int = LAYERS) -> torch.Tensor:
        """Computes the tokens at `rows` again in their places of the assembled prompt; their last hidden states."""
        hidden = self.model.model.embed_tokens(torch.tensor(ids)[rows])
        everywhere = torch.arange(len(ids))
        for index in range(first, last):
            queries, keys, values = self.project(index, hidden)
            assembled[index].keys[:, rows] = keys
            assembled[index].values[:, rows] = values
            weights = self.scores(queries, rows, assembled[index], everywhere).softmax(-1)
            hidden = self.finish(index, hidden, weights @ self.values(assembled[index]))
        return hidden

    def logits(self, hidden: torch.Tensor) -> torch.Tensor:
        return self.model.lm_head(self.model.model.norm(hidden[-1]))

    def empty(self, tokens: int) -> list[Layer]:
        shape = (self.kv_heads, tokens, self.width)
        zeros = lambda: torch.zeros(shape, dtype=torch.float64)
        return [Layer(zeros(), zeros()) for _ in range(LAYERS)]

    def encode(self, prefix: list[int], block: list[int]) -> list[Layer]:
        """The block's own rows, encoded behind the prefix."""
        layers = self.empty(len(prefix) + len(block))
        self.run(prefix + block, torch.arange(len(prefix) + len(block)), layers)
        cut = len(prefix)
        return [Layer(layer.keys[:, cut:].clone(), layer.values[:, cut:].clone()) for layer in layers]


@dataclass
class Prompt:
    header: list[int]
    passages: list[list[int]]
    final: list[int]
    prefix: list[int]

    @property
    def ids(self) -> list[int]:
        return [*self.header, *(token for passage in self.passages for token in passage), *self.final]

    @property
    def starts(self) -> list[int]:
        starts = [len(self.header)]
        for passage in self.passages[:-1]:
            starts.append(starts[-1] + len(passage))
        return starts

    @property
    def final_rows(self) -> list[int]:
        return list(range(len(self.ids) - len(self.final), len(self.ids)))


def assemble(model: Written, prompt: Prompt) -> list[Layer]:
    layers = model.empty(len(prompt.ids))
    parts = [(0, model.encode([], prompt.header))]
    parts += [(start, model.encode(prompt.prefix, passage)) for start, passage in zip(prompt.starts, prompt.passages, strict=True)]
    for start, part in parts:
        for layer, rows in zip(layers, part, strict=True):
            end = start + rows.keys.shape[1]
            layer.keys[:, start:end], layer.values[:, start:end] = rows.keys, rows.values
    return layers


def edge(model: Written, prompt: Prompt, tokens: int) -> torch.Tensor:
    rows = [
        start + index
        for start, passage in zip(prompt.starts, prompt.passages, strict=True)
        for index in range(min(tokens, len(passage)))
    ]
    layers = assemble(model, prompt)
    return model.logits(model.run(prompt.ids, torch.tensor(rows + prompt.final_rows), layers))


def blend(model: Written, prompt: Prompt, percent: int) -> torch.Tensor:
    """Layer 0 for all, layer 1's keys and values for all; those farthest off go on over what is then there."""
    layers = assemble(model, prompt)
    first, end = len(prompt.header), len(prompt.ids) - len(prompt.final)
    rows = torch.arange(first, end)
    hidden = model.run(prompt.ids, rows, layers, last=1)
    _, keys, values = model.project(1, hidden)
    off = (values - layers[1].values[:, rows]).square().sum(dim=(0, 2))
    layers[1].keys[:, rows], layers[1].values[:, rows] = keys, values
    count = math.ceil(len(rows) * percent / 100)
    chosen = rows[off.argsort(descending=True, stable=True)[:count]].sort().values
    return model.logits(model.run(prompt.ids, torch.cat([chosen, torch.tensor(prompt.final_rows)]), layers))


def ape(model: Written, prompt: Prompt, temperature: float, scale: float) -> torch.Tensor:
    """All passages begin behind block 0; their logits are sharpened, their common share is scaled."""
    header = model.encode([], prompt.header)
    passages = [model.encode(prompt.prefix, passage) for passage in prompt.passages]
    begin = len(prompt.header)
    passage_at = torch.cat([begin + torch.arange(len(passage)) for passage in prompt.passages])
    start = begin + max(len(passage) for passage in prompt.passages)
    at = start + torch.arange(len(prompt.final))
    other_at = torch.cat([torch.arange(begin), at])
    hidden = model.model.model.embed_tokens(torch.tensor(prompt.final))
    for index in range(LAYERS):
        queries, keys, values = model.project(index, hidden)
        context = Layer(*(torch.cat([getattr(part[index], name) for part in passages], 1) for name in ("keys", "values")))
        other = Layer(torch.cat([header[index].keys, keys], 1), torch.cat([header[index].values, values], 1))
        sharp = model.scores(queries, at, context, passage_at) / temperature
        plain = model.scores(queries, at, other, other_at)
        shares = torch.stack([scale * temperature * sharp.logsumexp(-1), plain.logsumexp(-1)], -1).softmax(-1)
        mixed = shares[..., :1] * (sharp.softmax(-1) @ model.values(context))
        mixed = mixed + shares[..., 1:] * (plain.softmax(-1) @ model.values(other))
        hidden = model.finish(index, hidden, mixed)
    return model.logits(hidden)


def repaired(model: Written, prompt: Prompt, repair: str) -> torch.Tensor:
    name, *numbers = repair.split("-")
    match name:
        case "none":
            return edge(model, prompt, 0)
        case "edge":
            return edge(model, prompt, int(numbers[0]))
        case "blend":
            return blend(model, prompt, int(numbers[0]))
        case _:
            return ape(model, prompt, float(numbers[0]), float(numbers[1]))


def full(model: Written, prompt: Prompt) -> torch.Tensor:
    return model.logits(model.run(prompt.ids, torch.arange(len(prompt.ids)), model.empty(len(prompt.ids))))


def main() -> None:
    folder = Path(sys.argv[1])
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    torch.manual_seed(20261126)
    shape = SHAPE | {"num_hidden_layers": LAYERS, "max_position_embeddings": 256}
    rope = {"rope_type": "default", "rope_theta": 10_000.0}
    made = LlamaForCausalLM(LlamaConfig(**shape, rope_parameters=rope, rms_norm_eps=1e-5, tie_word_embeddings=True))
    randomise(made, 0.3)
    shutil.rmtree(folder / "repairs", ignore_errors=True)
    made.to(torch.bfloat16).save_pretrained(folder / "repairs")
    (folder / "repairs" / "generation_config.json").unlink(missing_ok=True)
    reference = load(folder / "repairs")
    model = Written(load(folder / "repairs"))
    golden = [answers(reference, model, draw(sizes)) for sizes in PROMPTS]
    (folder / "repairs.json").write_text(json.dumps({"prompts": golden}) + "\n")


def draw(sizes: Json) -> Prompt:
    ids = lambda count: torch.randint(0, SHAPE["vocab_size"], (count,)).tolist()
    return Prompt(ids(sizes["header"]), [ids(count) for count in sizes["passages"]], ids(sizes["final"]), ids(sizes["prefix"]))


def answers(reference: PreTrainedModel, model: Written, prompt: Prompt) -> Json:
    whole = full(model, prompt)
    theirs = reference(input_ids=torch.tensor([prompt.ids])).logits[0, -1]
    if (whole - theirs).abs().max() > 1e-4:
        sys.exit("the attention written out here is not transformers'")
    logits = {repair: repaired(model, prompt, repair) for repair in REPAIRS}
    for repair in ("edge-1000", "blend-100"):
        if (logits[repair] - whole).abs().max() > 1e-9:
            sys.exit(f"{repair} is not full attention")
    for repair, values in logits.items():
        print(f"{repair}: {(values - whole).abs().max():.2e} from full attention")
    return {
        "header": prompt.header,
        "passages": prompt.passages,
        "final": prompt.final,
        "prefix": prompt.prefix,
        "full": shortest(whole.float()),
        "logits": {repair: shortest(values.float()) for repair, values in logits.items()},
    }


if __name__ == "__main__":
    main()
