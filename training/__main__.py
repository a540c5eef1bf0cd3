"""``python -m training STEP``: vocabulary and masked words, multi-task training, a teacher and what it says, export,
scores; ``all`` does each in turn."""

from __future__ import annotations

import argparse
import copy
import importlib.util
import json
import os
import sys
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
RUNS = ROOT / "training" / "runs"
SHIPPED = "shipped"  # as a start: the weights in the package


def base_folder(package: str) -> Path:
    """Where the published encoder lies inside its installed package.

    Raises: SystemExit with the remedy when it is not installed.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"package {package.replace('_', '-')} is missing: pip install {package.replace('_', '-')}")
    return Path(spec.origin).parent / "model"


def window_names(first: str, last: str) -> list[str]:
    """``win-281`` ... ``win-297``."""
    return [f"win-{i:03d}" for i in range(int(first[4:]), int(last[4:]) + 1)]


def examples(config: dict, part: str) -> dict:
    """Examples by set for ``part``: "train", "tune" (chooses thresholds), or "dev" (is reported)."""
    from training import sets

    data = config["data"]
    annotated = ROOT / data["shared"] / "annotated"
    gold = ROOT / data["gold"]
    pie = sets.read_piextract(annotated / "piextract")
    for_training, for_validation = sets.privacy_glue_split(len(pie))
    file = "train.jsonl" if part == "train" else "dev.jsonl"
    found = {
        "piextract": [pie[i] for i in (for_training if part == "train" else for_validation) if pie[i].text],
        "gdpr_transparency_200": list(sets.read_gdpr(annotated / "gdpr_transparency_200" / file)),
        "opp115": list(sets.read_opp115(annotated / "opp115" / file)),
    }
    if part == "dev":
        found["codebook dev policy"] = list(sets.read_codebook(annotated / "privlex" / "dev"))
        found["codebook held out"] = list(sets.read_gold(gold, ROOT / data["shared"], part="held_out"))
        return found
    tuned_on = set(window_names(*data["tune"])) | set(data["tune_also"])
    labelled = [example for example in sets.read_gold(gold, ROOT / data["shared"])
                if (example.group in tuned_on) == (part == "tune")]
    given = {name for name in window_names("win-001", data["held_out"][1])} if part == "train" else set()
    found["codebook"] = [example for example in labelled if example.group not in given]
    if part == "train":  # drawn by a share of their own
        found["codebook given"] = [example for example in labelled if example.group in given]
    for folder in data["labels"] if part == "train" else ():
        found["codebook"] += sets.read_codebook(Path(folder))
    return found


def pretrain(config: dict) -> None:
    """Masked words on the archive; writes ``runs/pretrained``."""
    from training import corpus_text
    from training.pretrain import pretrain as run

    shared = ROOT / config["data"]["shared"]
    windows = shared / "annotated" / "privlex" / "train" / "windows.tsv"
    p = config["pretrain"]
    blocks = corpus_text.distinct_blocks(
        shared / "archive" / "bulk.parquet", seed=p["seed"],
        without=corpus_text.held_out_services(windows, config["data"]["held_out"][0]),
    )
    run(base_folder(config["base"]["package"]), blocks, RUNS / "pretrained", words_for_vocabulary=blocks,
        least=config["vocabulary"]["least"], length=p["length"], batch=p["batch"], rate=p["rate"],
        masked=p["masked"], seconds=p["seconds"], seed=p["seed"])


def fit(config: dict) -> None:
    """Multi-task training from ``runs/pretrained``, or on from other weights; writes ``runs/reader``.

    After the cycles the run parts: once for each of ``seeds`` from the same weights (``runs/reader-SEED``). Kept is the
    mean of what they reached, what they began from and what was there before the last cycle (Wortsman et al., Model
    soups, ICML 2022). The cycles of ``after`` go on from there, one from the other; kept is the mean of these and where they
    began, the last counted twice.
    """
    from training import fit as stage
    from training.network import Reader

    f = config["fit"]
    data = stage.encoded_sets(examples(config, "train"), tokenizer_file(config))
    if f["start"]:
        model = started(config)
        stage.set_dropout(model.encoder, f["dropout"])
    else:
        encoder = stage.load_encoder(base_folder(config["base"]["package"]), RUNS / "pretrained", f["dropout"])
        model = Reader(encoder)

    path = []
    for number, seconds in enumerate(f["cycles"]):
        path = [copy.deepcopy(model)]
        model = stage.fit(model, data, plan(f, seconds, f["seed"] + number), log)
        stage.save(model, RUNS / "reader", {"cycle": number, "config": config})
    for seed in f["seeds"]:
        one = stage.fit(copy.deepcopy(model), data, plan(f, f["seed_seconds"], seed), log)
        stage.save(one, RUNS / f"reader-{seed}", {"seed": seed, "config": config})
    if f["seeds"]:
        model = stage.mean_of([*path, model, *(stage.restore(RUNS / f"reader-{seed}") for seed in f["seeds"])])
        stage.save(model, RUNS / "reader", {"mean with seeds": f["seeds"], "config": config})
    path = [model]
    for number, seconds in enumerate(f["after"]):
        path.append(stage.fit(copy.deepcopy(path[-1]), data, plan(f, seconds, f["after_seed"] + number), log))
    if f["after"]:
        model = stage.mean_of([*path, path[-1]])
        stage.save(model, RUNS / "reader", {"mean with the cycles after": f["after"], "config": config})


def plan(fit: dict, seconds: float, seed: int):
    """How to train, from the values of a section of the configuration."""
    from training.fit import Plan

    names = ("share", "head_weight", "term_weight", "quiet", "repeat", "budget", "rate", "decay", "head_rate", "hidden",
             "average", "workers", "half")
    return Plan(seconds=seconds, seed=seed, **{name: fit[name] for name in names})


def teach(config: dict) -> None:
    """Train the larger reader that is not shipped; writes ``runs/teacher``."""
    import torch

    from training import fit as stage
    from training import teacher
    from training.network import Reader

    t = {**config["fit"], **config["teacher"]}
    torch.manual_seed(t["seed"])
    base = teacher.unpack(t["packages"], RUNS / "teacher-base")
    model = Reader(teacher.load(base, tokenizer_file(config), t["dropout"]))
    data = stage.encoded_sets(examples(config, "train"), tokenizer_file(config))
    model = stage.fit(model, data, plan(t, t["seconds"], t["seed"]), log)
    stage.save(model, RUNS / "teacher", {"config": config})


def distil(config: dict) -> None:
    """Go on with ``runs/reader`` on what it and the teacher say of labelled windows and of archive text."""
    from training import corpus_text
    from training import distil as stage
    from training import fit as fitting
    from training.sets import Example

    d = {**config["fit"], **config["distil"]}
    shared = ROOT / config["data"]["shared"]
    windows = shared / "annotated" / "privlex" / "train" / "windows.tsv"
    unlabelled = corpus_text.blocks_in_context(
        shared / "archive" / "bulk.parquet", seed=d["seed"], words=d["words"],
        without=corpus_text.held_out_services(windows, config["data"]["held_out"][0]))
    given = examples(config, "train")
    given[stage.UNLABELLED] = [Example("", str(n), text, context, ((),)) for n, (text, context) in enumerate(unlabelled)]
    data = stage.some_quiet(fitting.encoded_sets(given, tokenizer_file(config)), d["quiet_said"], d["seed"])
    read, rest = stage.parted(data, d["said"], d["seed"])
    read = stage.said_by([RUNS / "teacher", RUNS / "reader"], read, gold=d["gold"], workers=d["workers"], folder=RUNS, log=log)
    data = {name: read[name] + rest[name] for name in data}
    model = fitting.restore(RUNS / "reader")
    fitting.set_dropout(model.encoder, d["dropout"])
    model = fitting.fit(model, data, plan({**d, "quiet": 1.0}, d["seconds"], d["seed"]), log)  # the quiet ones are drawn
    fitting.save(model, RUNS / "reader", {"distilled": True, "config": config})


def tokenizer_file(config: dict) -> Path:
    """The word pieces: of the pre-trained encoder, or of the shipped weights where no pre-training was done here."""
    own = RUNS / "pretrained" / "tokenizer.json"
    given = ROOT / config["export"]["weights"] / "tokenizer.json"
    return given if config["fit"]["start"] == SHIPPED or not own.exists() else own


def started(config: dict):
    """The network to go on from: of a run, or of the shipped weights (``start = "shipped"``)."""
    from training import fit as stage
    from training.shipped import from_shipped

    if config["fit"]["start"] == SHIPPED:
        return from_shipped(ROOT / config["export"]["weights"])
    return stage.restore(RUNS / config["fit"]["start"])


def export(config: dict) -> None:
    """Quantize, tune on the quantized model, write the shipped weights."""
    log(f"digest {written(config, 'reader', ROOT / config['export']['weights'])}")


def written(config: dict, run: str, folder: Path) -> str:
    """A run's weights in ``folder``, 7 bits and with the numbers chosen on the tuning part; their digest."""
    from tokenizers import Tokenizer

    from privlex.lexicon import load_lexicon
    from privlex.model.reader import TrainedReader, first_config, onnx_scores
    from training import calibrate
    from training import export as stage
    from training import fit as fitting
    from training.network import LINK_WIDTH
    from training.sets import HEADS

    model, tokenizer = fitting.restore(RUNS / run), tokenizer_file(config)
    stage.write(model, first_config(HEADS, LINK_WIDTH), tokenizer, folder)
    reader = TrainedReader.from_scores(json.loads((folder / "config.json").read_text("utf8")),
                                       Tokenizer.from_file(str(tokenizer)), onnx_scores(folder / "model.onnx"),
                                       load_lexicon().concept_of)
    tuned = calibrate.tune(reader, examples(config, "tune"))
    (RUNS / "tuned.json").write_text(json.dumps(tuned, indent=1))
    return stage.write(model, tuned, tokenizer, folder)


