from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch

from conftest import TINY
from kvasir_finetune.errors import UserError
from kvasir_finetune.packing import FINAL, Mode, Packer
from kvasir_finetune.trainer import Network, Recipe, Trainer
from kvasir_finetune.weights import load
from samples import random_data

RECIPE = Recipe(seed=3, steps=12, rank=4, alpha=8.0, rate=1e-2, rows=2, length=256)


def trainer(folder: Path, recipe: Recipe = RECIPE) -> Trainer:
    shape, weights = load(TINY / "qwen2")
    net = Network(shape, torch.device("cpu"))
    return Trainer(net, weights, random_data(np.random.default_rng(0)), recipe, folder, {"base_model": "tiny"})


def test_resumed_run_gives_the_same_adapter_bit_for_bit(tmp_path: Path) -> None:
    whole = trainer(tmp_path / "whole")
    whole.run()
    trainer(tmp_path / "parts").run(until=5)
    resumed = trainer(tmp_path / "parts")
    assert resumed.progress.step == 5
    resumed.run()
    for name, tensor in whole.lora.state().items():
        assert torch.equal(resumed.lora.state()[name], tensor), name
    assert resumed.progress.questions == whole.progress.questions


def test_training_lowers_the_loss(tmp_path: Path) -> None:
    run = trainer(tmp_path, replace(RECIPE, steps=60))
    run.run()
    assert run.progress.losses[-1][1] < 0.8 * run.progress.losses[0][1]


def test_another_seed_is_another_adapter(tmp_path: Path) -> None:
    first, second = trainer(tmp_path / "1"), trainer(tmp_path / "2", replace(RECIPE, seed=4))
    first.run(until=2)
    second.run(until=2)
    assert not torch.equal(first.lora.up["q_proj"], second.lora.up["q_proj"])


def test_folder_of_another_recipe_is_refused(tmp_path: Path) -> None:
    trainer(tmp_path).run(until=1)
    with pytest.raises(UserError, match="another recipe"):
        trainer(tmp_path, replace(RECIPE, rank=2))


def test_rate_rises_then_falls_to_the_floor() -> None:
    recipe = Recipe(steps=100)
    rates = [recipe.rate_at(step) for step in range(100)]
    assert rates[0] < rates[3] == max(rates)
    assert rates[3:] == sorted(rates[3:], reverse=True)
    assert rates[-1] == pytest.approx(recipe.floor * recipe.rate, rel=0.01)


def test_every_context_comes_in_every_mode_and_held_out_ones_never(tmp_path: Path) -> None:
    data = random_data(np.random.default_rng(0))
    packer = Packer(data.header, data.training, list(Mode), rows=2, length=256)
    known = {tuple(data.training.passages[index]) for index in np.flatnonzero(~data.training.held_out)}
    counts = {mode: 0 for mode in (True, False)}
    for batch in islice(packer.batches(1), 20):
        for number in range(batch.contexts):
            row, where = next(
                (row, np.flatnonzero(batch.samples[row] == number))
                for row in (0, 1)
                if (batch.samples[row] == number).any()
            )
            groups, hidden = batch.groups[row][where], batch.hidden[row][where]
            counts[bool(batch.sees_all[row][where][0])] += 1
            for group in set(groups[(groups > 0) & (groups < FINAL)]):
                assert tuple(batch.ids[row][where][(groups == group) & ~hidden]) in known
    assert counts[False] == pytest.approx(2 * counts[True], rel=0.15)
