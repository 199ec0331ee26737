"""Accuracy of each mode on the same questions, with the same retrieval, greedy decoding and token ids."""

import math
from dataclasses import asdict, dataclass

import numpy as np
from tqdm import tqdm

from kvasir_finetune.decoding import Decoder, Output, Prompt
from kvasir_finetune.packing import Context, Mode, Tokens, context
from kvasir_finetune.scoring import best_f1, contains, exact
from kvasir_finetune.store import EvaluationSet, Prepared
from kvasir_finetune.tokenizer import TextTokenizer

CLOSED, GOLD, STUCK = "closed-book", "gold-only", "sink-not-reencoded"
ROWS = (CLOSED, GOLD, "full", "none", "sink", STUCK)
"""No passage, the right passage alone, all passages in the three modes, and sink mode without turning keys."""


@dataclass(frozen=True)
class Row:
    """`right` has an entry a question; the rest are means over the questions, in per cent but for `gold_nll`."""

    name: str
    questions: int
    accuracy: float
    exact: float
    f1: float
    gold_nll: float
    right: list[bool]
    texts: list[str]

    @property
    def standard_error(self) -> float:
        share = self.accuracy / 100
        return 100 * math.sqrt(share * (1 - share) / self.questions)

    def figures(self) -> dict[str, float | str | int]:
        kept = {name: value for name, value in asdict(self).items() if name not in ("right", "texts")}
        return kept | {"standard_error": round(self.standard_error, 2)}


def evaluate(
    data: Prepared, name: str, row: str, decoder: Decoder, tokenizer: TextTokenizer, limit: int, batch: int = 64
) -> Row:
    """One row over the first `limit` questions of the set `name`."""
    chosen = data.evaluation[name]
    questions = list(range(min(limit, len(chosen))))
    mode = _mode(row)
    prompts = {question: _prompt(data.header, chosen, question, row) for question in questions}
    by_length = sorted(questions, key=lambda question: len(prompts[question].front.tokens))
    outputs: dict[int, Output] = {}
    for at in tqdm(range(0, len(by_length), batch), f"{name} {row}", unit="batch"):
        part = by_length[at : at + batch]
        outputs |= zip(part, decoder.answer([prompts[question] for question in part], mode), strict=True)
    texts = [tokenizer.decode(outputs[question].ids) for question in questions]
    golds = [chosen.answers[question] for question in questions]
    scored = list(zip(texts, golds, strict=True))
    right = [contains(text, gold) for text, gold in scored]
    return Row(
        name=row,
        questions=len(questions),
        accuracy=_per_cent(right),
        exact=_per_cent([exact(text, gold) for text, gold in scored]),
        f1=_per_cent([best_f1(text, gold) for text, gold in scored]),
        gold_nll=round(float(np.mean([each.gold_nll for each in outputs.values()])), 4),
        right=right,
        texts=texts,
    )


def difference(first: Row, second: Row) -> tuple[float, float]:
    """Mean and standard error of `first` minus `second` in points of accuracy, question by question."""
    pairs = np.array(first.right, float) - np.array(second.right, float)
    return 100 * float(pairs.mean()), 100 * float(pairs.std() / math.sqrt(len(pairs)))


def _mode(row: str) -> Mode:
    if row in (CLOSED, GOLD):
        return Mode.FULL
    return Mode.SINK if row == STUCK else Mode(row)


def _prompt(header: np.ndarray, chosen: EvaluationSet, question: int, row: str) -> Prompt:
    gold = chosen.gold_answers[question]
    if row == CLOSED:
        nothing = Context(Tokens.of(np.zeros(0, np.int64), 0, 0), 0)
        return Prompt(nothing, chosen.closed_book[question], gold)
    passages = [chosen.passages[int(index)] for index in chosen.contexts[question]]
    if row == GOLD:
        passages = [passages[int(chosen.gold[question])]]
    return Prompt(context(header, passages, _mode(row), reencoded=row != STUCK), chosen.finals[question], gold)


def _per_cent(values: list[bool] | list[float]) -> float:
    return round(100 * float(np.mean(values)), 2)
