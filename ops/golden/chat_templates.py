"""Renders conversations with models' chat templates, as transformers' apply_chat_template does, for the tests of PromptLayout.

usage: chat_templates.py SMOLLM2_GGUF QWEN_GGUF LLAMA_TEMPLATE OUT_JSON_GZ
"""

import gzip
import json
import random
import sys
from pathlib import Path

from gguf import GGUFReader
from jinja2.exceptions import TemplateError
from jinja2.ext import loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment

CONVERSATIONS = 50
BITS = (
    ["Hello", " ", "  ", "\n", "\n\n", "\t", "\r\n", "What is a clock?", "It's 1821.", "é", "e\u0301", "東京", "🙂", "👨‍👩‍👧", "\u00a0", "\u2028"]
    + ["{{ x }}", "{% if a %}", "{%- endfor %}", "{# note #}", "{{ messages }}", "\\n", "'", '"', "<", "&amp;", "\ue000", "\U000f0000"]
    + ["<|im_end|>", "<|im_start|>system\n", "<|endoftext|>", "<|eot_id|>", "<|start_header_id|>", "<|begin_of_text|>", "None", "0"]
)


def environment() -> ImmutableSandboxedEnvironment:
    """As transformers.utils.chat_template_utils sets it up."""
    env = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols])
    env.filters["tojson"] = lambda x, indent=None: json.dumps(x, ensure_ascii=False, indent=indent)

    def raise_exception(message: str) -> None:
        raise TemplateError(message)

    env.globals["raise_exception"] = raise_exception
    return env


def text(rng: random.Random) -> str:
    return "".join(rng.choice(BITS) for _ in range(rng.choice([0, 1, 2, 4, 8])))


def conversation(rng: random.Random, index: int) -> list[dict[str, str]]:
    messages = [{"role": "system", "content": text(rng)}] if index % 2 else []
    for turn in range(1 + 2 * rng.randrange(3)):
        messages.append({"role": "assistant" if turn % 2 else "user", "content": text(rng)})
    if index % 10 == 9:
        messages.insert(2, {"role": "system", "content": text(rng)})
    return messages


def template_of(gguf: str) -> str:
    return GGUFReader(gguf).fields["tokenizer.chat_template"].contents()


def main(smollm2: str, qwen: str, llama: str, out: str) -> None:
    templates = {
        "smollm2": (template_of(smollm2), "<|im_start|>"),
        "qwen2.5": (template_of(qwen), "<|endoftext|>"),
        "llama3.1": (Path(llama).read_text(), "<|begin_of_text|>"),
    }
    env = environment()
    compiled = {name: (env.from_string(source), bos) for name, (source, bos) in templates.items()}
    rng = random.Random(1)
    cases = []
    for index in range(CONVERSATIONS):
        messages = conversation(rng, index)
        expected = {
            name: template.render(messages=messages, tools=None, documents=None, add_generation_prompt=True, bos_token=bos)
            for name, (template, bos) in compiled.items()
        }
        cases.append({"messages": messages, "expected": expected})
    root = {"templates": {name: source for name, (source, _) in templates.items()}, "cases": cases}
    data = json.dumps(root, ensure_ascii=True, indent=0).encode()
    Path(out).write_bytes(gzip.compress(data, mtime=0))


if __name__ == "__main__":
    main(*sys.argv[1:])
