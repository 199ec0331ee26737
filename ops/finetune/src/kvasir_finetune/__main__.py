"""`kvasir finetune`: prepare, train, evaluate, export."""

import argparse
import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from kvasir_finetune import adapter
from kvasir_finetune.card import card
from kvasir_finetune.decoding import Decoder
from kvasir_finetune.errors import UserError
from kvasir_finetune.evaluation import ROWS, STUCK, Row, difference, evaluate
from kvasir_finetune.packing import Mode
from kvasir_finetune.prepare import HELD_OUT, Sources, digest, prepare
from kvasir_finetune.store import Prepared
from kvasir_finetune.tokenizer import open_tokenizer
from kvasir_finetune.trainer import RUN, Network, Recipe, Trainer
from kvasir_finetune.weights import load

ADAPTER = "adapter"


def main() -> None:
    arguments = _parser().parse_args()
    try:
        arguments.run(arguments)
    except UserError as problem:
        sys.exit(f"kvasir: {problem}")
    except KeyboardInterrupt:
        sys.exit("kvasir: interrupted; the same command goes on from the last checkpoint")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kvasir finetune", description="Fine-tunes a model for block attention.")
    commands = parser.add_subparsers(required=True, metavar="prepare|train|evaluate|export")
    _prepare_options(_command(commands, "prepare", _prepare, "Texts to token ids, packed when they are used."))
    _train_options(
        _command(commands, "train", _train, "Trains an adapter for each seed; goes on where it was stopped.")
    )
    _evaluate_options(_command(commands, "evaluate", _evaluate, "Accuracy in every mode."))
    _export_options(_command(commands, "export", _export, "The best seed's adapter with its model card."))
    return parser


def _command(commands: Any, name: str, run: Any, text: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(run=run)
    return parser


def _model_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model", type=Path, required=True, help="GGUF file, or folder with config.json and safetensors"
    )


def _prepare_options(parser: argparse.ArgumentParser) -> None:
    _model_option(parser)
    parser.add_argument("--train", type=Path, nargs="+", required=True, metavar="FILE", help="SQuAD's format")
    parser.add_argument(
        "--evaluate",
        nargs="*",
        default=[],
        metavar="NAME=FILE",
        help="JSON lines of question, answers, gold, ctxs; training drops what shares 13 words with their passages",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--seed", type=int, default=0)


def _prepare(arguments: argparse.Namespace) -> None:
    named = [each.partition("=") for each in arguments.evaluate]
    if any(not path for _, _, path in named):
        raise UserError("--evaluate wants NAME=FILE")
    sources = Sources(arguments.model, arguments.train, {name: Path(path) for name, _, path in named}, arguments.seed)
    made = prepare(sources)
    made.save(arguments.out)
    print(json.dumps({name: made.manifest[name] for name in ("paragraphs", "questions", "evaluation", "dropped")}))


def _train_options(parser: argparse.ArgumentParser) -> None:
    usual = Recipe()
    _model_option(parser)
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="what prepare wrote")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="gets a folder a seed")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--steps", type=int, default=usual.steps)
    parser.add_argument("--rank", type=int, default=usual.rank)
    parser.add_argument("--alpha", type=float, help="twice the rank")
    parser.add_argument("--rate", type=float, default=usual.rate, help="learning rate")
    parser.add_argument("--modes", nargs="+", choices=[str(mode) for mode in Mode], default=list(usual.modes))
    parser.add_argument("--rows", type=int, default=usual.rows, help="rows of a step")
    parser.add_argument("--length", type=int, default=usual.length, help="tokens of a row")
    parser.add_argument("--held-out", type=int, default=300, help="held-out questions to answer in the end")
    parser.add_argument("--save-every", type=int, default=100, metavar="STEPS")


def _train(arguments: argparse.Namespace) -> None:
    data = Prepared.load(arguments.data)
    shape, base = load(arguments.model)
    net = Network(shape, _device())
    tokenizer = open_tokenizer(arguments.model)
    provenance = {"base_model": arguments.model.stem, "device": _device_name(), "data": data.manifest}
    recipe = Recipe(
        steps=arguments.steps,
        rank=arguments.rank,
        alpha=2.0 * arguments.rank if arguments.alpha is None else arguments.alpha,
        rate=arguments.rate,
        modes=tuple(arguments.modes),
        rows=arguments.rows,
        length=arguments.length,
    )
    for seed in arguments.seeds:
        folder = arguments.out / f"seed-{seed}"
        trainer = Trainer(net, base, data, replace(recipe, seed=seed), folder, provenance)
        trainer.run(arguments.save_every)
        decoder = Decoder(shape, trainer.merged(), data.end_of_turn)
        rows = [evaluate(data, HELD_OUT, str(mode), decoder, tokenizer, arguments.held_out) for mode in Mode]
        adapter.write(trainer.lora, arguments.model.stem, folder / ADAPTER)
        trainer.save(held_out={row.name: row.figures() for row in rows}, validation=trainer.validation())
        print(f"seed {seed}: held-out " + ", ".join(f"{row.name} {row.accuracy:.1f} %" for row in rows), flush=True)


