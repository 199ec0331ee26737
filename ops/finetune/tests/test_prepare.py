import gzip
import json
import re
from pathlib import Path

import pytest

from kvasir_finetune.errors import UserError
from kvasir_finetune.prepare import HELD_OUT, Sources, grams, prepare
from kvasir_finetune.prompt import TASK, PromptLayout
from kvasir_finetune.squad import Question, paragraphs
from kvasir_finetune.store import Prepared
from kvasir_finetune.tokenizer import open_tokenizer

SHARED = "the quick brown fox jumps over one lazy dog while nine cats sleep on warm roofs"


def squad(path: Path, articles: int = 8, more: str = "") -> Path:
    data = [
        {
            "title": f"Town_number_{number}",
            "paragraphs": [
                {
                    "context": f"Town {number} has a mayor called Name{number}x{part}.\nIt is {part} years old. "
                    + (more if number == part == 0 else ""),
                    "qas": [
                        {
                            "question": f" Who is mayor {part} of town {number}? ",
                            "answers": [{"text": f"Name{number}x{part}"}],
                        },
                        {"question": "Why?", "answers": [{"text": " ".join(["long"] * 13)}]},
                    ],
                }
                for part in range(6)
            ],
        }
        for number in range(articles)
    ]
    path.write_bytes(gzip.compress(json.dumps({"data": data}).encode()))
    return path


def asked(path: Path) -> Path:
    passages = [
        {"title": f"T{number}", "text": f"Text {number}. {SHARED if number == 4 else ''}"} for number in range(10)
    ]
    path.write_text(json.dumps({"question": "What?", "answers": ["Text 3"], "gold": 3, "ctxs": passages}) + "\n")
    return path


@pytest.fixture(scope="module")
def made(default_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    folder = tmp_path_factory.mktemp("prepared")
    train = squad(folder / "squad.json.gz", more=SHARED.upper() + "!")
    prepare(Sources(default_model, [train], {"few": asked(folder / "few.jsonl")}, 0)).save(folder / "data")
    return Prepared.load(folder / "data")


def test_paragraph_that_shares_13_words_with_an_evaluation_passage_is_dropped(made: Prepared) -> None:
    assert made.manifest["dropped"]["paragraph shares 13 words with an evaluation passage"] == 1
    assert len(made.training.passages) == 8 * 6 - 1


def test_answer_longer_than_a_phrase_is_dropped(made: Prepared) -> None:
    assert made.manifest["dropped"]["answer is no phrase"] == 47
    assert len(made.training.answers) == 47


def test_held_out_articles_are_whole_and_their_questions_have_ten_passages(made: Prepared) -> None:
    apart = set(made.training.articles[made.training.held_out])
    assert len(apart) == 4
    assert not apart & set(made.training.articles[~made.training.held_out])
    held_out = made.evaluation[HELD_OUT]
    assert held_out.contexts.shape == (len(held_out), 10)
    assert all(len(set(row)) == 10 for row in held_out.contexts)


def test_blocks_are_those_of_the_layout(made: Prepared, default_model: Path) -> None:
    tokenizer = open_tokenizer(default_model)
    layout = PromptLayout(tokenizer)
    own = tokenizer.decode(made.training.passages[int(made.training.passage_of[3])].tolist())
    town, part = re.search(r"called Name(\d)x(\d)\. It is", own).groups()
    question = f"Who is mayor {part} of town {town}?"
    assert made.training.asked_alone[3].tolist() == layout.final(question)
    assert made.training.asked_with_task[3].tolist() == layout.final(TASK + question)
    assert made.training.answers[3].tolist() == layout.answer(f"Name{town}x{part}")
    few = made.evaluation["few"]
    assert few.passages[int(few.contexts[0][few.gold[0]])].tolist() == layout.passage("T3", "Text 3. ")
    assert few.closed_book[0].tolist() == layout.without_documents("What?")
    assert few.answers == [["Text 3"]]


def test_same_seed_gives_the_same_data(default_model: Path, tmp_path: Path) -> None:
    sources = Sources(default_model, [squad(tmp_path / "squad.json.gz")], {}, 5)
    first, second = prepare(sources), prepare(sources)
    assert first.manifest == second.manifest
    assert (first.evaluation[HELD_OUT].contexts == second.evaluation[HELD_OUT].contexts).all()


def test_usual_answer_is_the_most_frequent_and_then_the_shortest() -> None:
    assert Question("?", ["one", "two words", "two words", "b c d", "b c d"]).usual_answer == "b c d"
    assert Question("?", ["", " "]).usual_answer is None


def test_grams_ignore_case_and_signs() -> None:
    assert grams(SHARED) & grams("So: " + SHARED.title() + ".")
    assert not grams("too short")


def test_file_of_another_format_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text('{"rows": []}')
    with pytest.raises(UserError, match="not in SQuAD's format"):
        paragraphs(path)
    with pytest.raises(UserError, match="there is no file"):
        paragraphs(tmp_path / "none.json")
