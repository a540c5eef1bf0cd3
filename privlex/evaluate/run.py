"""``evaluate``: a gold set and a tier in, every score of the set with its interval out."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from tqdm import tqdm

from privlex.evaluate import predict, score_codebook, score_public
from privlex.evaluate.gold import read_gold
from privlex.evaluate.gold.piextract import LABELS
from privlex.evaluate.intervals import Counts, Formula, scores_of
from privlex.evaluate.predict import Settings
from privlex.flow import Tier, choose_reader, tier_of
from privlex.lexicon import load_lexicon


def evaluate(
    dataset: str, path: str | Path, tier: Tier | None = None, threshold: float | None = None, *, progress: bool = True
) -> dict[str, Any]:
    """Every score of privlex on a gold set, in the form of ``privlex evaluate --format json``.

    Args:
        dataset: "piextract", "opp115", "gdpr_transparency_200", "policyie" or "codebook".
        path: where the set lies, in the form its authors publish (see ``privlex.evaluate.gold``).
        tier: "trained" or "rules"; by default the trained tier where its weights are there.
        threshold: least confidence (0 to 1) of a practice; by default every practice counts.
        progress: show a bar on standard error (never where that is a file).

    Returns: ``dataset``, ``path``, ``tier``, ``n`` (what was counted over), ``scores`` (name -> value, low, high; each
    in [0, 1], with 95 % bootstrap intervals over ``unit``), ``model``, ``lexicon`` and ``version``.

    Raises: GoldError for a set that cannot be read; ModelError where the trained tier has no weights.
    """
    gold = read_gold(dataset, path)
    reader = choose_reader(tier)
    settings = Settings(reader, threshold or 0.0, show_progress if progress else predict.no_progress)
    return {**evaluate_gold(dataset, gold, settings), "path": str(path)}


def evaluate_gold(dataset: str, gold: Sequence[Any], settings: Settings) -> dict[str, Any]:
    """``evaluate`` for records that were read already, or for a part of them."""
    n, unit, counts, formulas = _MEASURES[dataset](gold, settings)
    return {
        "dataset": dataset,
        "path": None,
        "tier": tier_of(settings.reader),
        "n": n,
        "unit": unit,
        "scores": scores_of(counts, formulas),
        "model": settings.reader.digest,
        "lexicon": load_lexicon().digest,
        "version": _version(),
    }


_Measured = tuple[dict[str, int], str, Sequence[Counts], Mapping[str, Formula]]


def _codebook(gold, settings: Settings) -> _Measured:
    found = predict.codebook_found(gold, settings)
    counts = [
        score_codebook.counts(ours, score_codebook.labels_of(d)) for d, ours in zip(gold, found, strict=True)
    ]
    return score_codebook.sizes(gold), "document", counts, score_codebook.formulas()


def _piextract(gold, settings: Settings) -> _Measured:
    found = predict.piextract_found(gold, settings)
    counts = [score_public.piextract_counts(s, spans) for s, spans in zip(gold, found, strict=True)]
    labels = [label for label in LABELS if any(label == name for name, _ in gold[0].tags)]
    n = {"sentences": len(gold), "tokens": sum(len(s.tokens) for s in gold)}
    n |= {label: int(sum(c[f"gold {label}"] for c in counts)) for label in labels}
    return n, "sentence", counts, score_public.piextract_formulas(labels)


def _opp115(gold, settings: Settings) -> _Measured:
    found = predict.opp115_found(gold, settings)
    policies = score_public.by_policy(gold)
    counts = [
        score_public.opp115_counts([gold[i] for i in at], [found[i] for i in at]) for at in policies.values()
    ]
    n = {"policies": len(policies), "segments": len(gold), "annotators": len({a for s in gold for a in s.annotators})}
    n |= {kind: int(sum(c[f"{kind} gold"] for c in counts)) for kind in score_public.KINDS}
    return n, "policy", counts, score_public.opp115_formulas()


def _gdpr(gold, settings: Settings) -> _Measured:
    found = predict.gdpr_found(gold, settings)
    policies = score_public.by_policy(gold)
    counts = [score_public.gdpr_counts([gold[i] for i in at], [found[i] for i in at]) for at in policies.values()]
    n = {"policies": len(policies), "passages": len(gold)}
    n |= {kind: int(sum(c[f"{kind} gold"] for c in counts)) for kind in score_public.KINDS}
    n["gapped"] = int(sum(c[f"gapped {k} gold"] - c[f"{k} gold"] for c in counts for k in score_public.KINDS))
    return n, "policy", counts, score_public.gdpr_formulas()


def _policyie(gold, settings: Settings) -> _Measured:
    wanted = [score_public.policyie_gold(d) for d in gold]
    found = predict.policyie_found(gold, settings)
    counts = [score_public.policyie_counts(ours, theirs) for ours, theirs in zip(found, wanted, strict=True)]
    n = {"policies": len({d.policy for d in gold}), "segments": len(gold), "events": sum(len(d.events) for d in gold)}
    n |= {kind: sum(len(w.spans[kind]) for w in wanted) for kind in score_public.KINDS}
    n |= {"data_receiver": sum(len(w.receivers) for w in wanted), "data_purpose": sum(len(w.purposes) for w in wanted)}
    return n, "segment", counts, score_public.policyie_formulas()


_MEASURES = {
    "codebook": _codebook,
    "piextract": _piextract,
    "opp115": _opp115,
    "gdpr_transparency_200": _gdpr,
    "policyie": _policyie,
}


def scores_table(result: Mapping[str, Any]) -> str:
    """The scores as plain text, one a line, in hundredths, with their intervals."""
    counted = ", ".join(f"{number:,} {name}" for name, number in result["n"].items())
    lines = [f"{result['dataset']} ({result['tier']} tier): {counted}", ""]
    width = max(map(len, result["scores"]), default=0)
    for name, score in result["scores"].items():
        value, low, high = (f"{100 * score[key]:5.1f}" for key in ("value", "low", "high"))
        lines.append(f"{name:<{width}}  {value}  [{low},{high}]")
    lines += ["", f"95 % bootstrap intervals, resampled by {result['unit']}; privlex {result['version']}, "
              f"model {result['model']}, lexicon {result['lexicon']}"]
    return "\n".join(lines)


def show_progress(items: Iterable, total: int, unit: str) -> Iterable:
    """The items, with a bar on standard error where that is a terminal."""
    return tqdm(items, total=total, unit=unit, leave=False, disable=None, file=sys.stderr)


def _version() -> str:
    try:
        return version("privlex")
    except PackageNotFoundError:  # a checkout that is not installed
        return "0+unknown"