def _evaluate_options(parser: argparse.ArgumentParser) -> None:
    _model_option(parser)
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="what prepare wrote")
    parser.add_argument("--adapter", type=Path, metavar="FOLDER", help="none: the model as it is")
    parser.add_argument("--set", default=HELD_OUT, metavar="NAME", help="a name given to prepare, or held-out")
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS))
    parser.add_argument("--limit", type=int, default=10_000, help="questions")
    parser.add_argument("--json", type=Path, required=True, metavar="FILE")


def _evaluate(arguments: argparse.Namespace) -> None:
    data = Prepared.load(arguments.data)
    if arguments.set not in data.evaluation:
        raise UserError(f"there is no set {arguments.set!r} in {arguments.data}, only {', '.join(data.evaluation)}")
    decoder, tokenizer = _decoder(arguments, data), open_tokenizer(arguments.model)
    rows = []
    for name in arguments.rows:
        rows.append(evaluate(data, arguments.set, name, decoder, tokenizer, arguments.limit))
        print(f"{name}: {rows[-1].accuracy:.1f} % of {rows[-1].questions}", flush=True)
    result = {
        "set": arguments.set,
        "weights": "the adapter" if arguments.adapter else "the base model",
        "rows": [row.figures() for row in rows],
        "differences": _differences(rows),
        "right": {row.name: [int(each) for each in row.right] for row in rows},
        "texts": {row.name: row.texts for row in rows},
    }
    arguments.json.write_text(json.dumps(result, ensure_ascii=False) + "\n", encoding="utf-8")


def _decoder(arguments: argparse.Namespace, data: Prepared) -> Decoder:
    shape, weights = load(arguments.model)
    device = _device()
    if arguments.adapter:
        with torch.no_grad():
            weights = adapter.read(arguments.adapter, shape).merged(weights, torch.float32)
    return Decoder(shape, weights.to(device, _dtype(device)), data.end_of_turn)


def _differences(rows: list[Row]) -> list[dict[str, Any]]:
    by_name = {row.name: row for row in rows}
    pairs = [("sink", "full"), ("none", "full"), (STUCK, "sink")]
    result = []
    for first, second in pairs:
        if first in by_name and second in by_name:
            points, error = difference(by_name[first], by_name[second])
            result.append(
                {"first": first, "second": second, "points": round(points, 2), "standard_error": round(error, 2)}
            )
    return result


def _export_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--run", type=Path, required=True, metavar="FOLDER", dest="runs", help="train's --out")
    parser.add_argument(
        "--evaluation", type=Path, nargs="*", default=[], metavar="FILE", help="evaluate's --json, for the card"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")


def _export(arguments: argparse.Namespace) -> None:
    folders = [path.parent for path in sorted(arguments.runs.glob(f"seed-*/{RUN}"))]
    runs = {folder: json.loads((folder / RUN).read_text(encoding="utf-8")) for folder in folders}
    done = {folder: run for folder, run in runs.items() if "held_out" in run}
    if not done:
        raise UserError(f"{arguments.runs} holds no finished run: run train first, with --out {arguments.runs}")
    best = max(done, key=lambda folder: sum(row["accuracy"] for row in done[folder]["held_out"].values()))
    arguments.out.mkdir(parents=True, exist_ok=True)
    files = {}
    for name in (adapter.CONFIG, adapter.TENSORS):
        shutil.copy(best / ADAPTER / name, arguments.out / name)
        files[name] = digest(arguments.out / name)
    evaluations = [json.loads(path.read_text(encoding="utf-8")) for path in arguments.evaluation]
    text = card(arguments.out.resolve().name, done[best], list(done.values()), evaluations, files)
    (arguments.out / "README.md").write_text(text, encoding="utf-8")
    print(f"{arguments.out}: seed {done[best]['recipe']['seed']}")


def _device() -> torch.device:
    """A GPU if there is one. cuDNN's attention is left out, since it plans anew for every shape."""
    torch.backends.cuda.enable_cudnn_sdp(False)
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def _device_name() -> str:
    return f"one {torch.cuda.get_device_name()}" if torch.cuda.is_available() else "a CPU"


def _dtype(device: torch.device) -> torch.dtype:
    return torch.bfloat16 if device.type == "cuda" else torch.float32


if __name__ == "__main__":
    main()
