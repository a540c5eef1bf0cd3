"""Scores with their bootstrap intervals: counts per unit, summed, resampled, divided.

A unit (a document, a policy, a sentence) is a row of named counts; a score is a function of summed counts. Resampling
units is then one product of matrices.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

RESAMPLES = 1000
LEVEL = 0.95
SEED = 115  # any fixed number would do: the same counts give the same interval, on every machine

Counts = Mapping[str, float]
Sums = Mapping[str, np.ndarray]
Formula = Callable[[Sums], np.ndarray]


def ratio(part: str, whole: str) -> Formula:
    """The score ``part / whole`` (a precision, a recall, an accuracy)."""
    return lambda sums: _divided(sums[part], sums[whole])


def f1(hit: str, found: str, gold: str) -> Formula:
    """F1 where one count of hits serves precision and recall: matches are one to one."""
    return lambda sums: _divided(2 * sums[hit], sums[found] + sums[gold])


def f1_two_sided(found_hit: str, found: str, gold_hit: str, gold: str) -> Formula:
    """F1 where precision and recall have hits of their own: one span may overlap many."""

    def formula(sums: Sums) -> np.ndarray:
        precision, recall = _divided(sums[found_hit], sums[found]), _divided(sums[gold_hit], sums[gold])
        nothing = (sums[found] == 0) ^ (sums[gold] == 0)
        return np.where(nothing, 0.0, _divided(2 * precision * recall, precision + recall, zero=0.0))

    return formula


def mean(formulas: Sequence[Formula]) -> Formula:
    """The mean of several scores; those with nothing to count are left out of it."""

    def formula(sums: Sums) -> np.ndarray:
        values = np.stack([one(sums) for one in formulas])
        known = ~np.isnan(values)
        total = np.where(known, values, 0.0).sum(axis=0)
        return np.divide(total, known.sum(axis=0), out=np.full(total.shape, np.nan), where=known.any(axis=0))

    return formula


def _divided(part: np.ndarray, whole: np.ndarray, zero: float = np.nan) -> np.ndarray:
    part, whole = np.broadcast_arrays(np.asarray(part, float), np.asarray(whole, float))
    return np.divide(part, whole, out=np.full(part.shape, zero), where=whole > 0)


def scores_of(
    units: Sequence[Counts], formulas: Mapping[str, Formula], *, resamples: int = RESAMPLES, seed: int = SEED
) -> dict[str, dict[str, float]]:
    """Each score's value over all units, with the 95 % percentile interval of a bootstrap over the units.

    Args:
        units: counts of each unit; a name that a unit lacks counts 0.
        formulas: name of the score -> how it is made of summed counts.

    Returns: ``{name: {"value": ..., "low": ..., "high": ...}}``, rounded to 6 digits. A score with nothing to count
    is 0, as in seqeval. With one unit there is nothing to resample: low and high are the value.

    >>> scores_of([{"hit": 1, "all": 2}, {"hit": 2, "all": 2}], {"accuracy": ratio("hit", "all")})
    {'accuracy': {'value': 0.75, 'low': 0.5, 'high': 1.0}}
    """
    names = sorted({name for unit in units for name in unit})
    table = np.array([[unit.get(name, 0.0) for name in names] for unit in units], float).reshape(len(units), len(names))
    whole = _Columns(names, table.sum(axis=0))
    if len(units) > 1:
        rng = np.random.default_rng(seed)
        weights = rng.multinomial(len(units), np.full(len(units), 1 / len(units)), size=resamples)
        resampled = _Columns(names, weights @ table)
    else:
        resampled = whole
    tail = 100 * (1 - LEVEL) / 2
    scores = {}
    for name, formula in formulas.items():
        value = float(formula(whole))
        draws = np.atleast_1d(formula(resampled))
        draws = draws[~np.isnan(draws)]
        if np.isnan(value) or not len(draws):
            scores[name] = {"value": 0.0, "low": 0.0, "high": 0.0}
            continue
        low, high = np.percentile(draws, [tail, 100 - tail])
        # A percentile interval may miss the value where nearly every draw is the same; it must not say so.
        low, high = min(low, value), max(high, value)
        scores[name] = {"value": round(value, 6), "low": round(float(low), 6), "high": round(float(high), 6)}
    return scores


class _Columns(dict):
    """Columns of summed counts by name; 0 for a name that no unit counted."""

    def __init__(self, names: Sequence[str], sums: np.ndarray) -> None:
        super().__init__({name: sums[..., i] for i, name in enumerate(names)})
        self._zero = np.zeros(sums.shape[:-1])

    def __missing__(self, name: str) -> np.ndarray:
        return self._zero
