"""Kvasir's prompt layout: block 0, one block a passage, final block. Every block is tokenised alone.

The Java side is `dev.kvasir.engine.prompt`; both are held to the same golden file.
"""

import re
from dataclasses import dataclass

from jinja2.sandbox import ImmutableSandboxedEnvironment

from kvasir_finetune.errors import UserError
from kvasir_finetune.tokenizer import TextTokenizer

DEFAULT_HEADER = "You answer questions from the documents below. Use only what they say and answer in a few words."
TASK = "Answer the question with a short phrase copied from the documents above.\nQuestion: "
"""How an evaluated question is put; half of the training questions are put so, the others stand alone."""

CHAT_ML = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
LINE_BREAK = re.compile("\r\n|[\n\x0b\x0c\r\x85\u2028\u2029]")
PLACEHOLDER = re.compile("\ue000(\\d+)\ue001")


@dataclass(frozen=True)
class Part:
    """A piece of a rendered conversation. Special tokens are looked for in markup only."""

    text: str
    is_markup: bool


class PromptLayout:
    def __init__(self, tokenizer: TextTokenizer) -> None:
        self._tokenizer = tokenizer
        self._begin = tokenizer.begin_mark
        environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
        self._template = environment.from_string(tokenizer.chat_template or CHAT_ML)
        marks = sorted(filter(None, tokenizer.marks), key=len, reverse=True)
        self._marks = re.compile("|".join(map(re.escape, marks)) or r"(?!)")
        self.end_of_turn = self._end_of_turn()

    def header(self, text: str = DEFAULT_HEADER) -> list[int]:
        """Block 0: the system turn with its text, left open."""
        parts = self._render([("system", text), ("user", "question")])[:2]
        return self._encode([*parts, Part("\n\n", True)])

    def passage(self, title: str | None, text: str) -> list[int]:
        line = LINE_BREAK.sub(" ", text) + "\n"
        if title is not None and title.strip():
            return self._tokenizer.encode(f"- Title: {LINE_BREAK.sub(' ', title)}\n{line}")
        return self._tokenizer.encode(f"- {line}")

    def final(self, question: str) -> list[int]:
        """The end of the system turn, the user's turn and the assistant's header."""
        return self._encode(self._render([("system", ""), ("user", question)])[2:])

    def without_documents(self, question: str) -> list[int]:
        """The chat template's own prompt of one user turn."""
        return self._encode(self._render([("user", question)]))

    def answer(self, text: str) -> list[int]:
        return [*self._tokenizer.encode(text), self.end_of_turn]

    def _end_of_turn(self) -> int:
        behind = self._render([("user", "u"), ("assistant", "a")], generation=False)[-1]
        found = self._marks.search(behind.text)
        if found is None:
            raise UserError("the chat template ends no turn with a special token: use another model")
        return self._tokenizer.special(found.group())

    def _render(self, messages: list[tuple[str, str]], generation: bool = True) -> list[Part]:
        """Markup and texts by turns, starting and ending with markup. The template sees placeholders only."""
        shown = [{"role": role, "content": f"\ue000{index}\ue001"} for index, (role, _) in enumerate(messages)]
        output = self._template.render(messages=shown, add_generation_prompt=generation, bos_token=self._begin)
        pieces = PLACEHOLDER.split(output)
        if pieces[1::2] != [str(index) for index in range(len(messages))]:
            raise UserError("the chat template does not write every message once and in order: use another model")
        parts = [Part(pieces[0], True)]
        for (_, text), markup in zip(messages, pieces[2::2], strict=True):
            parts += [Part(text, False), Part(markup, True)]
        return parts

    def _encode(self, parts: list[Part]) -> list[int]:
        """Text between two marks is tokenised in one go, whoever wrote it."""
        ids: list[int] = []
        pending = ""
        for part in parts:
            at = 0
            if part.is_markup:
                for found in self._marks.finditer(part.text):
                    ids += self._tokenizer.encode(pending + part.text[at : found.start()])
                    ids.append(self._tokenizer.special(found.group()))
                    pending, at = "", found.end()
            pending += part.text[at:]
        return ids + self._tokenizer.encode(pending)
