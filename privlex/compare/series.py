"""Many policies over the years: shares with their intervals, first appearances, and how far the dictionary is to blame.

A lexicon made from recent texts finds less in old ones, and a rising curve may be its age. So every series can be drawn
again with the terms that were known before it begins, and each first appearance says since when its term is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import sqrt
from typing import Literal

from pandas import DataFrame

from privlex.compare.history import capture_order, histories
from privlex.compare.terms import first_seen
from privlex.compare.vendors import Level
from privlex.records import ACTIONS, CATEGORIES, MENTION_KINDS, Action, Findings, Mention, Polarity
from privlex.tables.columns import Column, frame_of
from privlex.tables.states import KIND_OF, By, filled
from privlex.tables.table import mentions_of, snapshot_name

# Two-sided 95 % of the normal distribution.
Z95 = 1.959964

SHARE_COLUMNS = (
    Column("label", "str", "codebook category"),
    Column("year", "Int64", "calendar year"),
    Column("stating", "Int64", "policies that state the practice in that year"),
    Column("n", "Int64", "policies read in that year, one capture each"),
    Column("share", "float64", "stating / n, 0 to 1"),
    Column("low", "float64", "lower end of the share's 95 % interval (Wilson)"),
    Column("high", "float64", "upper end of the share's 95 % interval (Wilson)"),
)
APPEARANCE_COLUMNS = (
    Column("domain", "str", "domain of the policy's owner"),
    Column("kind", "category", "data, purpose or party", MENTION_KINDS),
    Column("name", "str", "category or concept"),
    Column("captured", "datetime64[s]", "day of the first capture that names it"),
    Column("snapshot", "str", "that capture"),
    Column("action", "category", "what is done with it there", ACTIONS),
    Column("quote", "str", "how it is said there"),
    Column("absent", "datetime64[s]", "day of the last text before that does not name it; missing for a first text"),
    Column("known_since", "Int64", "first year in which the lexicon's makers met the term; missing for other phrases"),
    Column("guard", "str", "what to keep in mind: the dictionary may be too young, or the series begins here"),
)
VOCABULARY_COLUMNS = (
    Column("year", "Int64", "calendar year"),
    Column("policies", "Int64", "policies read in that year"),
    Column("mentions", "Int64", "mentions in them"),
    Column("unknown", "float64", "share of the mentions that no term of the lexicon names, 0 to 1"),
    Column("later", "float64", "share whose term the lexicon's makers first met after that year, 0 to 1"),
)


def wilson(stating: int, n: int, z: float = Z95) -> tuple[float, float]:
    """The interval of a share (Wilson 1927), which stays in 0..1 and is honest for few policies.

    Raises: ValueError when there is no policy, or more state it than there are.

    >>> tuple(round(end, 3) for end in wilson(3, 4))
    (0.301, 0.954)
    """
    if not 0 <= stating <= n or n == 0:
        raise ValueError(f"need 0 <= stating <= n and n > 0, got {stating} of {n}")
    share = stating / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def by_year(findings: Iterable[Findings], carry_years: int = 0) -> dict[int, list[Findings]]:
    """One capture for each domain and year: the last of the year that its history does not set aside.

    ``carry_years``: for how many years without a capture the last text is taken to be in force; 0 for none. Nothing is
    carried beyond the last capture of its domain.
    """
    years: dict[int, list[Findings]] = {}
    findings = sorted(findings, key=capture_order)
    by_name = {snapshot_name(f): f for f in findings}
    for told in histories(findings).values():
        last = {int(c.captured[:4]): by_name[c.snapshot] for c in told.captures if c.text is not None}
        for year in range(min(last, default=1), max(last, default=0) + 1):
            source = next((y for y in range(year, year - carry_years - 1, -1) if y in last), None)
            if source is not None:
                years.setdefault(year, []).append(last[source])
    return dict(sorted(years.items()))


def share_by_year(
    findings: Iterable[Findings], by: By = "data_category", action: Action | None = None,
    polarity: Polarity = "affirmed", *, vocabulary: Literal["all", "constant"] = "all", carry_years: int = 0,
) -> DataFrame:
    """Share of policies that state a practice, by year and category: the columns of ``SHARE_COLUMNS``.

    Args:
        findings: of any captures of any domains; each domain counts once a year (see ``by_year``).
        by: data_category, purpose_category or party_category.
        action: collect, use, share or retain; None for any.
        polarity: affirmed or denied.
        vocabulary: "constant" counts only mentions whose term was known before the first year of the series, so that
            newer terms cannot make a rise.
        carry_years: see ``by_year``.
    """
    years, kind = by_year(findings, carry_years), KIND_OF[by]
    begin = min(years, default=0)

    def counts(mention: Mention) -> bool:
        known = first_seen(mention)
        return vocabulary == "all" or known is None or known <= begin

    rows = []
    for year, policies in years.items():
        named = [
            {m.category for p in found.practices
             if p.polarity == polarity and (action is None or p.action == action)
             for m in mentions_of(found, filled(found, p, kind)) if counts(m)}
            for found in policies
        ]
        for category in CATEGORIES[kind]:
            stating = sum(category in categories for categories in named)
            low, high = wilson(stating, len(named))
            rows.append({"label": category, "year": year, "stating": stating, "n": len(named),
                         "share": stating / len(named), "low": low, "high": high})
    return frame_of(sorted(rows, key=lambda r: (CATEGORIES[kind].index(r["label"]), r["year"])), SHARE_COLUMNS)


def first_appearances(
    findings: Iterable[Findings], kind: Literal["data", "purpose", "party"] = "data", level: Level = "concept",
    action: Action | None = None,
) -> DataFrame:
    """When each domain first names a data type, purpose or party: the columns of ``APPEARANCE_COLUMNS``.

    Only affirmed practices count. ``guard`` says where the date may be an artefact: the first text of the series names
    it already, or the lexicon's makers met the term only after the last text without it, so that an older phrase for
    the same thing may have gone unseen.
    """
    rows = []
    for domain, told in histories(findings).items():
        seen: set[str] = set()
        previous = None
        for text in told.texts:
            found = text.findings
            for practice in found.practices:
                if practice.polarity == "denied" or (action is not None and practice.action != action):
                    continue
                for mention in mentions_of(found, filled(found, practice, kind)):
                    name = (mention.concept if level == "concept" else None) or mention.category
                    if name in seen:
                        continue
                    seen.add(name)
                    known = first_seen(mention)
                    rows.append({
                        "domain": domain, "kind": kind, "name": name, "captured": text.first,
                        "snapshot": text.snapshots[0], "action": practice.action, "quote": mention.quote,
                        "absent": previous and previous.last, "known_since": known,
                        "guard": _guard(previous and previous.last, text.first, known),
                    })
            previous = text
    return frame_of(sorted(rows, key=lambda r: (r["captured"], r["domain"], r["name"])), APPEARANCE_COLUMNS)


def _guard(absent: str | None, captured: str, known: int | None) -> str | None:
    if absent is None:
        return "the series begins with it: it may be older"
    if known is not None and known > int(absent[:4]):
        return f"the term is known since {known}: an older phrase may have gone unseen before"
    return None


def vocabulary_by_year(findings: Iterable[Findings], carry_years: int = 0) -> DataFrame:
    """How well the lexicon fits each year: the columns of ``VOCABULARY_COLUMNS``.

    Where ``unknown`` is higher in early years than in late ones, a rising series of concepts is not to be trusted.
    """

    def share(mentions: list[Mention], holds: Callable[[Mention], bool]) -> float:
        return sum(map(holds, mentions)) / len(mentions) if mentions else float("nan")

    rows = []
    for year, policies in by_year(findings, carry_years).items():
        mentions = [m for found in policies for m in found.mentions]
        rows.append({
            "year": year, "policies": len(policies), "mentions": len(mentions),
            "unknown": share(mentions, lambda m: m.concept is None),
            "later": share(mentions, lambda m, year=year: (first_seen(m) or 0) > year),
        })
    return frame_of(rows, VOCABULARY_COLUMNS)
