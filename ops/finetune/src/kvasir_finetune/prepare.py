"""From texts to token ids: training passages and questions, held-out questions, questions to evaluate on."""

import hashlib
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kvasir_finetune.prompt import TASK, PromptLayout
from kvasir_finetune.scoring import contains, normal
from kvasir_finetune.squad import Paragraph, Question, Retrieved, paragraphs, retrieved
from kvasir_finetune.store import EvaluationSet, Prepared, Ragged, TrainingSet
from kvasir_finetune.tokenizer import open_tokenizer

OVERLAP_WORDS = 13
MOST_PASSAGE_TOKENS = 600
HELD_OUT_ARTICLES = 4
HELD_OUT_QUESTIONS = 400
PASSAGES = 10
MOST_SAME_ARTICLE = 4
UNTITLED_SHARE = 0.1
HELD_OUT = "held-out"


@dataclass(frozen=True)
class Sources:
    """SQuAD files to train on, and questions with passages to evaluate on by the names they get."""

    model: Path
    train: list[Path]
    evaluate: dict[str, Path]
    seed: int


def prepare(sources: Sources) -> Prepared:
    layout = PromptLayout(open_tokenizer(sources.model))
    asked = {name: retrieved(path) for name, path in sources.evaluate.items()}
    known = {
        gram for questions in asked.values() for each in questions for _, text in each.passages for gram in grams(text)
    }
    found = [each for path in sources.train for each in paragraphs(path)]
    dropped: Counter[str] = Counter()
    kept = [each for each in found if _is_new(each, known, dropped)]
    rng = random.Random(sources.seed)
    articles = sorted({each.article for each in kept})
    apart = set(rng.sample(articles, min(HELD_OUT_ARTICLES, len(articles) // 2)))
    training = _training_set(kept, apart, layout, rng, dropped)
    held_out = _held_out([each for each in kept if each.article in apart], rng)
    evaluation = {name: _evaluation_set(questions, layout) for name, questions in {HELD_OUT: held_out, **asked}.items()}
    manifest = {
        "sources": {path.name: digest(path) for path in [*sources.train, *sources.evaluate.values()]},
        "model": {sources.model.name: digest(sources.model)} if sources.model.is_file() else sources.model.name,
        "seed": sources.seed,
        "paragraphs": len(training.passages),
        "questions": len(training.answers),
        "held_out_articles": sorted(apart),
        "evaluation": {name: len(each) for name, each in evaluation.items()},
        "dropped": dict(dropped),
    }
    return Prepared(np.array(layout.header()), layout.end_of_turn, training, evaluation, manifest)


def grams(text: str) -> set[str]:
    """All runs of 13 normalised words."""
    words = normal(text).split()
    return {" ".join(words[at : at + OVERLAP_WORDS]) for at in range(len(words) - OVERLAP_WORDS + 1)}


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_new(paragraph: Paragraph, known: set[str], dropped: Counter[str]) -> bool:
    if grams(paragraph.text) & known:
        dropped["paragraph shares 13 words with an evaluation passage"] += 1
        return False
    return True


def _training_set(
    found: list[Paragraph], apart: set[str], layout: PromptLayout, rng: random.Random, dropped: Counter[str]
) -> TrainingSet:
    numbers = {name: number for number, name in enumerate(sorted({each.article for each in found}))}
    passages, articles, held_out = [], [], []
    with_task, alone, answers, passage_of = [], [], [], []
    for paragraph in found:
        title = None if rng.random() < UNTITLED_SHARE else paragraph.article
        ids = layout.passage(title, paragraph.text)
        if len(ids) > MOST_PASSAGE_TOKENS:
            dropped["paragraph is long"] += 1
            continue
        for question in paragraph.questions:
            answer = question.usual_answer
            if answer is None:
                dropped["answer is no phrase"] += 1
                continue
            with_task.append(layout.final(TASK + question.text))
            alone.append(layout.final(question.text))
            answers.append(layout.answer(answer))
            passage_of.append(len(passages))
        passages.append(ids)
        articles.append(numbers[paragraph.article])
        held_out.append(paragraph.article in apart)
    return TrainingSet(
        passages=Ragged.of(passages),
        articles=np.array(articles),
        held_out=np.array(held_out),
        asked_with_task=Ragged.of(with_task),
        asked_alone=Ragged.of(alone),
        answers=Ragged.of(answers),
        passage_of=np.array(passage_of),
    )


def _held_out(found: list[Paragraph], rng: random.Random) -> list[Retrieved]:
    """Questions of articles that training never sees, each with nine passages of those that hold no answer."""
    asked = [(paragraph, question) for paragraph in found for question in paragraph.questions]
    asked = [(paragraph, question) for paragraph, question in asked if question.usual_answer is not None]
    rng.shuffle(asked)
    result = []
    for paragraph, question in asked:
        passages = _distractors(paragraph, question, found, rng)
        if len(passages) == PASSAGES - 1 and len(result) < HELD_OUT_QUESTIONS:
            gold = rng.randrange(PASSAGES)
            passages.insert(gold, paragraph)
            result.append(Retrieved(question, [(each.article, each.text) for each in passages], gold))
    return result


def _distractors(
    paragraph: Paragraph, question: Question, found: list[Paragraph], rng: random.Random
) -> list[Paragraph]:
    others = [each for each in rng.sample(found, len(found)) if not contains(each.text, question.answers)]
    same = [each for each in others if each.article == paragraph.article and each is not paragraph]
    foreign = [each for each in others if each.article != paragraph.article]
    chosen = same[:MOST_SAME_ARTICLE]
    chosen += foreign[: PASSAGES - 1 - len(chosen)]
    rng.shuffle(chosen)
    return chosen


def _evaluation_set(asked: list[Retrieved], layout: PromptLayout) -> EvaluationSet:
    known: dict[tuple[str, str], int] = {}
    for each in asked:
        for passage in each.passages:
            known.setdefault(passage, len(known))
    return EvaluationSet(
        passages=Ragged.of([layout.passage(title, text) for title, text in known]),
        contexts=_contexts(asked, known),
        gold=np.array([each.gold for each in asked]),
        finals=Ragged.of([layout.final(TASK + each.question.text) for each in asked]),
        closed_book=Ragged.of([layout.without_documents(each.question.text) for each in asked]),
        gold_answers=Ragged.of([layout.answer(each.question.answers[0]) for each in asked]),
        answers=[each.question.answers for each in asked],
    )


def _contexts(asked: Iterable[Retrieved], known: dict[tuple[str, str], int]) -> np.ndarray:
    return np.array([[known[passage] for passage in each.passages] for each in asked])
