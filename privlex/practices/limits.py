"""What else a sentence says that narrows a practice: consent, children, a manner, a place, an exception.

A practice's ``condition`` is the words that say when it happens. Beside it a sentence may narrow what it states by a
relative clause, an adverb or a pointing word ("in which case it will cease to be used"). These are no condition by the
codebook, yet two statements that differ in one of them do not contradict each other. They are kept among the reasons
of the practice (``Practice.because``), so that comparing findings needs no text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files

#: Every limit, in the order in which it is looked for.
LIMITS = (
    "consent", "children", "recipient", "purpose", "manner", "exception", "time", "place", "service", "impersonal", "law",
)  # fmt: skip
_MARK = "limit "


@lru_cache(maxsize=1)
def limit_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Limits with their patterns, from ``data/limits.jsonl``; the patterns of one limit are one.

    Raises: ValueError for a limit that is not in ``LIMITS``, or one that has no pattern.
    """
    rows = files("privlex.practices").joinpath("data/limits.jsonl").read_text("utf-8").splitlines()
    found: dict[str, list[str]] = {limit: [] for limit in LIMITS}
    for row in map(json.loads, rows):
        if row["limit"] not in found:
            raise ValueError(f"there is no limit {row['limit']!r}; there are {', '.join(LIMITS)}")
        found[row["limit"]].append(row["pattern"])
    missing = [limit for limit, patterns in found.items() if not patterns]
    if missing:
        raise ValueError(f"no pattern for {', '.join(missing)}")
    return tuple((limit, re.compile("|".join(patterns), re.I)) for limit, patterns in found.items())


@lru_cache(maxsize=20_000)  # versions of a policy have their sentences in common; some 0.5 kB each
def limits(sentence: str) -> tuple[str, ...]:
    """The limits in a sentence, as reasons of a practice: each with the words that say it.

    >>> limits("None of this data is shared without your permission.")
    ('limit consent: permission', 'limit service: None of this')
    """
    sentence = sentence.strip()
    found = [(limit, pattern.search(sentence)) for limit, pattern in limit_patterns()]
    return tuple(f"{_MARK}{limit}: {match[0]}" for limit, match in found if match)


def limits_in(because: Iterable[str]) -> set[str]:
    """The limits among the reasons of a practice.

    >>> limits_in(("verb share", "limit consent: permission"))
    {'consent'}
    """
    return {reason[len(_MARK) :].partition(":")[0] for reason in because if reason.startswith(_MARK)}
