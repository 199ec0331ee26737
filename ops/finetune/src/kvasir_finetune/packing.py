"""Samples and how they are packed: many questions on one context, many contexts in one row.

A sample is a context (block 0, passages) and final blocks that all start behind it and are blind to one another, so one
pass over the context serves all its questions. In sink mode a passage is encoded directly behind block 0, wherever it
stands: its own copy of block 0 lies in front of it, at the positions just before its own, and only it sees the copy.
That is what Kvasir computes when it encodes passages alone and turns their keys to their places.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from kvasir_finetune.store import TrainingSet

FINAL = 1_000
"""Groups from here on are final blocks, 0 is block 0, those between are passages."""

LEAST_PASSAGES, MOST_PASSAGES = 4, 11
MOST_QUESTIONS = 12
WAITING = 24
ROOMY = 5_000


class Mode(StrEnum):
    """What a passage sees: everything before it, itself, or itself behind block 0."""

    FULL = "full"
    NONE = "none"
    SINK = "sink"


@dataclass(frozen=True)
class Tokens:
    """One entry a token. `hidden`: seen by the own group only, as is a passage's copy of block 0."""

    ids: np.ndarray
    positions: np.ndarray
    groups: np.ndarray
    hidden: np.ndarray

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def of(cls, ids: np.ndarray, start: int, group: int, hidden: bool = False) -> "Tokens":
        size = len(ids)
        return cls(ids, start + np.arange(size), np.full(size, group), np.full(size, hidden))

    @classmethod
    def join(cls, parts: list["Tokens"]) -> "Tokens":
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in cls.__dataclass_fields__))


@dataclass(frozen=True)
class Context:
    """Block 0 and passages. `end` is the position behind them."""

    tokens: Tokens
    end: int


def context(
    header: np.ndarray,
    passages: list[np.ndarray],
    mode: Mode,
    sink: np.ndarray | None = None,
    reencoded: bool = True,
) -> Context:
    """`sink`: what passages are encoded behind in sink mode, if not the header. `reencoded`: whether a passage's
    positions are its real ones; else it stays where it was encoded, as if keys had not been turned."""
    sink = header if sink is None else sink
    parts = [Tokens.of(header, 0, 0)]
    start = len(header)
    for group, passage in enumerate(passages, start=1):
        at = start if reencoded else (len(sink) if mode is Mode.SINK else 0)
        if mode is Mode.SINK:
            parts.append(Tokens.of(sink, at - len(sink), group, hidden=True))
        parts.append(Tokens.of(passage, at, group))
        start += len(passage)
    return Context(Tokens.join(parts), start)


@dataclass(frozen=True)
class Sample:
    """`predicting`: indices of the tokens whose next token is a target."""

    tokens: Tokens
    mode: Mode
    predicting: np.ndarray
    targets: np.ndarray

    def __len__(self) -> int:
        return len(self.tokens)


def sample(front: Context, asked: list[tuple[np.ndarray, np.ndarray]], mode: Mode) -> Sample:
    """`asked`: final blocks with their answers. Only answers are targets."""
    parts, predicting, targets = [front.tokens], [], []
    offset = len(front.tokens)
    for number, (final, answer) in enumerate(asked):
        part = Tokens.of(np.concatenate([final, answer[:-1]]), front.end, FINAL + number)
        parts.append(part)
        predicting.append(offset + len(final) - 1 + np.arange(len(answer)))
        targets.append(answer)
        offset += len(part)
    return Sample(Tokens.join(parts), mode, np.concatenate(predicting), np.concatenate(targets))


@dataclass(frozen=True)
class Batch:
    """Arrays of (rows, length); `samples` is -1 in the padding. `predicting` indexes the flattened rows."""

    ids: np.ndarray
    positions: np.ndarray
    samples: np.ndarray
    groups: np.ndarray
    hidden: np.ndarray
    sees_all: np.ndarray
    predicting: np.ndarray
    targets: np.ndarray
    contexts: int

    @property
    def used(self) -> int:
        return int((self.samples >= 0).sum())


