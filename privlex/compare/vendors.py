"""Policies of many vendors side by side: which capture stands for each, how far apart they are, who copied whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations, product
from typing import Literal

import numpy as np
from pandas import DataFrame

from privlex.compare.history import capture_order, histories
from privlex.records import ACTIONS, MENTION_KINDS, POLARITIES, Findings
from privlex.tables.columns import SNAPSHOT, Column, frame_of
from privlex.tables.profile import profile_of, share_within
from privlex.tables.states import By, state_table
from privlex.tables.table import mentions_of, snapshot_name

Level = Literal["category", "concept"]

# In the archive unrelated policies share 3 % of their word runs on average and never more than 15 % (stock phrases);
# the four copied ones share 69 % and more.
COPIED = 0.2

CHOICE_COLUMNS = (
    Column("domain", "str", "domain of the policy's owner"),
    Column("snapshot", "str", "the capture chosen; missing where there is none near enough"),
    Column("captured", "datetime64[s]", "its day"),
    Column("days", "Int64", "days from the date asked for; negative before it"),
    Column("captures", "Int64", "captures of this domain that could have been chosen"),
    Column("reason", "str", "why none was chosen, where that is so"),
)
COPY_COLUMNS = (
    Column("copy", "str", "the later of two alike texts"),
    Column("original", "str", "the earlier one; which of the two was written first is not thereby proved"),
    Column("copy_snapshot", "str", "capture of the later text"),
    Column("original_snapshot", "str", "capture of the earlier text"),
    Column("copied", "float64", "share of the later text that stands in the earlier, word for word, 0 to 1"),
    Column("used", "float64", "share of the earlier text that stands in the later, 0 to 1"),
    Column("same_blocks", "Int64", "paragraphs, items and headings that are the same word for word"),
    Column("said", "str", "the finding in a sentence"),
)
UNIQUE_COLUMNS = (
    *SNAPSHOT,
    Column("kind", "category", "data, purpose or party", MENTION_KINDS),
    Column("action", "category", "what is done", ACTIONS),
    Column("polarity", "category", "affirmed or denied", POLARITIES),
    Column("name", "str", "the category or concept that no other policy of the choice states in this way"),
    Column("quote", "str", "how it is said"),
    Column("practice", "str", "id of a practice that states it"),
)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One capture for each domain, chosen by date; ``to_frame`` says which, how far off, and who has none."""

    date: str
    within_days: int | None
    findings: tuple[Findings, ...] = field(repr=False)
    _rows: tuple[dict, ...] = field(repr=False)

    def to_frame(self) -> DataFrame:
        """One row for each domain: the columns of ``CHOICE_COLUMNS``."""
        return frame_of(self._rows, CHOICE_COLUMNS)

    def states(self, by: By = "data_category", action: str | None = None) -> DataFrame:
        """What each chosen policy says of each category: see ``privlex.tables.state_table``."""
        return state_table(self.findings, by, action)


def nearest(findings: Iterable[Findings], day: str, within_days: int | None = None) -> Choice:
    """For each domain the capture nearest to a day; captures that its history sets aside cannot be chosen.

    Args:
        findings: of any captures of any domains.
        day: ISO date.
        within_days: how far off a capture may be; None for any distance. Of two equally near the earlier is taken.

    Raises: ValueError when ``day`` is no ISO date; FindingsError when a capture has no date.
    """
    wanted = date.fromisoformat(day)
    chosen, rows = [], []
    findings = sorted(findings, key=capture_order)
    by_name = {snapshot_name(f): f for f in findings}
    for domain, told in histories(findings).items():
        usable = sorted(
            ((date.fromisoformat(c.captured) - wanted).days, n, c.snapshot)
            for n, c in enumerate(told.captures) if c.text is not None
        )
        row = dict.fromkeys(c.name for c in CHOICE_COLUMNS) | {"domain": domain, "captures": len(usable)}
        if usable:
            days, _, name = min(usable, key=lambda entry: (abs(entry[0]), entry[0] > 0, entry[1]))
            if within_days is None or abs(days) <= within_days:
                chosen.append(by_name[name])
                row |= {"snapshot": name, "captured": by_name[name].snapshot.captured, "days": days}
            else:
                row["reason"] = f"the nearest capture, {name}, is {abs(days)} days off"
        else:
            row["reason"] = "no capture could be read"
        rows.append(row)
    return Choice(date=day, within_days=within_days, findings=tuple(chosen), _rows=tuple(rows))


# --------------------------------------------------------------------------- claims


def claims(findings: Findings, level: Level = "category") -> set[tuple[str, str, str, str]]:
    """What a policy claims: (kind, action, polarity, name), each once, whatever number of times it is said.

    ``level`` "category" has the codebook's categories; "concept" has concepts, and categories where a phrase has none.
    Parties count for ``share`` alone, as the codebook's claim score counts them.
    """
    return set(_places(findings, level))


