"""The table of results: privlex on each gold set beside the figures others published, measured and dated.

    python -m privlex.evaluate.results GOLD     measure (GOLD: the folder of the sets), keep, and write the tables
    python -m privlex.evaluate.results          write the tables again from what was kept
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from privlex.errors import GoldError, ModelError
from privlex.evaluate import predict
from privlex.evaluate.calibration import outcomes, reliability_bins
from privlex.evaluate.gold import read_codebook, read_gold
from privlex.evaluate.gold.piextract import held_out_sentences
from privlex.evaluate.predict import Settings
from privlex.evaluate.run import evaluate_gold, show_progress
from privlex.flow import TIERS, choose_reader

KEPT = Path(str(files("privlex.evaluate") / "data" / "results.json"))
PUBLISHED = Path(str(files("privlex.evaluate") / "data" / "published.jsonl"))
START, END = "<!-- results: made by `make results` -->", "<!-- end of results -->"

# The windows of the codebook's set from this one on (44 of 330) are held out: never trained on, never looked at.
HELD_OUT_FROM = "win-298"


class Row(NamedTuple):
    """One gold set, or the part of it that no weight was fitted to, and the scores that stand in the table."""

    name: str
    dataset: str
    title: str
    read: Callable[[Path], Sequence[Any]]
    scores: tuple[tuple[str, str], ...]  # (name of the score, how the table calls it)
    beside: Mapping[str, str] = {}       # score -> score of the same run that it is to be seen beside (annotators)


def _piextract(gold: Path) -> Sequence[Any]:
    sentences = read_gold("piextract", gold / "piextract")
    train = [s for s in sentences if s.file.startswith("train")]
    return [train[i] for i in held_out_sentences(len(train))]


def _held_out_windows(gold: Path) -> Sequence[Any]:
    folder = gold / "privlex" / "train"
    names = [p.stem for p in (folder / "labels").glob("win-*.jsonl") if p.stem >= HELD_OUT_FROM]
    return read_codebook(folder, sorted(names))


_KINDS = ("data", "purpose", "party")
_CODEBOOK_SCORES = (
    ("exact_f1_micro", "spans, exact F1"), ("partial_f1_micro", "spans, partial F1"),
    ("category_accuracy", "category accuracy"), ("link_f1_data_recipient", "link F1, data and recipient"),
    ("link_f1_data_purpose", "link F1, data and purpose"), ("claim_f1", "claim F1"),
    ("polarity_accuracy", "polarity accuracy"), ("condition_partial_f1", "conditions, partial F1"),
)
ROWS = (
    Row("piextract", "piextract", "PI-Extract, PrivacyGLUE's dev cut", _piextract,
        (("f1_mean", "F1, mean of four labels"), ("f1_COLLECT", "F1 COLLECT"), ("f1_SHARE", "F1 SHARE"),
         ("f1_NOT_COLLECT", "F1 NOT_COLLECT"), ("f1_NOT_SHARE", "F1 NOT_SHARE"))),
    Row("opp115", "opp115", "OPP-115, dev", lambda gold: read_gold("opp115", gold / "opp115" / "dev.jsonl"),
        tuple((f"{m}_f1_{k}", f"{m} F1 {k}") for m in ("overlap", "character") for k in _KINDS),
        {f"{m}_f1_{k}": f"annotators_{m}_f1_{k}" for m in ("overlap", "character") for k in _KINDS}),
    Row("gdpr_transparency_200", "gdpr_transparency_200", "GDPR-Transparency-200, dev",
        lambda gold: read_gold("gdpr_transparency_200", gold / "gdpr_transparency_200" / "dev.jsonl"),
        tuple((f"{m}_f1_{k}", f"{m} F1 {k}") for m in ("exact", "overlap") for k in ("macro", *_KINDS))),
    Row("policyie", "policyie", "PolicyIE, end to end", lambda gold: read_gold("policyie", gold / "policyie"),
        (("overlap_f1_macro", "overlap F1 macro"), *((f"overlap_f1_{k}", f"overlap F1 {k}") for k in _KINDS),
         ("link_f1_data_receiver", "link F1, data and receiver"),
         ("link_f1_data_purpose", "link F1, data and purpose"))),
    Row("held_out", "codebook", "Codebook, held-out windows", _held_out_windows, _CODEBOOK_SCORES),
    Row("dev", "codebook", "Codebook, one whole policy (Synology 2007)",
        lambda gold: read_codebook(gold / "privlex" / "dev"), _CODEBOOK_SCORES),
)


def measure(gold: Path, tiers: Sequence[str] = TIERS, rows: Sequence[Row] = ROWS) -> dict[str, Any]:
    """Every row with every tier that can be loaded, and the reliability of the held-out windows."""
    runs, reliability = [], {}
    for tier in tiers:
        try:
            settings = Settings(choose_reader(tier), 0.0, show_progress)
        except ModelError as error:
            print(f"privlex: {tier} tier left out: {error}", file=sys.stderr)
            continue
        for row in rows:
            print(f"privlex: {row.title}, {tier} tier", file=sys.stderr)
            records = row.read(gold)
            result = evaluate_gold(row.dataset, records, settings)
            del result["path"]
            runs.append({"row": row.name, **result})
            if row.name == "held_out":
                bins = reliability_bins(outcomes(records, predict.codebook_findings(records, settings)))
                reliability[tier] = bins.to_dict("records")
    return {"date": date.today().isoformat(), "runs": runs, "reliability": reliability}


def published() -> list[dict[str, Any]]:
    """Figures others published, each with its source."""
    return [json.loads(line) for line in PUBLISHED.read_text("utf-8").splitlines() if line.strip()]


def kept() -> dict[str, Any]:
    """The results measured last.

    Raises: GoldError when nothing was measured yet.
    """
    try:
        return json.loads(KEPT.read_text("utf-8"))
    except OSError:
        raise GoldError(f"{KEPT}: nothing was measured yet; give the folder of the gold sets") from None


def results_frame(results: Mapping[str, Any] | None = None) -> pd.DataFrame:
    """The scores of the table of results as a tidy frame, in its order.

    Args:
        results: what was measured; by default what was kept last.

    Returns: columns ``row``, ``title``, ``n`` (of what, in words), ``score``, ``measure`` (the score as the table calls
    it), ``tier``, ``value``, ``low`` and ``high`` (95 % interval; 0 to 1). Where annotators were scored against each
    other, they are a tier of their own, ``annotators``.
    """
    runs = (kept() if results is None else results)["runs"]
    by = {(run["row"], run["tier"]): run for run in runs}
    rows = []
    for row in ROWS:
        here = [by[row.name, tier] for tier in ("trained", "rules") if (row.name, tier) in by]
        for score, measure in row.scores:
            beside = [("annotators", here[0]["scores"].get(row.beside[score]))] if here and score in row.beside else []
            for tier, found in [*((run["tier"], run["scores"].get(score)) for run in here), *beside]:
                if found is not None:
                    rows.append((row.name, row.title, _size(here[0]), score, measure, tier, *map(found.get, _ENDS)))
    return pd.DataFrame(rows, columns=["row", "title", "n", "score", "measure", "tier", *_ENDS])


_ENDS = ("value", "low", "high")


def results_table(results: Mapping[str, Any]) -> str:
    """The results in Markdown: one table of measures, one of published figures that measure something else."""
    runs = {(run["row"], run["tier"]): run for run in results["runs"]}
    figures = published()
    tiers = [tier for tier in ("trained", "rules") if any(run["tier"] == tier for run in results["runs"])]
    head = ["gold", "measure", *(f"privlex, {tier}" for tier in tiers), "others"]
    lines = [_line(head), _line(["---", "---", *["---:"] * len(tiers), "---"])]
    for row in ROWS:
        here = [runs[row.name, tier] for tier in tiers if (row.name, tier) in runs]
        if not here:
            continue
        for number, (score, name) in enumerate(row.scores):
            others = [_figure(f) for f in figures if f["row"] == row.name and f["score"] == score]
            if score in row.beside:
                agreement = here[0]["scores"][row.beside[score]]["value"]
                others.append(f"{_hundredths(agreement)} (annotators among themselves)")
            cells = [
                _cell(runs[row.name, tier]["scores"].get(score)) if (row.name, tier) in runs else "" for tier in tiers
            ]
            title = f"{row.title} ({_size(here[0])})" if number == 0 else ""
            lines.append(_line([title, name, *cells, "; ".join(others)]))
    last = runs[next(iter(runs))]
    made = ", ".join(f"{tier} {next(r['model'] for r in results['runs'] if r['tier'] == tier)}" for tier in tiers)
    lines += [
        "",
        f"Measured {results['date']} with privlex {last['version']} (readers: {made}; lexicon {last['lexicon']}). "
        "F1 and accuracies in hundredths; in brackets the 95 % interval of 1,000 bootstrap resamples. The codebook's "
        "labels were made by a language model following the codebook, in independent passes; they are no human gold.",
        "",
        "Published figures that measure something else, for orientation only:",
        "",
        _line(["system", "measure", "figure", "what it is", "source"]),
        _line(["---", "---", "---:", "---", "---"]),
    ]
    lines += [
        _line([f["system"], f["score"], _hundredths(f["value"]), f["note"], f["source"]])
        for f in figures if not f["row"]
    ]
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _hundredths(value: float) -> str:
    return f"{100 * value:.1f}"


def _cell(score: Mapping[str, float] | None) -> str:
    if score is None:
        return ""
    value, low, high = (_hundredths(score[key]) for key in ("value", "low", "high"))
    return value if low == high else f"{value} [{low}, {high}]"


def _figure(figure: Mapping[str, Any]) -> str:
    spread = f" ± {_hundredths(figure['plus_minus'])}" if "plus_minus" in figure else ""
    return f"{_hundredths(figure['value'])}{spread} ({figure['system']}, {figure['note']})"


def _size(run: Mapping[str, Any]) -> str:
    first = next(iter(run["n"].items()))
    return f"{first[1]:,} {first[0]}"


def put_into(text: str, table: str) -> str:
    """``text`` with what stands between the two marks replaced by ``table``.

    Raises: GoldError when the marks are not there.
    """
    pattern = re.compile(f"{re.escape(START)}.*?{re.escape(END)}", re.DOTALL)
    if not pattern.search(text):
        raise GoldError(f"no place for the table: put the two lines {START!r} and {END!r} where it belongs")
    return pattern.sub(lambda _: f"{START}\n\n{table}\n\n{END}", text)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure where a folder is given, write the table into the README, print it; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m privlex.evaluate.results", description=__doc__.split("\n\n")[0])
    parser.add_argument("gold", nargs="?", type=Path, metavar="GOLD", help="folder of the gold sets, one folder each")
    parser.add_argument("--tier", choices=TIERS, action="append", help="only this tier (default: both)")
    parser.add_argument("--into", type=Path, default=Path("README.md"), metavar="FILE", help="default: README.md")
    args = parser.parse_args(argv)
    try:
        if args.gold is not None:
            found = measure(args.gold, args.tier or TIERS)
            if args.tier and KEPT.is_file():
                found = _with_other_tiers(found, kept())
            KEPT.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
        table = results_table(kept())
        print(table)
        if args.into.is_file():
            args.into.write_text(put_into(args.into.read_text("utf-8"), table), "utf-8")
    except GoldError as error:
        print(f"privlex: {error}", file=sys.stderr)
        return 2
    return 0


def _with_other_tiers(new: dict[str, Any], old: dict[str, Any]) -> dict[str, Any]:
    tiers = {run["tier"] for run in new["runs"]}
    return {
        "date": new["date"],
        "runs": [r for r in old["runs"] if r["tier"] not in tiers] + new["runs"],
        "reliability": {**old.get("reliability", {}), **new["reliability"]},
    }


if __name__ == "__main__":
    raise SystemExit(main())
