"""Writes the golden files of common/engine from transformers. See README.md for the formats."""

import argparse
import hashlib
import json
from pathlib import Path

import torch
import transformers
from numbers_json import Json, sampled_ids, shortest, summary, write, write_compressed
from prompt_layout import Passage, PromptTexts, header_ids, layout
from reference_model import LayerKv, ReferenceModel
from smollm_tokenizer import SmolLmTokenizer

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
EIFFEL_SYSTEM = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"
EIFFEL_USER = (
    "Passage: The Eiffel Tower was completed on 31 March 1889. It is 330 metres tall and was designed by engineers of"
    " Gustave Eiffel's company.\n\nAnswer using only the passage. Question: When was the Eiffel Tower completed?"
)


def main() -> None:
    arguments = parse_arguments()
    tokenizer = SmolLmTokenizer(arguments.model)
    model = ReferenceModel(arguments.model)
    arguments.output.mkdir(parents=True, exist_ok=True)
    write(arguments.output / "eiffel.json", eiffel(tokenizer, model))
    write(arguments.output / "layers.json", layers(tokenizer, model))
    cases = json.loads(arguments.cases.read_text(encoding="utf-8"))
    bundled = json.loads(arguments.passages.read_text(encoding="utf-8"))
    golden = origin(arguments.model) | prompts(tokenizer, model, cases, bundled)
    write_compressed(arguments.output / "prompts.json.gz", golden)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, help="SmolLM2-135M-Instruct.Q4_1.gguf")
    parser.add_argument("--output", type=Path, default=ROOT / "common/engine/src/test/resources/golden")
    parser.add_argument("--cases", type=Path, default=HERE / "cases.json")
    parser.add_argument(
        "--passages", type=Path, default=ROOT / "ops/cli/src/main/resources/quickstart/passages.json"
    )
    return parser.parse_args()


def origin(gguf: Path) -> Json:
    return {
        "model_sha256": hashlib.sha256(gguf.read_bytes()).hexdigest(),
        "torch": torch.__version__.split("+")[0],
        "transformers": transformers.__version__,
    }


def eiffel(tokenizer: SmolLmTokenizer, model: ReferenceModel) -> Json:
    """An ordinary ChatML prompt, built from the pieces of the chat template."""
    start, end = tokenizer.special("<|im_start|>"), tokenizer.special("<|im_end|>")
    ids = [start, *tokenizer.encode(f"system\n{EIFFEL_SYSTEM}"), end, *tokenizer.encode("\n")]
    ids += [start, *tokenizer.encode(f"user\n{EIFFEL_USER}"), end, *tokenizer.encode("\n")]
    ids += [start, *tokenizer.encode("assistant\n")]
    values, top = model.full([ids]).topk(5)
    return {
        "system": EIFFEL_SYSTEM,
        "user": EIFFEL_USER,
        "ids": ids,
        "top_ids": top.tolist(),
        "top_values": shortest(values),
    }


def layers(tokenizer: SmolLmTokenizer, model: ReferenceModel) -> Json:
    """Inner values of one tiny prompt, to find the first stage that differs."""
    text = "The Eiffel Tower is 330 metres tall."
    ids = tokenizer.encode(text)
    states = model.hidden_states(ids)
    key_values = model.encode(ids)
    tokens = [0, 1, len(ids) - 1]
    return {
        "text": text,
        "ids": ids,
        "hidden_last_token": {
            "embedding": shortest(states[0][0, -1]),
            "layer_0": shortest(states[1][0, -1]),
            "layer_1": shortest(states[2][0, -1]),
            "final_norm": shortest(states[-1][0, -1]),
        },
        "kv_tokens": tokens,
        "kv_head_0": {f"layer_{layer}": kv_rows(key_values[layer], tokens) for layer in (0, 29)},
        "logits": summary(model.full([ids])),
    }


def kv_rows(layer: LayerKv, tokens: list[int]) -> Json:
    """Rows of KV head 0; keys after RoPE, which turns the pairs (i, i + 32)."""
    keys, values = layer
    return {
        "keys": [shortest(keys[0, 0, token]) for token in tokens],
        "values": [shortest(values[0, 0, token]) for token in tokens],
    }


def prompts(tokenizer: SmolLmTokenizer, model: ReferenceModel, cases: Json, bundled: list[Json]) -> Json:
    sink = header_ids(tokenizer, cases["default_header"])
    passages = {passage["id"]: passage for passage in bundled} | cases["short_passages"]
    return {
        "default_header": cases["default_header"],
        "sink_ids": sink,
        "sampled_ids": sampled_ids(model.vocabulary_size),
        "prompts": [
            {"name": case["name"]} | prompt(tokenizer, model, prompt_texts(case, cases, passages), sink)
            for case in cases["prompts"]
        ],
    }


def prompt_texts(case: Json, cases: Json, passages: dict[str, Json]) -> PromptTexts:
    return PromptTexts(
        header=case.get("header", cases["default_header"]),
        passages=[Passage(passages[name]["title"], passages[name]["text"]) for name in case["passages"]],
        question=cases["task"] + case["question"],
    )


def prompt(tokenizer: SmolLmTokenizer, model: ReferenceModel, texts: PromptTexts, sink: list[int]) -> Json:
    ids = layout(tokenizer, texts)
    print(f"{len(ids.all)} tokens: {texts.question.splitlines()[-1]}", flush=True)
    return {
        "header": texts.header,
        "passages": [{"title": passage.title, "text": passage.text} for passage in texts.passages],
        "question": texts.question,
        "header_ids": ids.header,
        "passage_ids": ids.passages,
        "final_ids": ids.final,
        "logits": {
            "full": summary(model.full(ids.blocks)),
            "none": summary(model.masked(ids.blocks)),
            "sink": summary(model.behind_prefix(ids.blocks, sink)),
            "system": summary(model.behind_prefix(ids.blocks, ids.header)),
        },
    }


if __name__ == "__main__":
    main()
