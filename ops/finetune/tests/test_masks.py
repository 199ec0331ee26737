"""Masks against a plain reading of the rules, packing against one sample a question."""

import numpy as np
import pytest
import torch

from conftest import TINY
from kvasir_finetune.masks import MaskTensors
from kvasir_finetune.packing import FINAL, Mode, Sample, context, pack, sample
from kvasir_finetune.trainer import Network
from kvasir_finetune.weights import load
from samples import random_pieces, random_sample


def may_see(each: Sample, query: int, key: int) -> bool:
    if key > query:
        return False
    own, other = each.tokens.groups[query], each.tokens.groups[key]
    if own == other:
        return True
    if other >= FINAL:
        return False
    if each.tokens.hidden[key]:
        return False
    return own >= FINAL or each.mode is Mode.FULL


@pytest.mark.parametrize("seed", range(4))
def test_dense_mask_is_the_rule(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = [[random_sample(rng, mode) for mode in Mode] for _ in range(2)]
    length = max(sum(map(len, row)) for row in rows) + 3
    mask = MaskTensors.of(pack(rows, length), "cpu").dense()[:, 0].numpy()
    expected = np.zeros_like(mask)
    for row, packed in enumerate(rows):
        at = 0
        for each in packed:
            for query in range(len(each)):
                for key in range(len(each)):
                    expected[row, at + query, at + key] = may_see(each, query, key)
            at += len(each)
        expected[row, at:, at:] = np.tril(np.ones((length - at, length - at), bool))
    assert (mask == expected).all()


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("name", ["qwen2", "llama3"])
def test_packed_loss_equals_that_of_separate_samples(name: str, mode: Mode) -> None:
    shape, weights = load(TINY / name)
    net = Network(shape, torch.device("cpu"))
    rng = np.random.default_rng(7)
    rows, separate, tokens = [], 0.0, 0
    for _ in range(2):
        row = []
        for _ in range(3):
            header, passages, asked = random_pieces(rng)
            front = context(header, passages, mode)
            row.append(sample(front, asked, mode))
            for each in asked:
                alone = sample(front, [each], mode)
                batch = pack([[alone]], len(alone))
                separate += float(net.loss(weights, batch)) * len(batch.targets)
                tokens += len(batch.targets)
        rows.append(row)
    packed = float(net.loss(weights, pack(rows, max(sum(map(len, row)) for row in rows) + 5)))
    assert packed == pytest.approx(separate / tokens, abs=2e-6)


def test_full_mode_is_causal_attention() -> None:
    shape, weights = load(TINY / "llama3")
    net = Network(shape, torch.device("cpu"))
    header, passages, asked = random_pieces(np.random.default_rng(3))
    final, answer = asked[0]
    whole = np.concatenate([header, *passages, final])
    plain = sample(context(whole[:0], [], Mode.FULL), [(whole, answer)], Mode.FULL)
    blocks = sample(context(header, passages, Mode.FULL), [(final, answer)], Mode.FULL)
    losses = [float(net.loss(weights, pack([[each]], len(each)))) for each in (plain, blocks)]
    assert losses[0] == pytest.approx(losses[1], abs=2e-6)


def test_sink_mode_with_one_passage_is_full_attention() -> None:
    """A first passage stands right behind block 0 in both."""
    shape, weights = load(TINY / "llama3")
    net = Network(shape, torch.device("cpu"))
    header, passages, asked = random_pieces(np.random.default_rng(5))
    made = [sample(context(header, passages[:1], mode), asked, mode) for mode in (Mode.FULL, Mode.SINK)]
    losses = [float(net.loss(weights, pack([[each]], len(each)))) for each in made]
    assert losses[0] == pytest.approx(losses[1], abs=2e-6)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="FlexAttention is used on CUDA only")
def test_flex_attention_gives_the_loss_and_gradients_of_the_dense_mask() -> None:
    shape, weights = load(TINY / "llama3")
    rng = np.random.default_rng(11)
    batch = pack([[random_sample(rng, mode) for mode in Mode for _ in range(2)] for _ in range(2)], 512)
    results = []
    for device in ("cuda", "cpu"):
        net = Network(shape, torch.device(device))
        net.dtype = torch.float32
        moved = weights.to(device, torch.float32)
        moved.embedding.requires_grad_()
        loss = net.loss(moved, batch)
        loss.backward()
        results.append((float(loss.detach()), moved.embedding.grad.cpu()))
    assert results[0][0] == pytest.approx(results[1][0], abs=1e-3)
    torch.testing.assert_close(results[0][1], results[1][1], rtol=1e-2, atol=1e-3)
