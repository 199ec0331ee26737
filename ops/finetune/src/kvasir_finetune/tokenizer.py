"""Byte-level BPE tokenizers of GGUF files and model folders, as Kvasir's engine reads them."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gguf import GGUFReader
from tokenizers import Regex, Tokenizer, decoders, normalizers, pre_tokenizers
from tokenizers.models import BPE

from kvasir_finetune.errors import UserError

CONTROL, ADDED = 3, 4
WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}%s| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
LLAMA_NAMES = ("llama-bpe", "llama3", "llama-v3", "smaug-bpe", "falcon3", "deepseek-r1-qwen")


@dataclass(frozen=True)
class TextTokenizer:
    """Encodes plain text only: special tokens are reached by name, never through text."""

    plain: Tokenizer
    marks: dict[str, int]
    chat_template: str | None
    begin_mark: str

    def encode(self, text: str) -> list[int]:
        return self.plain.encode(text, add_special_tokens=False).ids

    def decode(self, ids: list[int]) -> str:
        known = set(self.marks.values())
        return self.plain.decode([token for token in ids if token not in known])

    def special(self, name: str) -> int:
        if name not in self.marks:
            raise UserError(f"the tokenizer has no token {name}")
        return self.marks[name]


def open_tokenizer(model: Path) -> TextTokenizer:
    """The tokenizer inside a GGUF file, or of a model folder."""
    return _of_folder(model) if model.is_dir() else _of_gguf(model)


def _of_gguf(file: Path) -> TextTokenizer:
    fields = GGUFReader(file).fields

    def field(name: str, missing: Any = None) -> Any:
        return fields[name].contents() if name in fields else missing

    tokens: list[str] = field("tokenizer.ggml.tokens")
    types: list[int] = field("tokenizer.ggml.token_type")
    merges = [tuple(merge.split(" ")) for merge in field("tokenizer.ggml.merges")]
    pre = field("tokenizer.ggml.pre")
    plain = Tokenizer(
        BPE(
            vocab={token: index for index, token in enumerate(tokens)},
            merges=merges,
            ignore_merges=pre in LLAMA_NAMES,
        )
    )
    plain.pre_tokenizer = _pre_tokenizer(pre)
    if pre == "qwen2":
        plain.normalizer = normalizers.NFC()
    plain.decoder = decoders.ByteLevel()
    begin = field("tokenizer.ggml.bos_token_id")
    return TextTokenizer(
        plain=plain,
        marks={token: index for index, token in enumerate(tokens) if types[index] in (CONTROL, ADDED)},
        chat_template=field("tokenizer.chat_template"),
        begin_mark="" if begin is None else tokens[begin],
    )


def _pre_tokenizer(name: str) -> pre_tokenizers.PreTokenizer:
    if name == "smollm":
        return pre_tokenizers.Sequence(
            [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
        )
    if name != "qwen2" and name not in LLAMA_NAMES:
        raise UserError(f"pre-tokenizer {name!r} is not supported, only smollm, qwen2 and llama-bpe")
    words = WORDS % ("" if name == "qwen2" else "{1,3}")
    return pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(words), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )


def _of_folder(folder: Path) -> TextTokenizer:
    path = folder / "tokenizer.json"
    if not path.is_file():
        raise UserError(f"{folder} has no tokenizer.json")
    description = json.loads(path.read_text(encoding="utf-8"))
    marks = {token["content"]: token["id"] for token in description["added_tokens"]}
    description["added_tokens"] = []
    description["post_processor"] = None
    settings = _json(folder / "tokenizer_config.json")
    begin = settings.get("bos_token") or ""
    return TextTokenizer(
        plain=Tokenizer.from_str(json.dumps(description)),
        marks=marks,
        chat_template=_folder_template(folder, settings),
        begin_mark=begin["content"] if isinstance(begin, dict) else begin,
    )


def _folder_template(folder: Path, settings: dict[str, Any]) -> str | None:
    file = folder / "chat_template.jinja"
    return file.read_text(encoding="utf-8") if file.is_file() else settings.get("chat_template")


def _json(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
