"""Writes golden/qwen.json: the five largest next-token logits of two prompts, from transformers in float32.

    python3 fetch_qwen.py
    OMP_NUM_THREADS=2 venv/bin/python qwen_logits.py ~/.cache/kvasir/models/qwen2.5-coder-0.5b-instruct-q4_k_m.gguf

Takes about 3 GB of memory. Ids are transformers' own, from the tokenizer in the GGUF.
"""

import sys
from pathlib import Path
from typing import Any

import torch
import transformers
from fetch_qwen import SHA256, sha256
from numbers_json import shortest, write
from transformers import AutoModelForCausalLM, AutoTokenizer

GOLDEN = Path(__file__).parent.parent.parent / "common/engine/src/test/resources/golden/qwen.json"
CHAT = (
    "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n"
    "<|im_start|>user\nPassage: The Heron Ferry crosses the bay at nine and at five. The captain is Ada Brook.\n\n"
    "Who is the captain of the Heron Ferry?<|im_end|>\n<|im_start|>assistant\n"
)
CODE = "def fibonacci(n):\n    if n < 2:\n        return n\n    return"
TOP = 5


def main() -> None:
    gguf = Path(sys.argv[1])
    if sha256(gguf) != SHA256:
        sys.exit(f"qwen_logits: {gguf} is another file")
    torch.set_grad_enabled(False)
    tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
    model = AutoModelForCausalLM.from_pretrained(
        gguf.parent, gguf_file=gguf.name, dtype=torch.float32, attn_implementation="eager"
    ).eval()
    prompts = [golden(tokenizer, model, name, text) for name, text in (("chat", CHAT), ("code", CODE))]
    versions = {"torch": torch.__version__.split("+")[0], "transformers": transformers.__version__}
    write(GOLDEN, {"model_sha256": SHA256, **versions, "prompts": prompts})


def golden(tokenizer: Any, model: Any, name: str, text: str) -> dict[str, Any]:
    ids = tokenizer.encode(text, add_special_tokens=False)
    values, top = model(input_ids=torch.tensor([ids]), logits_to_keep=1).logits[0, -1].topk(TOP)
    print(name, len(ids), "ids:", [tokenizer.decode([token]) for token in top.tolist()])
    return {"name": name, "text": text, "ids": ids, "top_ids": top.tolist(), "top_values": shortest(values)}


if __name__ == "__main__":
    main()
