"""The study's released tables: what was found in every snapshot, without its sentences.

::

    snapshots.tsv          one row a snapshot: where from, digests of page and text, coverage, remarks
    texts.tsv              one row a distinct text: digests of its blocks and shingles
    mentions/<domain>.tsv  one row a mention, quotes of at most twelve words
    practices/<domain>.tsv one row a practice, its wording as digest and sketch, the reasons that made it
    released.json          what made the tables (reader, lexicon, model)

An ``end`` is left empty where the characters between are the quote itself, as they mostly are.

Rows are sorted, numbers rounded, line ends plain: a rebuild that finds the same gives the same bytes, and a diff in git
is the list of claims gained and lost. A capture in which exactly the same was found as in an earlier one of its domain
points to it (column ``same_as``) in place of repeating its rows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from privlex.errors import FindingsError, OutputError
from privlex.files import write_whole
from privlex.jsonl import to_line
from privlex.records import Condition, Extent, Findings, Mention, Practice, SnapshotInfo, Wording
from privlex.tables.columns import SEPARATOR
from privlex.tables.profile import BlockPrint, ReleasedFindings, TextProfile, profile_of
from privlex.tables.quotes import short_quote

FORMAT = 2
CONFIDENCE_DIGITS = 3
# Confidences of one model differ between processors in the fourth digit; two units of the third are never a finding.
CONFIDENCE_TOLERANCE = 0.002

SNAPSHOT_FIELDS = (
    "snapshot", "domain", "captured", "media_type", "sha256", "url", "coverage", "tier", "text", "words", "language",
    "is_policy", "practices", "mentions", "same_as", "note",
)
TEXT_FIELDS = ("text", "words", "blocks", "shingles")
MENTION_FIELDS = (
    "capture", "mention", "kind", "category", "concept", "quote", "start", "end", "text_start", "text_end", "block",
    "confidence",
)
PRACTICE_FIELDS = (
    "capture", "practice", "action", "polarity", "actor", "data", "purposes", "recipients", "condition",
    "condition_start", "condition_end", "condition_text_start", "condition_text_end", "start", "end", "text_start",
    "text_end", "block", "section", "wording", "sketch", "words", "confidence", "because",
)
NUMERIC = frozenset({"confidence", "coverage"})  # compared with a tolerance

_BETWEEN = " | "  # reasons in one cell

Row = tuple[str, ...]
Record = TypeVar("Record")

_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_ESCAPED = re.compile(r"[\\\t\n\r]")
_UNESCAPES = {escaped: plain for plain, escaped in _ESCAPES.items()}


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    return _ESCAPED.sub(lambda found: _ESCAPES[found[0]], text) if _ESCAPED.search(text) else text


def _plain(cell: str) -> str:
    return re.sub(r"\\[\\tnr]", lambda found: _UNESCAPES[found[0]], cell) if "\\" in cell else cell


def _natural(name: str) -> tuple[Any, ...]:
    """Sorting key: "m10" after "m9", "...-10" after "...-2"."""
    return tuple(int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name))


# --------------------------------------------------------------------------- records -> rows


def _split_id(info: SnapshotInfo) -> tuple[str, str]:
    domain, _, capture = (info.id or "").partition("@")
    if not (domain and capture):
        raise FindingsError(
            f"{info.source}: only snapshots with an id `domain@date` can be released; give it domain and capture date"
        )
    return domain, capture


def _confidence(value: float) -> str:
    return f"{value:.{CONFIDENCE_DIGITS}f}"


def _places(quote: str, *extents: Extent) -> Iterator[int | None]:
    """Start and end of each extent, the end None where it is as long as the released quote."""
    for extent in extents:
        yield extent.start
        yield None if extent.end - extent.start == len(short_quote(quote)) else extent.end


def _mention_row(mention: Mention) -> Row:
    return tuple(map(_cell, (
        mention.id, mention.kind, mention.category, mention.concept, short_quote(mention.quote),
        *_places(mention.quote, mention.source, mention.extent), mention.block, _confidence(mention.confidence),
    )))


def _practice_row(practice: Practice) -> Row:
    condition, wording = practice.condition, practice.wording
    places = _places(condition.quote, condition.source, condition.extent) if condition else (None,) * 4
    return tuple(map(_cell, (
        practice.id, practice.action, practice.polarity, practice.actor, " ".join(practice.data),
        " ".join(practice.purposes), " ".join(practice.recipients), condition and short_quote(condition.quote), *places,
        practice.source.start, practice.source.end, practice.extent.start, practice.extent.end, practice.block,
        short_quote(practice.section), wording and wording.digest, wording and wording.sketch,
        wording and wording.words, _confidence(practice.confidence), SEPARATOR.join(practice.because),
    )))


def _text_row(profile: TextProfile) -> Row:
    blocks = " ".join(f"{'#' if b.heading else ''}{b.digest}.{b.words}" for b in profile.blocks)
    shingles = " ".join(f"{h:07x}" for h in sorted(profile.shingles))
    return (profile.digest, str(profile.words), blocks, shingles)


def released_rows(findings: Iterable[Findings]) -> dict[str, list[Row]]:
    """The released tables as rows of cells, by path within the folder; the first row of each names its columns.

    Raises: FindingsError when a snapshot has no id, or two have the same.
    """
    snapshots: dict[str, Row] = {}
    texts: dict[str, Row] = {}
    bodies: dict[str, dict[tuple[tuple[Row, ...], tuple[Row, ...]], str]] = {}
    tables: dict[str, list[Row]] = {}
    for found in sorted(findings, key=lambda f: _natural(f.snapshot.id or "")):
        info, profile = found.snapshot, profile_of(found)
        domain, capture = _split_id(info)
        if info.id in snapshots:
            raise FindingsError(f"{info.id}: two snapshots have this id; ids of one release are distinct")
        body = (tuple(map(_mention_row, found.mentions)), tuple(map(_practice_row, found.practices)))
        first = bodies.setdefault(domain, {}).setdefault(body, info.id)
        if first == info.id:
            for name, fields, rows in zip(
                ("mentions", "practices"), (MENTION_FIELDS, PRACTICE_FIELDS), body, strict=True
            ):
                table = tables.setdefault(f"{name}/{domain}.tsv", [fields])
                table += sorted(((capture, *row) for row in rows), key=lambda row: _natural(row[1]))
        texts.setdefault(profile.digest, _text_row(profile))
        snapshots[info.id] = tuple(map(_cell, (
            info.id, info.domain, info.captured, info.media_type, info.sha256, info.url,
            f"{found.coverage:.4f}", found.tier, profile.digest, profile.words, profile.language, profile.is_policy,
            len(found.practices), len(found.mentions), None if first == info.id else first, profile.note,
        )))
    return {
        "snapshots.tsv": [SNAPSHOT_FIELDS, *snapshots.values()],
        "texts.tsv": [TEXT_FIELDS, *sorted(texts.values())],
        **{path: rows for path, rows in sorted(tables.items()) if len(rows) > 1},
    }


def write_released(folder: str | Path, findings: Iterable[Findings], about: Mapping[str, Any] | None = None) -> None:
    """Write the released tables into ``folder``; tables of domains that are no longer there are removed.

    Args:
        findings: of snapshots with an id, in any order; with documents, or as ``read_released`` gives them.
        about: what made them, for ``released.json`` (version, digests of lexicon and model); JSON values.

    Raises: FindingsError when a snapshot has no id; OutputError naming the file that cannot be written.
    """
    folder = Path(folder)
    tables = released_rows(findings)
    for name in ("", "mentions", "practices"):
        try:
            (folder / name).mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise OutputError(f"{folder / name}: cannot be made ({fault.strerror}); choose another place") from fault
    for path, rows in tables.items():
        write_whole(folder / path, ("\t".join(row) + "\n" for row in rows))
    made = {"format": FORMAT, **(about or {})}
    write_whole(folder / "released.json", [json.dumps(made, indent=1, sort_keys=True, ensure_ascii=False), "\n"])
    for path in [*folder.glob("mentions/*.tsv"), *folder.glob("practices/*.tsv")]:
        if str(path.relative_to(folder).as_posix()) not in tables:
            path.unlink()


# --------------------------------------------------------------------------- rows -> records


def _rows(path: Path, fields: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as fault:
        raise FindingsError(f"{path}: cannot be read ({fault}); rebuild the released tables") from fault
    if tuple(lines[0].split("\t")) != tuple(fields):
        raise FindingsError(f"{path}:1: other columns than this version's; rebuild the released tables")
    for number, line in enumerate(lines[1:], 2):
        if line:
            cells = line.split("\t")
            if len(cells) != len(fields):
                raise FindingsError(f"{path}:{number}: {len(cells)} cells, not {len(fields)}; restore the file")
            yield number, dict(zip(fields, map(_plain, cells), strict=True))


def _read_rows(path: Path, fields: Sequence[str], make: Callable[[dict[str, str]], Record]) -> Iterator[Record]:
    for number, row in _rows(path, fields):
        try:
            yield make(row)
        except (ValueError, KeyError, IndexError) as fault:
            raise FindingsError(f"{path}:{number}: {fault}; restore the file") from fault


def _extent(row: Mapping[str, str], prefix: str = "", quote: str = "") -> Extent:
    start, end = int(row[f"{prefix}start"]), row[f"{prefix}end"]
    return Extent(start, int(end) if end else start + len(quote))


def _mention(row: dict[str, str]) -> Mention:
    return Mention(
        id=row["mention"], kind=row["kind"], category=row["category"], concept=row["concept"] or None,
        quote=row["quote"], extent=_extent(row, "text_", row["quote"]), source=_extent(row, "", row["quote"]),
        block=int(row["block"]), confidence=float(row["confidence"]),
    )


def _practice(row: dict[str, str]) -> Practice:
    condition = None
    if row["condition_start"]:
        condition = Condition(
            quote=row["condition"], extent=_extent(row, "condition_text_", row["condition"]),
            source=_extent(row, "condition_", row["condition"]),
        )
    wording = None
    if row["wording"]:
        wording = Wording(digest=row["wording"], sketch=row["sketch"], words=int(row["words"]))
    return Practice(
        id=row["practice"], action=row["action"], polarity=row["polarity"], actor=row["actor"],
        data=tuple(row["data"].split()), purposes=tuple(row["purposes"].split()),
        recipients=tuple(row["recipients"].split()), condition=condition, extent=_extent(row, "text_"),
        source=_extent(row), block=int(row["block"]), section=row["section"],
        wording=wording, confidence=float(row["confidence"]),
        because=tuple(row["because"].split(SEPARATOR)) if row["because"] else (),
    )


def _blocks(cell: str) -> Iterator[BlockPrint]:
    for part in cell.split():
        digest, _, words = part.lstrip("#").partition(".")
        yield BlockPrint(digest, int(words), part.startswith("#"))


def _text(row: dict[str, str]) -> TextProfile:
    return TextProfile(
        digest=row["text"], words=int(row["words"]), blocks=tuple(_blocks(row["blocks"])),
        shingles=frozenset(int(h, 16) for h in row["shingles"].split()),
    )


def read_released(folder: str | Path) -> list[ReleasedFindings]:
    """Findings of all snapshots of the released tables, sorted by domain and capture; ``document`` is None.

    ``snapshot.source`` is the id, as the place of a page is each reader's own.

    Raises: FindingsError naming file and line where the tables are missing or damaged.
    """
    folder = Path(folder)
    texts = {text.digest: text for text in _read_rows(folder / "texts.tsv", TEXT_FIELDS, _text)}
    bodies: dict[str, tuple[tuple[Mention, ...], tuple[Practice, ...]]] = {}
    loaded: set[str] = set()
    found: list[ReleasedFindings] = []

    def load(domain: str) -> None:
        gathered: dict[str, tuple[list[Mention], list[Practice]]] = {}
        for place, (name, fields, make) in enumerate((
            ("mentions", MENTION_FIELDS, _mention), ("practices", PRACTICE_FIELDS, _practice),
        )):
            path = folder / name / f"{domain}.tsv"
            if path.is_file():
                for capture, record in _read_rows(path, fields, lambda row, make=make: (row["capture"], make(row))):
                    gathered.setdefault(f"{domain}@{capture}", ([], []))[place].append(record)
        bodies.update((id, (tuple(m), tuple(p))) for id, (m, p) in gathered.items())
        loaded.add(domain)

    def snapshot(row: dict[str, str]) -> ReleasedFindings:
        domain = row["snapshot"].partition("@")[0]
        if domain not in loaded:
            load(domain)
        mentions, practices = bodies.get(row["same_as"] or row["snapshot"], ((), ()))
        if (len(mentions), len(practices)) != (int(row["mentions"]), int(row["practices"])):
            raise ValueError(
                f"{row['mentions']} mentions and {row['practices']} practices are announced, "
                f"{len(mentions)} and {len(practices)} are there"
            )
        text = texts[row["text"]]
        return ReleasedFindings(
            snapshot=SnapshotInfo(
                source=row["snapshot"], sha256=row["sha256"], media_type=row["media_type"],
                domain=row["domain"] or None, captured=row["captured"] or None, url=row["url"] or None,
                id=row["snapshot"],
            ),
            coverage=float(row["coverage"]), tier=row["tier"], mentions=mentions, practices=practices,
            profile=TextProfile(
                digest=text.digest, words=text.words, blocks=text.blocks, shingles=text.shingles,
                language=row["language"], is_policy=row["is_policy"] == "yes", note=row["note"],
            ),
        )

    found.extend(_read_rows(folder / "snapshots.tsv", SNAPSHOT_FIELDS, snapshot))
    return found


# --------------------------------------------------------------------------- two releases


class Difference(NamedTuple):
    """One cell, or one row, in which two releases differ; ``row`` is named by its first cells."""

    table: str
    row: str
    column: str  # "" where the whole row is on one side only
    left: str
    right: str

    def __str__(self) -> str:
        where = f"{self.table}: {self.row}"
        return f"{where}: {self.column} is {self.left!r}, was {self.right!r}" if self.column else (
            f"{where}: only in the {'new' if self.left else 'old'} tables"
        )


def _keyed(path: Path) -> dict[str, dict[str, str]]:
    if not path.is_file():
        return {}
    fields = path.read_text(encoding="utf-8").split("\n", 1)[0].split("\t")
    keys = 2 if fields[0] == "capture" else 1
    return {" ".join(row[f] for f in fields[:keys]): row for _, row in _rows(path, fields)}


def _same(column: str, left: str, right: str, tolerance: float) -> bool:
    if left == right:
        return True
    if column not in NUMERIC or not (left and right):
        return False
    return abs(float(left) - float(right)) <= tolerance + 1e-9


def compare_released(
    new: str | Path, old: str | Path, tolerance: float = CONFIDENCE_TOLERANCE
) -> tuple[Difference, ...]:
    """In what two folders of released tables differ, the last digits of confidences and shares left aside.

    Returns: the differences in the order of tables and rows; empty where the releases say the same.
    Raises: FindingsError when a table cannot be read, or neither folder holds any.
    """
    new, old = Path(new), Path(old)
    paths = sorted({p.relative_to(f).as_posix() for f in (new, old) for p in f.rglob("*.tsv")})
    if not paths:
        raise FindingsError(f"{new}, {old}: no released tables there")
    found = []
    for path in paths:
        left, right = _keyed(new / path), _keyed(old / path)
        for key in sorted(left.keys() | right.keys(), key=_natural):
            if key not in left or key not in right:
                found.append(Difference(path, key, "", *(to_line(s[key]) if key in s else "" for s in (left, right))))
                continue
            columns = dict.fromkeys((*left[key], *right[key]))
            found.extend(
                Difference(path, key, column, left[key].get(column, ""), right[key].get(column, ""))
                for column in columns
                if not _same(column, left[key].get(column, ""), right[key].get(column, ""), tolerance)
            )
    return tuple(found)
