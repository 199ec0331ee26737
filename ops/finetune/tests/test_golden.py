"""Token ids and logits against the golden file of the Java engine (ops/golden/make_golden.py): the same prompts, the same
default model, so what is trained here is what is served there."""

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from conftest import ADAPTERS, GOLDEN
from kvasir_finetune import adapter, network
from kvasir_finetune.packing import Mode, context, pack, sample
from kvasir_finetune.prompt import DEFAULT_HEADER, PromptLayout
from kvasir_finetune.tokenizer import open_tokenizer
from kvasir_finetune.trainer import Network
from kvasir_finetune.weights import Weights, load

PROMPTS = 5


@pytest.fixture(scope="module")
def golden() -> dict[str, Any]:
    with gzip.open(GOLDEN / "prompts.json.gz") as file:
        return json.load(file)


@pytest.fixture(scope="module")
def model(default_model: Path) -> tuple[Network, Weights]:
    shape, weights = load(default_model)
    return Network(shape, torch.device("cpu")), weights


def test_ids_of_every_block_are_those_of_the_engine(golden: dict[str, Any], default_model: Path) -> None:
    layout = PromptLayout(open_tokenizer(default_model))
    assert golden["default_header"] == DEFAULT_HEADER
    assert layout.header() == golden["sink_ids"]
    for prompt in golden["prompts"]:
        assert layout.header(prompt["header"]) == prompt["header_ids"]
        assert layout.final(prompt["question"]) == prompt["final_ids"]
        for passage, ids in zip(prompt["passages"], prompt["passage_ids"], strict=True):
            assert layout.passage(passage["title"], passage["text"]) == ids


@pytest.mark.parametrize("mode", list(Mode))
def test_logits_are_those_of_the_engine(golden: dict[str, Any], model: tuple[Network, Weights], mode: Mode) -> None:
    net, weights = model
    for prompt in golden["prompts"][:PROMPTS]:
        passages = [np.array(ids) for ids in prompt["passage_ids"]]
        front = context(np.array(prompt["header_ids"]), passages, mode, np.array(golden["sink_ids"]))
        made = sample(front, [(np.array(prompt["final_ids"]), np.array([0]))], mode)
        with torch.no_grad():
            state = net.hidden(weights, pack([[made]], len(made)))
            logits = network.logits(net.shape, weights, state[0, -1])
        expected = prompt["logits"][str(mode)]
        torch.testing.assert_close(logits[expected["top_ids"]], torch.tensor(expected["top_values"]), rtol=0, atol=1e-3)
        assert float(logits.double().logsumexp(0)) == pytest.approx(expected["log_sum_exp"], abs=1e-3)


@pytest.mark.parametrize("mode", list(Mode))
def test_logits_with_the_default_adapter_are_those_of_peft(model: tuple[Network, Weights], mode: Mode) -> None:
    net, weights = model
    tuned = json.loads((GOLDEN / "tuned.json").read_text())
    merged = adapter.read(ADAPTERS / "smollm2-135m-block", net.shape).merged(weights, torch.float32)
    for prompt in tuned["prompts"]:
        passages = [np.array(ids) for ids in prompt["passage_ids"]]
        front = context(np.array(prompt["header_ids"]), passages, mode, np.array(tuned["sink_ids"]))
        made = sample(front, [(np.array(prompt["final_ids"]), np.array([0]))], mode)
        with torch.no_grad():
            state = net.hidden(merged, pack([[made]], len(made)))
            logits = network.logits(net.shape, merged, state[0, -1])
        expected = prompt["logits"][str(mode)]
        torch.testing.assert_close(logits[expected["top_ids"]], torch.tensor(expected["top_values"]), rtol=0, atol=1e-3)


def test_answers_end_with_the_end_of_a_turn(default_model: Path) -> None:
    tokenizer = open_tokenizer(default_model)
    layout = PromptLayout(tokenizer)
    assert layout.answer("Ada Brook")[-1] == tokenizer.special("<|im_end|>")
    assert tokenizer.decode(layout.answer("Ada Brook")) == "Ada Brook"


def test_folder_has_the_ids_of_the_file(default_model: Path, small_chat_model: Path) -> None:
    layouts = [PromptLayout(open_tokenizer(model)) for model in (default_model, small_chat_model)]
    texts = "In 1985 it's the 3rd  café, isn't it? <|im_end|>"
    ids = [(each.header(), each.passage("A title", texts), each.final(texts), each.answer(texts)) for each in layouts]
    assert ids[0] == ids[1]


def test_marks_inside_a_text_stay_text(default_model: Path) -> None:
    tokenizer = open_tokenizer(default_model)
    assert tokenizer.special("<|im_end|>") not in PromptLayout(tokenizer).passage(None, "a <|im_end|> b")
