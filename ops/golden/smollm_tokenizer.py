"""The SmolLM byte-level BPE tokenizer, built from a GGUF file.

transformers' own GGUF loader leaves out the first pre-tokenizer step (single digits), so it is not used here.
"""

from pathlib import Path

from gguf import GGUFReader
from tokenizers import Tokenizer, decoders, pre_tokenizers
from tokenizers.models import BPE


class SmolLmTokenizer:
    """Encodes plain text only: special tokens are reached by name, never through text."""

    def __init__(self, gguf: Path) -> None:
        reader = GGUFReader(gguf)
        tokens: list[str] = reader.fields["tokenizer.ggml.tokens"].contents()
        merges: list[str] = reader.fields["tokenizer.ggml.merges"].contents()
        self._vocabulary = {token: index for index, token in enumerate(tokens)}
        pairs = [(left, right) for left, right in (merge.split(" ") for merge in merges)]
        self._tokenizer = Tokenizer(BPE(vocab=self._vocabulary, merges=pairs))
        self._tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
            [
                pre_tokenizers.Digits(individual_digits=True),
                pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
            ]
        )
        self._tokenizer.decoder = decoders.ByteLevel()

    def encode(self, text: str) -> list[int]:
        return self._tokenizer.encode(text, add_special_tokens=False).ids

    def decode(self, ids: list[int]) -> str:
        return self._tokenizer.decode(ids, skip_special_tokens=False)

    def special(self, name: str) -> int:
        return self._vocabulary[name]