def scores_of(config: dict, folder: Path) -> dict[str, dict[str, float]]:
    """Scores of the weights in ``folder`` on the dev parts, by set."""
    from tokenizers import Tokenizer

    from privlex.lexicon import load_lexicon
    from privlex.model.reader import TrainedReader, onnx_scores
    from training import score as scorer

    reader = TrainedReader.from_scores(json.loads((folder / "config.json").read_text("utf8")),
                                       Tokenizer.from_file(str(folder / "tokenizer.json")),
                                       onnx_scores(folder / "model.onnx"), load_lexicon().concept_of)
    how = {"piextract": scorer.score_piextract, "gdpr_transparency_200": scorer.score_gdpr,
           "opp115": scorer.score_opp115}
    return {name: how.get(name, scorer.score_codebook)(reader, found)
            for name, found in examples(config, "dev").items()}


def score(config: dict) -> None:
    """Scores of the shipped weights on the dev parts; printed and kept in ``runs/scores.json``."""
    from privlex.model.reader import checked_digest

    folder = ROOT / config["export"]["weights"]
    digest, scores = checked_digest(folder), scores_of(config, folder)
    (RUNS / "scores.json").write_text(json.dumps({"digest": digest, "scores": scores}, indent=1))
    for name, values in scores.items():
        log(name)
        for measure, value in values.items():
            log(f"  {measure:44} {value:.3f}")


