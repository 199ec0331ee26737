"""The training loop: seeded, by steps, resumable at any checkpoint with the same result."""

import json
import math
import os
import time
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional
from torch.nn.attention.flex_attention import create_block_mask, flex_attention
from tqdm import tqdm

from kvasir_finetune import network
from kvasir_finetune.errors import UserError
from kvasir_finetune.lora import Lora
from kvasir_finetune.masks import MaskTensors
from kvasir_finetune.packing import Batch, Mode, Packer
from kvasir_finetune.shape import Shape
from kvasir_finetune.store import Prepared
from kvasir_finetune.weights import Weights

CHECKPOINT, RUN = "checkpoint.pt", "run.json"
REPORT_EVERY = 10


@dataclass(frozen=True)
class Recipe:
    """Everything besides data and model that decides the adapter."""

    seed: int = 1
    steps: int = 240
    rank: int = 32
    alpha: float = 64.0
    rate: float = 2e-3
    modes: tuple[str, ...] = ("full", "sink", "none")
    rows: int = 4
    length: int = 8_192
    warm_up: float = 0.04
    floor: float = 0.05
    betas: tuple[float, float] = (0.9, 0.98)
    clip: float = 1.0

    def rate_at(self, step: int) -> float:
        """A linear warm-up, then half a cosine down to the floor."""
        rising = min(1.0, (step + 1) / max(1.0, self.warm_up * self.steps))
        falling = self.floor + (1 - self.floor) * 0.5 * (1 + math.cos(math.pi * step / self.steps))
        return self.rate * rising * falling


@dataclass
class Progress:
    """What a checkpoint says besides the tensors."""

    step: int = 0
    tokens: int = 0
    contexts: int = 0
    questions: int = 0
    seconds: float = 0.0
    losses: list[tuple[int, float]] = field(default_factory=list)


class Network:
    """Loss of packed batches. On CUDA by FlexAttention, compiled, in bfloat16; else by dense masks in float32."""

    def __init__(self, shape: Shape, device: torch.device) -> None:
        self.shape, self.device = shape, device
        self.flexible = device.type == "cuda"
        self.dtype = torch.bfloat16 if self.flexible else torch.float32
        self._tensors: MaskTensors | None = None
        if self.flexible:
            self._layer = torch.compile(_flex_layer, dynamic=False)
            self._create = torch.compile(create_block_mask, dynamic=False)

    def hidden(self, weights: Weights, batch: Batch) -> torch.Tensor:
        """(rows, tokens, width) before the last norm."""
        cosine, sine = network.rope_angles(self.shape, torch.from_numpy(batch.positions).to(self.device))
        state = functional.embedding(torch.from_numpy(batch.ids).to(self.device), weights.embedding)
        mask = self._mask(batch)
        for layer in network.layers_of(weights):
            if self.flexible:
                state = self._layer(self.shape, layer, state, cosine, sine, mask)
            else:
                attention = network.dense_attention(mask)
                state = network.run_layer(self.shape, layer, state, cosine, sine, attention)
        return state

    def loss(self, weights: Weights, batch: Batch) -> torch.Tensor:
        """Mean negative log-likelihood of the answers' tokens."""
        state = self.hidden(weights, batch).flatten(0, 1)
        predicting = torch.from_numpy(batch.predicting).to(self.device)
        logits = network.logits(self.shape, weights, state[predicting])
        return functional.cross_entropy(logits, torch.from_numpy(batch.targets).to(self.device))

    def _mask(self, batch: Batch) -> Any:
        if self._tensors is None or self._tensors.owners.shape != batch.samples.shape:
            self._tensors = MaskTensors.of(batch, self.device)
        else:
            self._tensors.overwrite(batch)
        return self._tensors.blocks(self._create) if self.flexible else self._tensors.dense()


def _flex_layer(shape, layer, state, cosine, sine, mask):
    return network.run_layer(
        shape, layer, state, cosine, sine, lambda q, k, v: flex_attention(q, k, v, block_mask=mask)
    )


