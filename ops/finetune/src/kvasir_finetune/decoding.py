"""Greedy answers to many prompts at once, each over its own context in one of the modes."""

from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from kvasir_finetune import network
from kvasir_finetune.masks import MaskTensors
from kvasir_finetune.packing import Context, Mode, Sample, pack, sample
from kvasir_finetune.shape import Shape
from kvasir_finetune.weights import Weights


@dataclass(frozen=True)
class Prompt:
    """`gold`: the ids of an answer whose likelihood is wanted, with the end of the turn."""

    front: Context
    final: np.ndarray
    gold: np.ndarray


@dataclass(frozen=True)
class Output:
    """`gold_nll`: negative log-likelihood of the gold answer, a token."""

    ids: list[int]
    gold_nll: float


class Decoder:
    def __init__(self, shape: Shape, weights: Weights, end: int, limit: int = 32) -> None:
        self._shape, self._weights, self._end, self._limit = shape, weights, end, limit
        self._layers = network.layers_of(weights)

    @torch.no_grad()
    def answer(self, prompts: list[Prompt], mode: Mode) -> list[Output]:
        samples = [sample(each.front, [(each.final, each.gold)], mode) for each in prompts]
        state, caches, seen = self._prefill(samples)
        firsts = torch.tensor([int(each.predicting[0]) for each in samples], device=state.device)
        rows = torch.arange(len(samples), device=state.device)
        token = network.logits(self._shape, self._weights, state[rows, firsts]).argmax(-1)
        ends = torch.tensor([each.front.end + len(each.final) for each in prompts], device=state.device)
        chosen = self._continue(token, ends, caches, seen)
        nlls = [self._gold_nll(state[row], each) for row, each in enumerate(samples)]
        return [Output(self._cut(ids), nll) for ids, nll in zip(chosen, nlls, strict=True)]

    def _prefill(self, samples: list[Sample]) -> tuple[torch.Tensor, list, torch.Tensor]:
        """Hidden states, room for all keys and values, and which of them later tokens see."""
        device = self._weights.embedding.device
        length = max(map(len, samples))
        batch = pack([[each] for each in samples], length)
        cosine, sine = network.rope_angles(self._shape, torch.from_numpy(batch.positions).to(device))
        state = functional.embedding(torch.from_numpy(batch.ids).to(device), self._weights.embedding)
        attention = network.dense_attention(MaskTensors.of(batch, device).dense())
        caches = []
        for layer in self._layers:
            queries, keys, values = network.queries_keys_values(self._shape, layer, state, cosine, sine)
            caches.append([functional.pad(each, (0, 0, 0, self._limit)) for each in (keys, values)])
            attended = attention(queries, network.spread(self._shape, keys), network.spread(self._shape, values))
            state = network.after_attention(self._shape, layer, state, attended)
        firsts = torch.tensor([int(each.predicting[0]) for each in samples], device=device)
        answered = torch.arange(length, device=device)[None] > firsts[:, None]
        seen = torch.from_numpy((batch.samples >= 0) & ~batch.hidden).to(device) & ~answered
        return state, caches, functional.pad(seen, (0, self._limit))

    def _continue(self, token: torch.Tensor, ends: torch.Tensor, caches: list, seen: torch.Tensor) -> list[list[int]]:
        base = seen.shape[1] - self._limit
        tokens, done = [token], token == self._end
        for step in range(self._limit - 1):
            if bool(done.all()):
                break
            seen[:, base + step] = True
            cosine, sine = network.rope_angles(self._shape, (ends + step)[:, None])
            state = functional.embedding(token[:, None], self._weights.embedding)
            attention = network.dense_attention(seen[:, None, None])
            for layer, (keys, values) in zip(self._layers, caches, strict=True):
                queries, key, value = network.queries_keys_values(self._shape, layer, state, cosine, sine)
                keys[:, :, base + step], values[:, :, base + step] = key[:, :, 0], value[:, :, 0]
                attended = attention(queries, network.spread(self._shape, keys), network.spread(self._shape, values))
                state = network.after_attention(self._shape, layer, state, attended)
            token = network.logits(self._shape, self._weights, state[:, 0]).argmax(-1)
            tokens.append(token)
            done |= token == self._end
        return torch.stack(tokens, 1).tolist()

    def _gold_nll(self, state: torch.Tensor, each: Sample) -> float:
        predicting = torch.from_numpy(each.predicting).to(state.device)
        targets = torch.from_numpy(each.targets).to(state.device)
        return float(functional.cross_entropy(network.logits(self._shape, self._weights, state[predicting]), targets))

    def _cut(self, ids: list[int]) -> list[int]:
        return ids[: ids.index(self._end)] if self._end in ids else ids