def seeds(config: dict) -> None:
    """Scores of each seed's run, tuned as the shipped weights are; kept in ``runs/seeds.json``, the card's rows printed."""
    from training.card import ROWS

    found = {}
    for seed in config["fit"]["seeds"]:
        folder = RUNS / f"weights-{seed}"
        written(config, f"reader-{seed}", folder)
        found[seed] = scores_of(config, folder)
        (RUNS / "seeds.json").write_text(json.dumps(found, indent=1))
    for part, measure, words, _ in ROWS:
        values = [scores[part][measure] for scores in found.values()]
        mean = sum(values) / len(values)
        spread = (sum((v - mean) ** 2 for v in values) / max(1, len(values) - 1)) ** 0.5
        log(f"{words:60} " + " ".join(f"{v:.3f}" for v in values) + f"  mean {mean:.3f} sd {spread:.3f}")


def confidence(config: dict) -> None:
    """How sure a practice of the shipped weights is; writes the trained part of the practices' ``confidence.json``."""
    from privlex.flow import choose_reader
    from training import practice_confidence as stage
    from training import sets

    data = config["data"]
    names = set(window_names(*data["tune"])) | set(data["tune_also"])
    documents = [d for d in sets.gold_documents(ROOT / data["gold"], ROOT / data["shared"]) if d.name in names]
    file = ROOT / "privlex" / "practices" / "data" / "confidence.json"
    known = json.loads(file.read_text("utf8"))
    known["trained"] = stage.fit(documents, choose_reader("trained"))
    file.write_text(json.dumps(known, indent=1) + "\n", "utf8")


def card(config: dict) -> None:
    """The scores into the model card beside the weights."""
    from training.card import update

    stored = json.loads((RUNS / "scores.json").read_text("utf8"))
    update(ROOT / config["export"]["weights"] / "MODEL_CARD.md", stored["scores"], stored["digest"])


STEPS = {"pretrain": pretrain, "fit": fit, "seeds": seeds, "teach": teach, "distil": distil, "export": export,
         "confidence": confidence, "score": score, "card": card}


def log(text: str) -> None:
    """One line with the time, on standard output."""
    print(time.strftime("%H:%M:%S"), text, flush=True)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("step", choices=[*STEPS, "all"])
    parser.add_argument("--config", type=Path, default=Path(__file__).with_name("config.toml"))
    parser.add_argument("--start", metavar="RUN", help="go on from this run's weights (a folder of training/runs), or from those in the package (shipped)")
    parser.add_argument("--labels", type=Path, action="append", default=[], metavar="FOLDER",
                        help="further labelled texts in the codebook form; may be given more than once")
    options = parser.parse_args(argv)
    config = tomllib.loads(options.config.read_text("utf8"))
    config["fit"]["start"] = options.start or config["fit"].get("start", "")
    config["data"]["labels"] += [str(folder) for folder in options.labels]
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    RUNS.mkdir(exist_ok=True)
    for name in STEPS if options.step == "all" else [options.step]:
        log(name)
        STEPS[name](config)
    return 0


if __name__ == "__main__":
    sys.exit(main())
