"""A LoRA adapter (Hu et al. 2021) on all linear modules of all layers, merged into the weights at every step."""

import math
from dataclasses import dataclass

import torch

from kvasir_finetune.shape import Shape
from kvasir_finetune.weights import MODULES, Weights


@dataclass(frozen=True)
class Lora:
    """`down[module]`: (layers, rank, inputs), `up[module]`: (layers, outputs, rank); adds scale * up @ down."""

    rank: int
    alpha: float
    down: dict[str, torch.Tensor]
    up: dict[str, torch.Tensor]

    @classmethod
    def fresh(cls, shape: Shape, rank: int, alpha: float, seed: int, device: torch.device | str) -> "Lora":
        """Adds nothing yet: `up` is zero. The same numbers on every device."""
        generator = torch.Generator().manual_seed(seed)
        down, up = {}, {}
        for name in MODULES:
            outputs, inputs = shape.outputs_and_inputs[name]
            drawn = torch.randn(shape.layers, rank, inputs, generator=generator) / math.sqrt(inputs)
            down[name] = drawn.to(device).requires_grad_()
            up[name] = torch.zeros(shape.layers, outputs, rank, device=device, requires_grad=True)
        return cls(rank, alpha, down, up)

    @property
    def parameters(self) -> list[torch.Tensor]:
        return [*self.down.values(), *self.up.values()]

    def merged(self, base: Weights, dtype: torch.dtype) -> Weights:
        """The base's matrices are float32, the sum is rounded to `dtype` once."""
        scale = self.alpha / self.rank
        matrices = {
            name: torch.baddbmm(matrix, self.up[name], self.down[name], alpha=scale).to(dtype)
            for name, matrix in base.matrices.items()
        }
        return base.with_matrices(matrices)

    def state(self) -> dict[str, torch.Tensor]:
        both = {f"down.{name}": tensor for name, tensor in self.down.items()}
        return both | {f"up.{name}": tensor for name, tensor in self.up.items()}

    @torch.no_grad()
    def restore(self, state: dict[str, torch.Tensor]) -> None:
        for name, tensor in self.state().items():
            tensor.copy_(state[name])
