"""What `prepare` writes and `train` and `evaluate` read: token ids, and the texts that scoring needs."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kvasir_finetune.errors import UserError

DATA, MANIFEST = "data.npz", "manifest.json"


class Ragged:
    """Lists of token ids of any length in one flat array."""

    def __init__(self, values: np.ndarray, offsets: np.ndarray) -> None:
        self._values, self._offsets = values, offsets

    @classmethod
    def of(cls, lists: list[list[int]]) -> "Ragged":
        offsets = np.cumsum([0, *map(len, lists)], dtype=np.int64)
        return cls(np.fromiter((token for ids in lists for token in ids), np.uint32, offsets[-1]), offsets)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, index: int) -> np.ndarray:
        return self._values[self._offsets[index] : self._offsets[index + 1]].astype(np.int64)

    def arrays(self, name: str) -> dict[str, np.ndarray]:
        return {name: self._values, f"{name}.offsets": self._offsets}

    @classmethod
    def read(cls, arrays: Any, name: str) -> "Ragged":
        return cls(arrays[name], arrays[f"{name}.offsets"])


@dataclass(frozen=True)
class TrainingSet:
    """`asked_with_task` and `asked_alone` are the final blocks of the same questions, put in two ways."""

    passages: Ragged
    articles: np.ndarray
    held_out: np.ndarray
    asked_with_task: Ragged
    asked_alone: Ragged
    answers: Ragged
    passage_of: np.ndarray


@dataclass(frozen=True)
class EvaluationSet:
    """`contexts`: (questions, passages of each); `gold`: the index of the right one among them."""

    passages: Ragged
    contexts: np.ndarray
    gold: np.ndarray
    finals: Ragged
    closed_book: Ragged
    gold_answers: Ragged
    answers: list[list[str]]

    def __len__(self) -> int:
        return len(self.gold)


@dataclass(frozen=True)
class Prepared:
    """`manifest` says where everything comes from."""

    header: np.ndarray
    end_of_turn: int
    training: TrainingSet
    evaluation: dict[str, EvaluationSet]
    manifest: dict[str, Any]

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        arrays: dict[str, np.ndarray] = {"header": self.header, "end_of_turn": np.array(self.end_of_turn)}
        _put(arrays, "training", self.training)
        for name, each in self.evaluation.items():
            _put(arrays, name, each)
        np.savez_compressed(folder / DATA, **arrays)
        texts = {name: each.answers for name, each in self.evaluation.items()}
        text = json.dumps(self.manifest | {"answers": texts}, ensure_ascii=False, indent=1)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Prepared":
        if not (folder / DATA).is_file() or not (folder / MANIFEST).is_file():
            raise UserError(f"{folder} holds no prepared data: run prepare first, with --out {folder}")
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        answers = manifest.pop("answers")
        with np.load(folder / DATA) as arrays:
            return cls(
                header=arrays["header"].astype(np.int64),
                end_of_turn=int(arrays["end_of_turn"]),
                training=_get(arrays, "training", TrainingSet),
                evaluation={name: _get(arrays, name, EvaluationSet, answers=texts) for name, texts in answers.items()},
                manifest=manifest,
            )


def _put(arrays: dict[str, np.ndarray], prefix: str, record: Any) -> None:
    for name, value in vars(record).items():
        if isinstance(value, Ragged):
            arrays |= value.arrays(f"{prefix}.{name}")
        elif isinstance(value, np.ndarray):
            arrays[f"{prefix}.{name}"] = value


def _get(arrays: Any, prefix: str, kind: type, **more: Any) -> Any:
    def field(name: str) -> Any:
        key = f"{prefix}.{name}"
        return Ragged.read(arrays, key) if f"{key}.offsets" in arrays else arrays[key]

    return kind(**{name: field(name) for name in kind.__dataclass_fields__ if name not in more}, **more)
