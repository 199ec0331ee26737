"""From texts to the blocks of a prompt: block 0, one block a passage, final block. Every piece is tokenised alone."""

from dataclasses import dataclass

from smollm_tokenizer import SmolLmTokenizer


@dataclass(frozen=True)
class Passage:
    title: str
    text: str


@dataclass(frozen=True)
class PromptTexts:
    """`question` is the whole text of the user's turn."""

    header: str
    passages: list[Passage]
    question: str


@dataclass(frozen=True)
class PromptIds:
    header: list[int]
    passages: list[list[int]]
    final: list[int]

    @property
    def blocks(self) -> list[list[int]]:
        return [self.header, *self.passages, self.final]

    @property
    def all(self) -> list[int]:
        return [token for block in self.blocks for token in block]


def layout(tokenizer: SmolLmTokenizer, texts: PromptTexts) -> PromptIds:
    return PromptIds(
        header=header_ids(tokenizer, texts.header),
        passages=[passage_ids(tokenizer, passage) for passage in texts.passages],
        final=final_ids(tokenizer, texts.question),
    )


def header_ids(tokenizer: SmolLmTokenizer, header: str) -> list[int]:
    return [tokenizer.special("<|im_start|>"), *tokenizer.encode(f"system\n{header}\n\n")]


def passage_ids(tokenizer: SmolLmTokenizer, passage: Passage) -> list[int]:
    return tokenizer.encode(f"- Title: {_one_line(passage.title)}\n{_one_line(passage.text)}\n")


def final_ids(tokenizer: SmolLmTokenizer, question: str) -> list[int]:
    start, end = tokenizer.special("<|im_start|>"), tokenizer.special("<|im_end|>")
    line_break = tokenizer.encode("\n")
    user = tokenizer.encode(f"user\n{question}")
    assistant = tokenizer.encode("assistant\n")
    return [end, *line_break, start, *user, end, *line_break, start, *assistant]


def _one_line(text: str) -> str:
    return text.replace("\n", " ")
