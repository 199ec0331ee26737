"""The whole way on a small model with the real tokenizer, two steps long."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kvasir_finetune.prepare import digest
from test_prepare import asked, squad

SOURCE = Path(__file__).parents[1] / "src"


def kvasir(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {"PYTHONPATH": str(SOURCE), "PATH": "", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "kvasir_finetune", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


@pytest.fixture(scope="module")
def folder(small_chat_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    data, runs = folder / "data", folder / "runs"
    train, few = squad(folder / "squad.json.gz"), asked(folder / "few.jsonl")
    steps = [
        ("prepare", "--train", train, "--evaluate", f"few={few}", "--out", data),
        ("train", "--data", data, "--out", runs, "--seeds", 1, 2, "--steps", 2, "--rank", 2, "--rows", 1)
        + ("--length", 1024, "--held-out", 2),
        (
            "evaluate",
            "--data",
            data,
            "--adapter",
            runs / "seed-1/adapter",
            "--set",
            "few",
            "--json",
            folder / "few.json",
        ),
    ]
    for command, *arguments in steps:
        result = kvasir(command, "--model", small_chat_model, *arguments)
        assert result.returncode == 0, result.stderr
    exported = kvasir("export", "--run", runs, "--evaluation", folder / "few.json", "--out", folder / "adapter")
    assert exported.returncode == 0, exported.stderr
    return folder


def test_export_holds_the_best_seeds_adapter_and_its_card(folder: Path) -> None:
    config = json.loads((folder / "adapter/adapter_config.json").read_text())
    assert config["peft_type"] == "LORA" and config["r"] == 2 and config["lora_alpha"] == 4
    card = (folder / "adapter/README.md").read_text()
    assert digest(folder / "adapter/adapter_model.safetensors") in card
    assert digest(folder / "squad.json.gz") in card
    assert "held-out sink" in card and "few, 1 questions, the adapter" in card


def test_evaluation_says_every_row(folder: Path) -> None:
    result = json.loads((folder / "few.json").read_text())
    names = ["closed-book", "gold-only", "full", "none", "sink", "sink-not-reencoded"]
    assert [row["name"] for row in result["rows"]] == names
    assert all(row["questions"] == 1 for row in result["rows"])


def test_finished_run_is_not_trained_again(folder: Path, small_chat_model: Path) -> None:
    before = (folder / "runs/seed-1/adapter/adapter_model.safetensors").read_bytes()
    arguments = ("--data", folder / "data", "--out", folder / "runs", "--seeds", 1, "--steps", 2, "--rank", 2)
    result = kvasir("train", "--model", small_chat_model, *arguments, "--rows", 1, "--length", 1024, "--held-out", 1)
    assert result.returncode == 0, result.stderr
    assert (folder / "runs/seed-1/adapter/adapter_model.safetensors").read_bytes() == before


def test_mistake_gets_one_sentence(folder: Path, tmp_path: Path) -> None:
    result = kvasir("evaluate", "--model", tmp_path, "--data", tmp_path, "--json", tmp_path / "x.json")
    assert result.returncode == 1
    assert result.stderr == f"kvasir: {tmp_path} holds no prepared data: run prepare first, with --out {tmp_path}\n"
