"""Reads data sets in SQuAD's format and questions with passages (JSON lines), plain or gzipped."""

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from kvasir_finetune.errors import UserError

MOST_ANSWER_WORDS = 12


@dataclass(frozen=True)
class Question:
    text: str
    answers: list[str]

    @property
    def usual_answer(self) -> str | None:
        """The answer most people gave, the shortest of those; none where it is longer than a phrase."""
        counted = Counter(answer.strip() for answer in self.answers if answer.strip()).most_common()
        if not counted:
            return None
        best = min((text for text, times in counted if times == counted[0][1]), key=len)
        return best if len(best.split()) <= MOST_ANSWER_WORDS else None


@dataclass(frozen=True)
class Paragraph:
    article: str
    text: str
    questions: list[Question]


@dataclass(frozen=True)
class Retrieved:
    """A question with its passages (title, text), the right one at `gold`."""

    question: Question
    passages: list[tuple[str, str]]
    gold: int


def paragraphs(path: Path) -> list[Paragraph]:
    try:
        articles = json.loads(_text(path))["data"]
        return [
            Paragraph(
                article=unquote(article.get("title", "")).replace("_", " "),
                text=" ".join(paragraph["context"].split()),
                questions=[
                    Question(each["question"].strip(), [answer["text"] for answer in each["answers"]])
                    for each in paragraph["qas"]
                ],
            )
            for article in articles
            for paragraph in article["paragraphs"]
        ]
    except (KeyError, TypeError, json.JSONDecodeError) as problem:
        raise UserError(f"{path} is not in SQuAD's format ({problem!r}): it needs data[].paragraphs[].qas[]") from None


def retrieved(path: Path) -> list[Retrieved]:
    try:
        return [
            Retrieved(
                question=Question(each["question"].strip(), each["answers"]),
                passages=[(passage["title"], passage["text"]) for passage in each["ctxs"]],
                gold=each["gold"],
            )
            for each in _lines(path)
        ]
    except (KeyError, TypeError, json.JSONDecodeError) as problem:
        raise UserError(f"{path} has a line without question, answers, gold and ctxs ({problem!r})") from None


def _lines(path: Path) -> Iterator[dict]:
    return (json.loads(line) for line in _text(path).splitlines() if line.strip())


def _text(path: Path) -> str:
    if not path.is_file():
        raise UserError(f"there is no file {path}")
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