class Trainer:
    """One run in one folder, which holds its checkpoint."""

    def __init__(
        self, net: Network, base: Weights, data: Prepared, recipe: Recipe, folder: Path, provenance: dict[str, Any]
    ) -> None:
        self._net, self._data, self._recipe, self._folder = net, data, recipe, folder
        self._base = base.to(net.device, torch.float32)
        self._rest = base.to(net.device, net.dtype)
        self._provenance = provenance
        self.lora = Lora.fresh(net.shape, recipe.rank, recipe.alpha, recipe.seed, net.device)
        self.progress = Progress()
        self._optimizer = torch.optim.AdamW(
            self.lora.parameters, lr=recipe.rate, betas=recipe.betas, weight_decay=0.0, fused=net.flexible
        )
        self._resume()

    def merged(self) -> Weights:
        with torch.no_grad():
            return self._weights()

    def run(self, save_every: int = 100, until: int | None = None) -> None:
        """Trains to the last step, or to `until`."""
        last = min(self._recipe.steps, until or self._recipe.steps)
        pending: list[torch.Tensor] = []
        begin = time.monotonic()
        before = self.progress.seconds
        batches = islice(self._packer().batches(self._recipe.seed), self.progress.step, last)
        bar = tqdm(batches, f"seed {self._recipe.seed}", self._recipe.steps, initial=self.progress.step, unit="step")
        for batch in bar:
            pending.append(self._step(batch))
            if self.progress.step % REPORT_EVERY == 0 or self.progress.step == last:
                loss = float(torch.stack(pending).mean())
                pending.clear()
                self.progress.losses.append((self.progress.step, round(loss, 4)))
                bar.set_postfix(loss=f"{loss:.3f}", refresh=False)
                self.progress.seconds = before + time.monotonic() - begin
            if self.progress.step % save_every == 0 or self.progress.step == last:
                self.save()

    def validation(self, batches: int = 3) -> dict[str, float]:
        """Negative log-likelihood of held-out answers in each mode. As in training, so that nothing is compiled anew."""
        weights = self._weights()
        result = {}
        for mode in Mode:
            drawn = islice(self._packer([mode]).batches(0, held_out=True), batches)
            losses = [float(self._net.loss(weights, batch).detach()) for batch in drawn]
            result[str(mode)] = round(sum(losses) / len(losses), 4)
        return result

    def _weights(self) -> Weights:
        return self._rest.with_matrices(self.lora.merged(self._base, self._net.dtype).matrices)

    def _packer(self, modes: list[Mode] | None = None) -> Packer:
        recipe = self._recipe
        chosen = modes or [Mode(mode) for mode in recipe.modes]
        return Packer(self._data.header, self._data.training, chosen, recipe.rows, recipe.length)

    def _step(self, batch: Batch) -> torch.Tensor:
        for group in self._optimizer.param_groups:
            group["lr"] = self._recipe.rate_at(self.progress.step)
        loss = self._net.loss(self._weights(), batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.lora.parameters, self._recipe.clip)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        self.progress.step += 1
        self.progress.tokens += batch.used
        self.progress.contexts += batch.contexts
        self.progress.questions += int((batch.targets == self._data.end_of_turn).sum())
        return loss.detach()

    def save(self, **more: Any) -> None:
        """Writes the checkpoint beside the old one and then over it, so that a torn one is never read."""
        self._folder.mkdir(parents=True, exist_ok=True)
        fresh = self._folder / f".{CHECKPOINT}"
        state = {
            "lora": self.lora.state(),
            "optimizer": self._optimizer.state_dict(),
            "progress": asdict(self.progress),
        }
        torch.save(state | {"recipe": json.dumps(asdict(self._recipe))}, fresh)
        os.replace(fresh, self._folder / CHECKPOINT)
        run = {"recipe": asdict(self._recipe), "progress": asdict(self.progress)} | self._provenance | more
        (self._folder / RUN).write_text(json.dumps(run, indent=1) + "\n", encoding="utf-8")

    def _resume(self) -> None:
        path = self._folder / CHECKPOINT
        if not path.is_file():
            return
        state = torch.load(path, map_location=self._net.device, weights_only=True)
        if state["recipe"] != json.dumps(asdict(self._recipe)):
            raise UserError(f"{self._folder} holds a run of another recipe: choose another --out, or remove it")
        self.lora.restore(state["lora"])
        self._optimizer.load_state_dict(state["optimizer"])
        self.progress = Progress(**state["progress"])
