"""The model card that goes with an adapter."""

from collections.abc import Iterable
from typing import Any

NOTICE = {
    "squadshifts-new-wiki-v1.0.json.gz": (
        "SQuADShifts, new Wikipedia part (Miller, Krauth, Recht, Schmidt, ICML 2020), version 1.0",
        "CC BY 4.0 by its data-set card; the paragraphs are from Wikipedia, CC BY-SA",
    )
}

NAMES = {
    "closed-book": "no passages",
    "gold-only": "the right passage only",
    "full": "full attention",
    "none": "blocks, each alone",
    "sink": "blocks behind block 0 (Kvasir's default)",
    "sink-not-reencoded": "the same, positions not re-encoded",
}


def card(
    name: str,
    run: dict[str, Any],
    others: list[dict[str, Any]],
    evaluations: list[dict[str, Any]],
    files: dict[str, str],
) -> str:
    """`run`: the chosen run's record, `others`: those of all seeds, `files`: SHA-256 of each file."""
    recipe, progress, data = run["recipe"], run["progress"], run["data"]
    parts = [
        f"""---
license: apache-2.0
library_name: peft
base_model: {run["base_model"]}
tags: [block-attention, retrieval-augmented-generation, lora]
---

# {name}

A LoRA adapter for block attention (Ma, Wang, Tian, ICLR 2025): with it, {run["base_model"]} answers questions over passages
alike whether it reads them in one piece or from blocks that were encoded each on its own. It is made for Kvasir's prompt layout
and default header and answers with short phrases copied from the passages. Without passages it knows no more than its base.

## Training

Loss on the answers only. The same samples under the masks {", ".join(recipe["modes"])}; LoRA of rank {recipe["rank"]}, alpha
{recipe["alpha"]:g}, on q, k, v, o, gate, up and down of every layer; AdamW, learning rate {recipe["rate"]:g}, betas
{recipe["betas"][0]:g} and {recipe["betas"][1]:g}, {recipe["steps"]} steps of {recipe["rows"]} x {recipe["length"]} tokens, seed
{recipe["seed"]}. {progress["questions"]:,} question views in {progress["contexts"]:,} contexts, {progress["seconds"]:.0f} s on
{run["device"]}, loss {progress["losses"][0][1]:.2f} to {progress["losses"][-1][1]:.2f}.

{data["questions"]:,} questions on {data["paragraphs"]:,} paragraphs; articles held out: {", ".join(data["held_out_articles"])}.
Dropped: {_dropped(data["dropped"])}.
""",
        _table(
            ("seed", *(f"held-out {mode}" for mode in others[0]["held_out"]), "chosen"),
            [
                (
                    str(each["recipe"]["seed"]),
                    *(f"{row['accuracy']:.1f}" for row in each["held_out"].values()),
                    "yes" if each is run else "",
                )
                for each in others
            ],
        ),
        f"Accuracy in per cent on {_count(run['held_out'])} questions of the held-out articles, ten passages each.\n",
        "## Accuracy\n",
        "A gold answer, normalised as SQuAD does, is contained in the output. Greedy, at most 32 tokens.\n",
    ]
    parts += [_evaluation(each) for each in evaluations]
    parts += [
        "## Data and licences\n",
        *_notices(data["sources"]),
        "The adapter's weights are under Apache-2.0, as is the base model.\n",
        "## Files\n",
        _table(("file", "SHA-256"), list({**data["sources"], **_model(data["model"]), **files}.items())),
    ]
    return "\n".join(parts)


def _evaluation(evaluation: dict[str, Any]) -> str:
    rows = [
        (
            NAMES[row["name"]],
            f"{row['accuracy']:.1f} ± {row['standard_error']:.1f}",
            f"{row['exact']:.1f}",
            f"{row['f1']:.1f}",
            f"{row['gold_nll']:.3f}",
        )
        for row in evaluation["rows"]
    ]
    differences = [
        f"{each['first']} minus {each['second']}: {each['points']:+.1f} ± {each['standard_error']:.1f} points."
        for each in evaluation["differences"]
    ]
    title = f"{evaluation['set']}, {evaluation['rows'][0]['questions']} questions, {evaluation['weights']}"
    table = _table((title, "accuracy ± standard error", "exact", "F1", "NLL of the gold answer"), rows)
    return table + "\n" + " ".join(differences) + "\n"


def _notices(sources: dict[str, str]) -> Iterable[str]:
    for name in sources:
        title, licence = NOTICE.get(name, (name, "licence: see its source"))
        yield f"- `{name}`: {title}; {licence}.\n"


def _dropped(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} ({reason})" for reason, count in counts.items()) or "nothing"


def _count(held_out: dict[str, Any]) -> int:
    return next(iter(held_out.values()))["questions"]


def _model(model: dict[str, str] | str) -> dict[str, str]:
    return model if isinstance(model, dict) else {}


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
