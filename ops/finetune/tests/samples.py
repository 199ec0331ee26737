"""Random ids and tiny models for tests."""

import numpy as np

from kvasir_finetune.packing import Mode, Sample, context, sample
from kvasir_finetune.store import Prepared, Ragged, TrainingSet

VOCABULARY = 61


def ids(rng: np.random.Generator, least: int, most: int) -> np.ndarray:
    return rng.integers(0, VOCABULARY, rng.integers(least, most + 1))


def random_pieces(rng: np.random.Generator) -> tuple[np.ndarray, list[np.ndarray], list[tuple[np.ndarray, np.ndarray]]]:
    """Block 0, passages, questions with answers."""
    passages = [ids(rng, 1, 9) for _ in range(rng.integers(1, 5))]
    asked = [(ids(rng, 1, 5), ids(rng, 1, 4)) for _ in range(rng.integers(1, 5))]
    return ids(rng, 1, 6), passages, asked


def random_sample(rng: np.random.Generator, mode: Mode) -> Sample:
    header, passages, asked = random_pieces(rng)
    return sample(context(header, passages, mode), asked, mode)


def random_data(rng: np.random.Generator, passages: int = 24, end: int = 1) -> Prepared:
    questions = 3 * passages
    training = TrainingSet(
        passages=Ragged.of([ids(rng, 3, 9).tolist() for _ in range(passages)]),
        articles=np.arange(passages) % 4,
        held_out=np.arange(passages) % 4 == 3,
        asked_with_task=Ragged.of([ids(rng, 4, 6).tolist() for _ in range(questions)]),
        asked_alone=Ragged.of([ids(rng, 2, 3).tolist() for _ in range(questions)]),
        answers=Ragged.of([[*ids(rng, 1, 3).tolist(), end] for _ in range(questions)]),
        passage_of=np.arange(questions) // 3,
    )
    return Prepared(ids(rng, 4, 4), end, training, {}, {"seed": 0})
