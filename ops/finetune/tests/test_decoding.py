"""Batched decoding with a cache against a whole forward pass for every token."""

import numpy as np
import pytest
import torch

from conftest import TINY
from kvasir_finetune import network
from kvasir_finetune.decoding import Decoder, Prompt
from kvasir_finetune.packing import Mode, context, pack, sample
from kvasir_finetune.trainer import Network
from kvasir_finetune.weights import load
from samples import ids, random_pieces

LIMIT = 6


def recomputed(net: Network, weights, prompt: Prompt, mode: Mode) -> list[int]:
    chosen: list[int] = []
    for _ in range(LIMIT):
        final = np.concatenate([prompt.final, np.array(chosen, np.int64)])
        made = sample(prompt.front, [(final, np.array([0]))], mode)
        state = net.hidden(weights, pack([[made]], len(made)))
        chosen.append(int(network.logits(net.shape, weights, state[0, -1]).argmax()))
    return chosen


@pytest.mark.parametrize("reencoded", [True, False])
@pytest.mark.parametrize("mode", list(Mode))
def test_answers_of_a_batch_equal_those_computed_afresh(mode: Mode, reencoded: bool) -> None:
    shape, weights = load(TINY / "qwen2")
    net = Network(shape, torch.device("cpu"))
    rng = np.random.default_rng(1)
    prompts = []
    for _ in range(5):
        header, passages, _ = random_pieces(rng)
        prompts.append(Prompt(context(header, passages, mode, reencoded=reencoded), ids(rng, 2, 5), ids(rng, 1, 4)))
    outputs = Decoder(shape, weights, end=-1, limit=LIMIT).answer(prompts, mode)
    for prompt, output in zip(prompts, outputs, strict=True):
        assert output.ids == recomputed(net, weights, prompt, mode)
        alone = sample(prompt.front, [(prompt.final, prompt.gold)], mode)
        with torch.no_grad():
            loss = float(net.loss(weights, pack([[alone]], len(alone))))
        assert output.gold_nll == pytest.approx(loss, abs=1e-5)


def test_answer_ends_before_the_end_token() -> None:
    shape, weights = load(TINY / "qwen2")
    header, passages, _ = random_pieces(np.random.default_rng(2))
    prompt = Prompt(context(header, passages, Mode.FULL), np.array([3, 4]), np.array([5]))
    whole = Decoder(shape, weights, end=-1, limit=LIMIT).answer([prompt], Mode.FULL)[0].ids
    end = whole[2]
    assert Decoder(shape, weights, end, LIMIT).answer([prompt], Mode.FULL)[0].ids == whole[: whole.index(end)]
