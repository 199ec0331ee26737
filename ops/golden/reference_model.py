"""The numerical reference: transformers in float32, eager attention, explicit masks and positions, one thread."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, DynamicCache

LayerKv = tuple[torch.Tensor, torch.Tensor]
"""Keys (as rotated) and values of one layer, both (1, KV heads, tokens, head dimension)."""


@dataclass(frozen=True)
class Context:
    """The keys and values in front of a final block, one pair a layer, and how many tokens they hold."""

    layers: list[LayerKv]
    tokens: int

    def cache(self) -> DynamicCache:
        """A new cache each time, because a forward pass appends to the one it is given."""
        cache = DynamicCache()
        for index, (keys, values) in enumerate(self.layers):
            cache.update(keys, values, index)
        return cache


class ReferenceModel:
    """All results are float32 tensors of a single sequence, without the batch dimension where that is 1."""

    def __init__(self, gguf: Path) -> None:
        torch.set_num_threads(1)
        torch.set_grad_enabled(False)
        self.model = AutoModelForCausalLM.from_pretrained(
            gguf.parent, gguf_file=gguf.name, dtype=torch.float32, attn_implementation="eager"
        ).eval()

    @property
    def vocabulary_size(self) -> int:
        return self.model.config.vocab_size

    def full(self, blocks: list[list[int]]) -> torch.Tensor:
        """Logits of the last position under ordinary causal attention."""
        ids = [token for block in blocks for token in block]
        return self._last_logits(ids, causal(len(ids)))

    def masked(self, blocks: list[list[int]]) -> torch.Tensor:
        """Logits of the last position when every block but the last sees only itself, in one pass."""
        ids = [token for block in blocks for token in block]
        return self._last_logits(ids, block_mask([len(block) for block in blocks]))

    def behind_prefix(self, blocks: list[list[int]], prefix: list[int]) -> torch.Tensor:
        """Logits of the last position when every passage was encoded alone behind `prefix` and moved to its place."""
        context = self.assemble(blocks[0], blocks[1:-1], prefix)
        return self.continue_from(context, blocks[-1])

    def recomputed(self, blocks: list[list[int]], prefix: list[int], tokens: int) -> torch.Tensor:
        """As `behind_prefix`, but the first `tokens` of every passage are computed again at their places, in one pass
        with the final block; each sees what stands at or before its own position, computed again or not."""
        context = self.assemble(blocks[0], blocks[1:-1], prefix)
        ends = list(accumulate(len(block) for block in blocks[:-1]))
        again = [start + row for start, passage in zip(ends, blocks[1:-1]) for row in range(min(tokens, len(passage)))]
        kept = [position for position in range(context.tokens) if position not in set(again)]
        ids = [token for block in blocks for token in block]
        queries = again + list(range(context.tokens, len(ids)))
        cache = Context([(keys[:, :, kept], values[:, :, kept]) for keys, values in context.layers], len(kept)).cache()
        allowed = torch.tensor(kept + queries)[None, :] <= torch.tensor(queries)[:, None]
        inputs = _inputs([ids[position] for position in queries], allowed)
        inputs["position_ids"] = torch.tensor([queries])
        return self.model(**inputs, past_key_values=cache, use_cache=True, logits_to_keep=1).logits[0, -1]

    def assemble(self, header: list[int], passages: list[list[int]], prefix: list[int]) -> Context:
        """Block 0's own keys and values, then each passage's rows with the keys turned to their final positions."""
        parts = [self.encode(header)]
        start = len(header)
        for passage in passages:
            parts.append(self._moved_rows(prefix, passage, start))
            start += len(passage)
        layers = [
            (torch.cat([keys for keys, _ in layer], dim=2), torch.cat([values for _, values in layer], dim=2))
            for layer in zip(*parts, strict=True)
        ]
        return Context(layers, start)

    def encode(self, ids: list[int]) -> list[LayerKv]:
        """Keys and values of a sequence on its own, from position 0."""
        cache = DynamicCache()
        self.model(**_inputs(ids, causal(len(ids))), past_key_values=cache, use_cache=True, logits_to_keep=1)
        return [(layer.keys, layer.values) for layer in cache.layers]

    def continue_from(self, context: Context, ids: list[int]) -> torch.Tensor:
        """Logits of the last position of `ids`, which see the whole context and, causally, themselves."""
        return self._append(context.cache(), ids)

    def greedy(self, context: Context, ids: list[int], limit: int, end: int) -> Iterator[tuple[int, float]]:
        """After `ids`, the likeliest tokens before `end`, at most `limit`, each with its lead over the runner-up."""
        cache = context.cache()
        for _ in range(limit):
            (best, second), tokens = self._append(cache, ids).topk(2)
            token = tokens[0].item()
            if token == end:
                return
            yield token, (best - second).item()
            ids = [token]

    def _append(self, cache: DynamicCache, ids: list[int]) -> torch.Tensor:
        cached = cache.get_seq_length()
        allowed = torch.cat([torch.ones(len(ids), cached, dtype=torch.bool), causal(len(ids))], dim=1)
        inputs = _inputs(ids, allowed, first_position=cached)
        return self.model(**inputs, past_key_values=cache, use_cache=True, logits_to_keep=1).logits[0, -1]

    def hidden_states(self, ids: list[int]) -> tuple[torch.Tensor, ...]:
        """After the embedding, after each layer but the last, and after the final norm."""
        return self.model(**_inputs(ids, causal(len(ids))), output_hidden_states=True).hidden_states

    def _last_logits(self, ids: list[int], mask: torch.Tensor) -> torch.Tensor:
        return self.model(**_inputs(ids, mask), logits_to_keep=1).logits[0, -1]

    def _moved_rows(self, prefix: list[int], passage: list[int], start: int) -> list[LayerKv]:
        distance = start - len(prefix)
        return [
            (self._turn(keys[:, :, len(prefix) :], distance), values[:, :, len(prefix) :])
            for keys, values in self.encode(prefix + passage)
        ]

    def _turn(self, keys: torch.Tensor, distance: int) -> torch.Tensor:
        """RoPE by `distance` more positions: float64 angles, float32 rotation of (i, i + half) pairs."""
        half = keys.shape[-1] // 2
        base = self.model.config.rope_parameters["rope_theta"]
        angles = distance * base ** (-torch.arange(half, dtype=torch.float64) / half)
        cosine, sine = angles.cos().float(), angles.sin().float()
        first, second = keys[..., :half], keys[..., half:]
        return torch.cat([first * cosine - second * sine, second * cosine + first * sine], dim=-1)


def causal(tokens: int) -> torch.Tensor:
    return torch.ones(tokens, tokens, dtype=torch.bool).tril()


def block_mask(lengths: list[int]) -> torch.Tensor:
    """Causal; every block sees itself only, except the last one, which sees everything before it."""
    mask = causal(sum(lengths))
    ends = list(accumulate(lengths))
    for length, end in zip(lengths[:-1], ends[:-1], strict=True):
        mask[end - length : end, : end - length] = False
    return mask


def _inputs(ids: list[int], allowed: torch.Tensor, first_position: int = 0) -> dict[str, torch.Tensor]:
    """Eager attention adds its mask to the scores, so `allowed` (queries, keys) becomes 0 or the lowest float."""
    scores = torch.zeros(allowed.shape).masked_fill(~allowed, torch.finfo(torch.float32).min)
    return {
        "input_ids": torch.tensor([ids]),
        "attention_mask": scores[None, None],
        "position_ids": torch.arange(first_position, first_position + len(ids))[None],
    }