def pack(rows: list[list[Sample]], length: int) -> Batch:
    """Lays each row's samples side by side."""
    shape = (len(rows), length)
    ids, positions, groups = (np.zeros(shape, np.int64) for _ in range(3))
    hidden, sees_all = (np.zeros(shape, bool) for _ in range(2))
    samples = np.full(shape, -1, np.int64)
    predicting, targets, number = [], [], 0
    for row, packed in enumerate(rows):
        at = 0
        for each in packed:
            here = np.s_[row, at : at + len(each)]
            ids[here], positions[here] = each.tokens.ids, each.tokens.positions
            groups[here], hidden[here] = each.tokens.groups, each.tokens.hidden
            sees_all[here], samples[here] = each.mode is Mode.FULL, number
            predicting.append(row * length + at + each.predicting)
            targets.append(each.targets)
            at += len(each)
            number += 1
    return Batch(
        ids, positions, samples, groups, hidden, sees_all, np.concatenate(predicting), np.concatenate(targets), number
    )


class Packer:
    """An endless, seeded stream of batches. Every context is drawn once and then seen in each of the modes."""

    def __init__(self, header: np.ndarray, data: TrainingSet, modes: list[Mode], rows: int, length: int) -> None:
        self._header, self._data, self._modes = header, data, modes
        self._rows, self._length = rows, length
        self._asked: dict[int, list[int]] = {}
        for question, passage in enumerate(data.passage_of):
            self._asked.setdefault(int(passage), []).append(question)

    def batches(self, seed: int, held_out: bool = False) -> Iterator[Batch]:
        drawn = self._samples(random.Random(seed), held_out)
        waiting: list[Sample] = []
        while True:
            yield pack([self._row(waiting, drawn) for _ in range(self._rows)], self._length)

    def _row(self, waiting: list[Sample], drawn: Iterator[Sample]) -> list[Sample]:
        """The oldest samples while there is room for any, then the longest that fits."""
        row: list[Sample] = []
        left = self._length
        while True:
            while len(waiting) < WAITING:
                waiting.append(next(drawn))
            fitting = [index for index, each in enumerate(waiting) if len(each) <= left]
            if not fitting:
                return row
            first = left > ROOMY or left == self._length
            index = fitting[0] if first else max(fitting, key=lambda at: len(waiting[at]))
            row.append(waiting.pop(index))
            left -= len(row[-1])

    def _samples(self, rng: random.Random, held_out: bool) -> Iterator[Sample]:
        for passages, questions in self._contexts(rng, held_out):
            asked = [(self._final(question, rng), self._data.answers[question]) for question in questions]
            for mode in self._modes:
                front = context(self._header, [self._data.passages[each] for each in passages], mode)
                made = sample(front, asked, mode)
                if len(made) <= self._length:
                    yield made

    def _final(self, question: int, rng: random.Random) -> np.ndarray:
        asked = self._data.asked_with_task if rng.random() < 0.5 else self._data.asked_alone
        return asked[question]

    def _contexts(self, rng: random.Random, held_out: bool) -> Iterator[tuple[list[int], list[int]]]:
        """Passages of one article and of others, in any order, and some of their questions."""
        pool = [int(index) for index in np.flatnonzero(self._data.held_out == held_out)]
        articles: dict[int, list[int]] = {}
        for index in pool:
            articles.setdefault(int(self._data.articles[index]), []).append(index)
        names, sizes = list(articles), [len(each) for each in articles.values()]
        while True:
            count = min(rng.randint(LEAST_PASSAGES, MOST_PASSAGES), len(pool))
            own = articles[rng.choices(names, sizes)[0]]
            chosen = rng.sample(own, min(rng.randint(1, max(1, count - 1)), len(own)))
            while len(chosen) < count:
                index = rng.choice(pool)
                if index not in chosen:
                    chosen.append(index)
            rng.shuffle(chosen)
            questions = [question for passage in chosen for question in self._asked.get(passage, [])]
            if questions:
                yield chosen, rng.sample(questions, min(MOST_QUESTIONS, len(questions)))
