"""Answers the questions of `./kvasir quickstart` with the reference model: is each one right, and by what margin?

The margin is the smallest lead of a chosen token over the runner-up, in logits, up to the end of the answer. Greedy, 32 tokens.
"""

import argparse
import json
import re
import string
from pathlib import Path

from prompt_layout import Passage, PromptIds, PromptTexts, header_ids, layout
from reference_model import Context, ReferenceModel
from smollm_tokenizer import SmolLmTokenizer

HERE = Path(__file__).parent
QUICKSTART = HERE.parent / "cli/src/main/resources/quickstart"
MAX_TOKENS = 32


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, help="SmolLM2-135M-Instruct.Q4_1.gguf")
    arguments = parser.parse_args()
    tokenizer = SmolLmTokenizer(arguments.model)
    model = ReferenceModel(arguments.model)
    header = json.loads((HERE / "cases.json").read_text(encoding="utf-8"))["default_header"]
    passages = {
        passage["id"]: Passage(passage["title"], passage["text"])
        for passage in json.loads((QUICKSTART / "passages.json").read_text(encoding="utf-8"))
    }
    for question in json.loads((QUICKSTART / "questions.json").read_text(encoding="utf-8")):
        print(question["question"].splitlines()[-1])
        for mode, order in (("full", "passages"), ("sink", "passages"), ("sink", "reordered")):
            texts = PromptTexts(header, [passages[name] for name in question[order]], question["question"])
            ids = layout(tokenizer, texts)
            context = read(model, ids, header_ids(tokenizer, header), mode)
            print(f"  {mode:4} {order:9} {graded(tokenizer, model, context, ids.final, question['answers'])}", flush=True)


def read(model: ReferenceModel, ids: PromptIds, sink: list[int], mode: str) -> Context:
    if mode == "sink":
        return model.assemble(ids.header, ids.passages, sink)
    front = [token for block in ids.blocks[:-1] for token in block]
    return Context(model.encode(front), len(front))


def graded(
    tokenizer: SmolLmTokenizer, model: ReferenceModel, context: Context, final: list[int], answers: list[str]
) -> str:
    chosen = list(model.greedy(context, final, MAX_TOKENS, tokenizer.special("<|im_end|>")))
    text = tokenizer.decode([token for token, _ in chosen])
    for length in range(1, len(chosen) + 1):
        if is_right(tokenizer.decode([token for token, _ in chosen[:length]]), answers):
            return f"right, margin {min(lead for _, lead in chosen[:length]):.2f}: {text!r}"
    return f"WRONG: {text!r}"


def is_right(text: str, answers: list[str]) -> bool:
    return any(f" {normal(answer)} " in f" {normal(text)} " for answer in answers)


def normal(text: str) -> str:
    """SQuAD's normalisation: lower case, no punctuation, no articles, single blanks."""
    bare = text.lower().translate(str.maketrans("", "", string.punctuation))
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", bare).split())


if __name__ == "__main__":
    main()
