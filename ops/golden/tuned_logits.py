"""Logits of the default model with its default adapter: transformers and PEFT, float32, the adapter not merged.

    OMP_NUM_THREADS=1 python tuned_logits.py ~/.cache/kvasir/models/SmolLM2-135M-Instruct.Q4_1.gguf

writes common/engine/src/test/resources/golden/tuned.json: the first prompts of prompts.json.gz in three modes.
"""

import gzip
import json
import sys
from pathlib import Path

from numbers_json import summary, write
from peft import PeftModel
from reference_model import ReferenceModel

ROOT = Path(__file__).parent.parent.parent
GOLDEN = ROOT / "common/engine/src/test/resources/golden"
ADAPTER = ROOT / "ops/finetune/adapters/smollm2-135m-block"
PROMPTS = 3


def main() -> None:
    model = ReferenceModel(Path(sys.argv[1]))
    model.model = PeftModel.from_pretrained(model.model, ADAPTER).eval()
    with gzip.open(GOLDEN / "prompts.json.gz") as file:
        golden = json.load(file)
    sink = golden["sink_ids"]
    kept = []
    for prompt in golden["prompts"][:PROMPTS]:
        blocks = [prompt["header_ids"], *prompt["passage_ids"], prompt["final_ids"]]
        logits = {
            "full": summary(model.full(blocks)),
            "none": summary(model.masked(blocks)),
            "sink": summary(model.behind_prefix(blocks, sink)),
        }
        ids = {name: prompt[name] for name in ("name", "header_ids", "passage_ids", "final_ids")}
        kept.append(ids | {"logits": logits})
    write(GOLDEN / "tuned.json", {"sink_ids": sink, "sampled_ids": golden["sampled_ids"], "prompts": kept})


if __name__ == "__main__":
    main()
