"""Logits of the default model under the repair edge-4: transformers in float32 with explicit masks and positions.

    OMP_NUM_THREADS=1 python repaired_logits.py ~/.cache/kvasir/models/SmolLM2-135M-Instruct.Q4_1.gguf

writes common/engine/src/test/resources/golden/repaired.json: the first prompts of prompts.json.gz, passages encoded
behind the sink and behind nothing. Where every token is computed again it must be full attention, or nothing is written.
"""

import gzip
import json
import sys
from pathlib import Path

from numbers_json import summary, write
from reference_model import ReferenceModel

GOLDEN = Path(__file__).parent.parent.parent / "common/engine/src/test/resources/golden"
PROMPTS = 3
TOKENS = 4
ALL = 100_000
ROUNDING = 1e-3


def main() -> None:
    model = ReferenceModel(Path(sys.argv[1]))
    with gzip.open(GOLDEN / "prompts.json.gz") as file:
        golden = json.load(file)
    kept = []
    for prompt in golden["prompts"][:PROMPTS]:
        blocks = [prompt["header_ids"], *prompt["passage_ids"], prompt["final_ids"]]
        logits = {}
        for name, prefix in (("sink", golden["sink_ids"]), ("none", [])):
            apart = (model.recomputed(blocks, prefix, ALL) - model.full(blocks)).abs().max().item()
            if apart > ROUNDING:
                sys.exit(f"{prompt['name']}, {name}: all tokens computed again are {apart:.1e} from full attention")
            edge = model.recomputed(blocks, prefix, TOKENS)
            moved = (edge - model.recomputed(blocks, prefix, 0)).abs().max().item()
            print(f"{prompt['name']}, {name}: edge-{TOKENS} moves a logit by up to {moved:.2f}")
            logits[f"{name}+edge-{TOKENS}"] = summary(edge)
        ids = {name: prompt[name] for name in ("name", "header_ids", "passage_ids", "final_ids")}
        kept.append(ids | {"logits": logits})
    write(
        GOLDEN / "repaired.json",
        {"sink_ids": golden["sink_ids"], "sampled_ids": golden["sampled_ids"], "prompts": kept},
    )


if __name__ == "__main__":
    main()
