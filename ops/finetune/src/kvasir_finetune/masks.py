"""Which token sees which, as a dense mask and as a block mask of FlexAttention, from one rule."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch.nn.attention.flex_attention import BlockMask, create_block_mask

from kvasir_finetune.packing import FINAL, Batch

MOST_GROUPS = 1 << 12
NOBODY, NOTHING = -1, -2


@dataclass
class MaskTensors:
    """(rows, tokens) each, int32: the fewer and the narrower, the less a mask costs inside the attention kernel.

    owners  a number for each group of each sample, the same in the padding
    fronts  the sample of what others may see: its context but for hidden tokens
    looks   the sample whose front this token sees: of a final block, and of all tokens in full mode

    Overwritten in place from batch to batch: a compiled mask keeps reading the same tensors.
    """

    owners: torch.Tensor
    fronts: torch.Tensor
    looks: torch.Tensor

    @classmethod
    def of(cls, batch: Batch, device: torch.device | str) -> "MaskTensors":
        return cls(*(torch.from_numpy(values).to(device) for values in _rule_arrays(batch)))

    def overwrite(self, batch: Batch) -> None:
        for tensor, values in zip((self.owners, self.fronts, self.looks), _rule_arrays(batch), strict=True):
            tensor.copy_(torch.from_numpy(values))

    @cached_property
    def rule(self) -> Callable[..., torch.Tensor]:
        """Of (row, head, query, key). One function for good, since a mask is compiled for it."""
        owners, fronts, looks = self.owners, self.fronts, self.looks

        def visible(row, _head, query, key):
            own = owners[row, query] == owners[row, key]
            return (key <= query) & (own | (looks[row, query] == fronts[row, key]))

        return visible

    def dense(self) -> torch.Tensor:
        """(rows, 1, queries, keys). Padding sees padding, since a row of nothing but 'no' gives NaN."""
        rows, tokens = self.owners.shape
        at = torch.arange(tokens, device=self.owners.device)
        row = torch.arange(rows, device=self.owners.device)[:, None, None]
        return self.rule(row, row, at[None, :, None], at[None, None, :])[:, None]

    def blocks(self, create: Callable[..., BlockMask] = create_block_mask) -> BlockMask:
        rows, tokens = self.owners.shape
        return create(self.rule, rows, None, tokens, tokens, device=self.owners.device)


def _rule_arrays(batch: Batch) -> tuple[np.ndarray, ...]:
    is_final, is_padding = batch.groups >= FINAL, batch.samples < 0
    owners = np.where(is_padding, NOBODY, batch.samples * MOST_GROUPS + batch.groups)
    fronts = np.where(is_final | batch.hidden | is_padding, NOBODY, batch.samples)
    looks = np.where((is_final | batch.sees_all) & ~is_padding, batch.samples, NOTHING)
    return tuple(values.astype(np.int32) for values in (owners, fronts, looks))
