"""SQuAD's normalisation, the paper's accuracy (a gold answer is contained in the output), exact match and F1."""

import re
import string
from collections import Counter

ARTICLES = re.compile(r"\b(a|an|the)\b")
NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normal(text: str) -> str:
    return " ".join(ARTICLES.sub(" ", text.lower().translate(NO_PUNCTUATION)).split())


def contains(text: str, answers: list[str]) -> bool:
    """Whether one of the answers occurs in the text, both normalised."""
    plain = normal(text)
    return any(normal(answer) in plain for answer in answers if normal(answer))


def exact(text: str, answers: list[str]) -> bool:
    return any(normal(text) == normal(answer) for answer in answers)


def best_f1(text: str, answers: list[str]) -> float:
    return max(_f1(normal(text).split(), normal(answer).split()) for answer in answers)


def _f1(words: list[str], gold: list[str]) -> float:
    common = sum((Counter(words) & Counter(gold)).values())
    return 2 * common / (len(words) + len(gold)) if common else 0.0