def _places(findings: Findings, level: Level) -> dict[tuple[str, str, str, str], tuple[str, str]]:
    found: dict[tuple[str, str, str, str], tuple[str, str]] = {}
    for practice in findings.practices:
        parties = practice.recipients if practice.action == "share" else ()
        for mention in mentions_of(findings, (*practice.data, *practice.purposes, *parties)):
            name = (mention.concept if level == "concept" else None) or mention.category
            found.setdefault(
                (mention.kind, practice.action, practice.polarity, name), (mention.quote, practice.id)
            )
    return found


def distances(
    findings: Iterable[Findings], of: Literal["claims", "text"] = "claims", level: Level = "category"
) -> DataFrame:
    """How far apart policies are, 0 (the same) to 1 (nothing in common): a square frame, named by domain.

    ``of`` "claims" is the Jaccard distance of what they claim (two that claim nothing are the same); "text" is one
    minus the larger of the shares of one text in the other, so that an excerpt is near its whole. Where a domain stands
    in it several times, rows are named by snapshot.
    """
    findings = list(findings)
    far = np.zeros((len(findings), len(findings)))
    if of == "claims":
        sets = [claims(f, level) for f in findings]
        for i, j in combinations(range(len(sets)), 2):
            both = sets[i] | sets[j]
            far[i, j] = far[j, i] = 1 - len(sets[i] & sets[j]) / len(both) if both else 0.0
    else:
        profiles = [profile_of(f) for f in findings]
        for i, j in combinations(range(len(profiles)), 2):
            a, b = profiles[i], profiles[j]
            far[i, j] = far[j, i] = 0.0 if a.digest == b.digest else 1 - max(share_within(a, b), share_within(b, a))
    names = _names(findings)
    return DataFrame(far, index=names, columns=names)


def _names(findings: Sequence[Findings]) -> list[str]:
    domains = [f.snapshot.domain for f in findings]
    return [d if d and domains.count(d) == 1 else snapshot_name(f) for d, f in zip(domains, findings, strict=True)]


def unique_claims(findings: Iterable[Findings], level: Level = "concept") -> DataFrame:
    """What only one domain claims: one row for each claim, the columns of ``UNIQUE_COLUMNS``, with its words."""
    findings = list(findings)
    places = [_places(f, level) for f in findings]
    owners: dict[tuple[str, str, str, str], set[str]] = {}
    for found, claimed in zip(findings, places, strict=True):
        for claim in claimed:
            owners.setdefault(claim, set()).add(found.snapshot.domain or snapshot_name(found))
    rows, seen = [], set()
    for found, claimed in zip(findings, places, strict=True):
        for claim, (quote, practice) in sorted(claimed.items()):
            if len(owners[claim]) == 1 and claim not in seen:
                seen.add(claim)
                kind, action, polarity, name = claim
                rows.append({
                    "snapshot": snapshot_name(found), "domain": found.snapshot.domain,
                    "captured": found.snapshot.captured, "kind": kind, "action": action, "polarity": polarity,
                    "name": name, "quote": quote, "practice": practice,
                })
    return frame_of(rows, UNIQUE_COLUMNS)


# --------------------------------------------------------------------------- copies


def copies(findings: Iterable[Findings], least: float = COPIED) -> DataFrame:
    """Texts of different domains that are alike word for word, most alike first: the columns of ``COPY_COLUMNS``.

    For each two domains the pair of captures that share most is told. Works on digests alone, without the texts.

    Args:
        findings: of any captures; those that a domain's history sets aside are passed over.
        least: share (0..1) of either text that must stand in the other.
    """
    by_domain = {domain: [t.findings for t in told.texts] for domain, told in histories(findings).items()}

    def alike(a: Findings, b: Findings) -> float:
        left, right = profile_of(a), profile_of(b)
        return max(share_within(left, right), share_within(right, left))

    rows = []
    for left, right in combinations(sorted(by_domain), 2):
        pairs = enumerate(product(by_domain[left], by_domain[right]))
        best = max(((alike(a, b), -n, a, b) for n, (a, b) in pairs), key=lambda entry: entry[:2], default=None)
        if best and best[0] >= least:
            rows.append(_copy_row(*sorted(best[2:], key=lambda f: f.snapshot.captured or "")))
    return frame_of(sorted(rows, key=lambda r: (-max(r["copied"], r["used"]), r["copy"])), COPY_COLUMNS)


def _copy_row(original: Findings, copy: Findings) -> dict:
    early, late = profile_of(original), profile_of(copy)
    shared = Counter(b.digest for b in early.blocks) & Counter(b.digest for b in late.blocks)
    copied, used = share_within(late, early), share_within(early, late)
    names = [f.snapshot.domain or snapshot_name(f) for f in (copy, original)]
    dates = [f" ({f.snapshot.captured})" if f.snapshot.captured else "" for f in (copy, original)]
    said = (
        f"{copied:.0%} of the words of {names[0]}{dates[0]} stand in {names[1]}{dates[1]}" if copied >= 0.8 * used else
        f"{used:.0%} of the words of {names[1]}{dates[1]} stand in {names[0]}{dates[0]}"
    )
    return {
        "copy": names[0], "original": names[1], "copy_snapshot": snapshot_name(copy),
        "original_snapshot": snapshot_name(original), "copied": copied, "used": used,
        "same_blocks": sum(shared.values()), "said": said,
    }
