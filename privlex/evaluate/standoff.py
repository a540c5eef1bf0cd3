"""Labels without their texts, and the way back.

The policies' texts belong to their owners, the labels are ours: what is shipped is one JSON object for each text, with
where the text is from, the digest of its bytes, and offsets. Joined to a folder that has the texts, and only where the
digests agree, they are the codebook's own record form again.

    python -m privlex.evaluate.standoff export FOLDER... -o corpus/gold/labels.jsonl
    python -m privlex.evaluate.standoff join TEXTS -o JOINED
    python -m privlex.evaluate.standoff join ARCHIVE.parquet --from-archive -o JOINED
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from privlex.errors import GoldError, OutputError
from privlex.evaluate.corrections import corrected, read_corrections
from privlex.evaluate.gold.codebook import labelled_document, read_codebook, read_labelled
from privlex.evaluate.gold.files import existing, fault, json_lines, listed, text_of, wanted
from privlex.evaluate.gold.records import CodebookDocument, GoldMention, GoldPractice
from privlex.evaluate.intervals import scores_of
from privlex.evaluate.reading_text import window_text
from privlex.evaluate.score_codebook import counts, formulas, labels_of
from privlex.records import MENTION_KINDS

Part = Literal["train", "held_out", "dev"]

# Where a text is from, as the windows' table names it.
PROVENANCE = ("service", "captured", "source", "path", "commit")
_WHAT = "a stand-off file of labels (corpus/gold/labels.jsonl)"


@dataclass(frozen=True, kw_only=True)
class StandoffLabels:
    """The labels of one text, and which text it must be."""

    name: str
    part: Part
    labelled_by: str  # which labelling, as the card names it
    sha256: str       # of the text file's bytes
    characters: int
    window: tuple[int, int] | None = None  # first block and number of blocks in the page's reading text, where cut from it
    provenance: Mapping[str, str] = field(default_factory=dict)  # PROVENANCE, where known
    corrections: Mapping[str, int] = field(default_factory=dict)  # kind of mistake -> how many were corrected
    rows: tuple[Mapping[str, Any], ...] = ()  # the codebook's records without quotes, conditions by offsets


def digest_of(text: str) -> str:
    """SHA-256 of a text file's bytes, in hex digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


# --------------------------------------------------------------------------- labels and texts -> stand-off


def standoff(
    document: CodebookDocument, *, part: Part, labelled_by: str, provenance: Mapping[str, str] | None = None,
    corrections: Mapping[str, int] | None = None, first_block: int | None = None,
) -> StandoffLabels:
    """The labels of a document without a character of its text.

    A condition whose words are not in the text before the end of its block has no place: it is left out, and counted
    in the row as ``conditions_lost``.
    """
    blocks: dict[int, dict[str, Any]] = {}

    def row(block: int) -> dict[str, Any]:
        return blocks.setdefault(block, {"block": block, "mentions": [], "practices": []})

    for m in document.mentions:
        start = document.blocks[m.block].start
        row(m.block)["mentions"].append(
            {"id": m.id, "kind": m.kind, "category": m.category, "start": m.place.start - start,
             "end": m.place.end - start}
        )
    for p in document.practices:
        made = {
            "action": p.action, "polarity": p.polarity, "data": list(p.data), "purposes": list(p.purposes),
            "recipients": list(p.recipients), "condition": _condition_offsets(document, p),
        }
        row(p.block)["practices"].append(made)
        if p.condition and p.condition_place is None:
            row(p.block)["conditions_lost"] = row(p.block).get("conditions_lost", 0) + 1
    return StandoffLabels(
        name=document.name, part=part, labelled_by=labelled_by, sha256=digest_of(document.text),
        characters=len(document.text),
        window=None if first_block is None else (first_block, len(document.blocks)),
        provenance={key: value for key in PROVENANCE if (value := (provenance or {}).get(key, "").strip())},
        corrections=dict(sorted((corrections or {}).items())),
        rows=tuple(blocks[block] for block in sorted(blocks)),
    )


def _condition_offsets(document: CodebookDocument, practice: GoldPractice) -> dict[str, int] | None:
    place = practice.condition_place
    if place is None:
        return None
    block = max(i for i, b in enumerate(document.blocks) if b.start <= place.start)
    start = document.blocks[block].start
    return {"block": block, "start": place.start - start, "end": place.end - start}


def to_json(labels: StandoffLabels) -> dict[str, Any]:
    """The JSON object of one text's labels, keys in a fixed order."""
    return {
        "name": labels.name, "part": labels.part, "labelled_by": labels.labelled_by,
        **{key: labels.provenance[key] for key in PROVENANCE if key in labels.provenance},
        **({"corrections": dict(labels.corrections)} if labels.corrections else {}),
        "sha256": labels.sha256, "characters": labels.characters,
        **({"window": list(labels.window)} if labels.window else {}),
        "blocks": list(labels.rows),
    }


def windows_table(path: Path) -> dict[str, dict[str, str]]:
    """Provenance of each text by its name, from a tab-separated table with a head (``windows.tsv``)."""
    rows = csv.DictReader(io.StringIO(text_of(path), newline=""), delimiter="\t", quoting=csv.QUOTE_NONE)
    if rows.fieldnames is None or "name" not in rows.fieldnames:
        fault(path, 1, "no column 'name'", "the first line names the columns: name, service, captured, source, ...")
    return {row["name"]: {k: v or "" for k, v in row.items() if k} for row in rows}


def export_folder(
    folder: str | Path, *, labelled_by: str, part: Part = "train", held_out: Iterable[str] = (),
    corrections: Path | None = None,
) -> Iterator[StandoffLabels]:
    """Stand-off labels of every document of a folder with ``text/``, ``labels/`` and, if there is one, ``windows.tsv``.

    Args:
        labelled_by: which labelling this is, as the card names it.
        part: what the documents are for, but for those named in ``held_out``.
        corrections: a file of corrections to make first (see ``privlex.evaluate.corrections``).
    """
    folder = existing(folder, "the folder that holds text/ and labels/")
    table = windows_table(folder / "windows.tsv") if (folder / "windows.tsv").is_file() else {}
    held = set(held_out)
    to_make = read_corrections(corrections) if corrections else {}
    for file in listed(folder / "labels", "*.jsonl", "the folder that holds text/ and labels/"):
        here = to_make.get(file.stem, [])
        document = read_labelled(folder / "text" / f"{file.stem}.txt", file)
        if here:
            rows = corrected([row for _, row in json_lines(file)], here, corrections)
            document = labelled_document(file.stem, document.text, [(None, row) for row in rows], file)
        yield standoff(
            document, part="held_out" if file.stem in held else part, labelled_by=labelled_by,
            provenance=table.get(file.stem), corrections=Counter(c["kind"] for c in here),
            first_block=int(first) if (first := table.get(file.stem, {}).get("first_block")) else None,
        )


def write_standoff(labels: Iterable[StandoffLabels], path: str | Path) -> int:
    """Write one JSON object a line, by name; how many.

    Raises: OutputError when the file cannot be written, GoldError for two texts of one name.
    """
    rows = sorted(labels, key=lambda one: one.name)
    for one, other in pairwise(rows):
        if one.name == other.name:
            raise GoldError(f"two labelled texts have the name {one.name!r}; rename one of them")
    lines = [json.dumps(to_json(one), ensure_ascii=False, separators=(",", ":")) + "\n" for one in rows]
    try:
        Path(path).write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror}); check the folder") from error
    return len(rows)


# --------------------------------------------------------------------------- stand-off and texts -> labels


def read_standoff(path: str | Path, *, part: Part | None = None) -> tuple[StandoffLabels, ...]:
    """The labels of every text in a stand-off file, or of one part.

    Raises: GoldError naming file, line and remedy.
    """
    path = existing(path, _WHAT)
    found = []
    for line, row in json_lines(path):
        name, of, by, sha256, characters, blocks = wanted(
            path, line, row, name=str, part=str, labelled_by=str, sha256=str, characters=int, blocks=list
        )
        if part is None or of == part:
            found.append(StandoffLabels(
                name=name, part=of, labelled_by=by, sha256=sha256, characters=characters,
                window=tuple(row["window"]) if row.get("window") else None,
                provenance={key: row[key] for key in PROVENANCE if key in row},
                corrections=row.get("corrections", {}), rows=tuple(blocks),
            ))
    return tuple(found)


def join(labels: StandoffLabels, text: str, file: Path = Path("labels.jsonl")) -> CodebookDocument:
    """The document that these labels and this text make, quotes and conditions put back.

    Raises: GoldError when the text is not the one that was labelled.
    """
    found = digest_of(text)
    if found != labels.sha256:
        raise GoldError(
            f"{labels.name}: the text has digest {found[:16]}… and {len(text):,} characters, "
            f"labelled was {labels.sha256[:16]}… with {labels.characters:,}; take the text of the commit and path that "
            "the labels name, with its line ends as they are"
        )
    rows = []
    for row in labels.rows:
        practices = []
        for practice in row["practices"]:
            place = practice["condition"]
            named = {} if place is None else {
                "condition_block": place["block"], "condition_start": place["start"], "condition_end": place["end"]
            }
            practices.append({**practice, "condition": None, **named})
        rows.append((None, {**row, "practices": practices}))
    return labelled_document(labels.name, text, rows, file)


def join_folder(path: str | Path, texts: str | Path, *, part: Part | None = None) -> Iterator[CodebookDocument]:
    """Every document of a stand-off file whose text is there, digests checked.

    Args:
        path: the stand-off file.
        texts: the folder of the texts, ``NAME.txt`` each.

    Raises: GoldError for the first text that is missing or is another one.
    """
    texts = existing(texts, "the folder of the texts")
    for labels in read_standoff(path, part=part):
        file = texts / f"{labels.name}.txt"
        if not file.is_file():
            where = ", ".join(f"{key} {value}" for key, value in labels.provenance.items())
            fault(file, None, "missing", f"the text of {labels.name} comes from {where or 'an unnamed source'}")
        yield join(labels, text_of(file), Path(path))


def join_archive(
    path: str | Path, archive: str | Path, *, part: Part | None = None
) -> Iterator[CodebookDocument]:
    """Every document of a stand-off file that was cut from a page of ``archive``, the text cut from it again.

    Labels without a ``window`` are passed over (their texts are distributed as texts), and so are those of pages that
    the archive does not hold.

    Args:
        path: the stand-off file.
        archive: a Parquet file with the columns ``path``, ``commit``, ``captured`` and ``text``.

    Raises: GoldError for a page that gives another text than was labelled.
    """
    from pyarrow import parquet

    by_page: dict[tuple[str, str, str], list[StandoffLabels]] = {}
    for one in read_standoff(path, part=part):
        if one.window:
            by_page.setdefault(_page(one.provenance), []).append(one)
    file = parquet.ParquetFile(existing(archive, "the archive's Parquet file"))
    for batch in file.iter_batches(batch_size=200, columns=["path", "commit", "captured", "text"]):
        for at, row in enumerate(batch.select(["path", "commit", "captured"]).to_pylist()):
            for one in by_page.pop(_page(row), ()):
                yield join(one, window_text(batch["text"][at].as_py(), *one.window), Path(path))


def _page(provenance: Mapping[str, Any]) -> tuple[str, str, str]:
    return (
        provenance.get("path", ""), str(provenance.get("commit") or ""), str(provenance.get("captured") or "")[:10]
    )  # fmt: skip


def rows_of(document: CodebookDocument) -> list[dict[str, Any]]:
    """The document's labels in the codebook's record form, one object for each block that has any."""
    mentions: dict[int, list[GoldMention]] = {}
    practices: dict[int, list[GoldPractice]] = {}
    for m in document.mentions:
        mentions.setdefault(m.block, []).append(m)
    for p in document.practices:
        practices.setdefault(p.block, []).append(p)

    def mention(m: GoldMention) -> dict[str, Any]:
        at = document.blocks[m.block].start
        return {"id": m.id, "kind": m.kind, "quote": m.quote, "category": m.category,
                "start": m.place.start - at, "end": m.place.end - at}

    return [
        {
            "block": block,
            "mentions": [mention(m) for m in mentions.get(block, ())],
            "practices": [
                {"action": p.action, "polarity": p.polarity, "data": list(p.data), "purposes": list(p.purposes),
                 "recipients": list(p.recipients), "condition": p.condition}
                for p in practices.get(block, ())
            ],
        }
        for block in sorted({*mentions, *practices})
    ]


def label_files(out: str | Path, name: str) -> tuple[Path, Path]:
    """Where text and labels of a document stand under ``out``."""
    return Path(out, "text", f"{name}.txt"), Path(out, "labels", f"{name}.jsonl")


def write_codebook(documents: Iterable[CodebookDocument], out: str | Path) -> int:
    """Write ``text/`` and ``labels/`` of the documents under ``out``, as ``privlex evaluate codebook`` reads them."""
    out = Path(out)
    number = 0
    try:
        for folder in ("text", "labels"):
            (out / folder).mkdir(parents=True, exist_ok=True)
        for document in documents:
            number += 1
            text, labels = label_files(out, document.name)
            text.write_bytes(document.text.encode("utf-8"))
            lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows_of(document)]
            labels.write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{out}: cannot be written ({error.strerror}); check the folder") from error
    return number


# --------------------------------------------------------------------------- what the card counts

CARD_START, CARD_END = "<!-- counted from labels.jsonl -->", "<!-- end of counts -->"


def card_counts(labels: Sequence[StandoffLabels]) -> str:
    """What a stand-off file holds, in Markdown: sizes by part and labelling, and corrections by kind of mistake."""
    groups = sorted({(one.part, one.labelled_by) for one in labels})
    head = ("part", "labelling", "texts", *(f"{kind} mentions" for kind in MENTION_KINDS), "practices", "denied",
            "conditions")
    lines = [_line(head), _line(["---", "---", *["---:"] * (len(head) - 2)])]
    for part, by in groups:
        of = [one for one in labels if (one.part, one.labelled_by) == (part, by)]
        mentions = Counter(m["kind"] for one in of for row in one.rows for m in row["mentions"])
        practices = [p for one in of for row in one.rows for p in row["practices"]]
        numbers = [
            len(of), *(mentions[kind] for kind in MENTION_KINDS), len(practices),
            sum(p["polarity"] == "denied" for p in practices), sum(p["condition"] is not None for p in practices),
        ]
        lines.append(_line([part, by, *(f"{n:,}" for n in numbers)]))
    mistakes: Counter[str] = Counter()
    for one in labels:
        mistakes.update(one.corrections)
    lines += ["", f"Corrections made in the given labels: {sum(mistakes.values())}.", ""]
    lines += [_line(["mistake", "corrected"]), _line(["---", "---:"])]
    lines += [_line([kind, str(n)]) for kind, n in sorted(mistakes.items(), key=lambda item: (-item[1], item[0]))]
    return "\n".join(lines)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def put_counts(card: str, table: str) -> str:
    """The card with the counts between its two marks.

    Raises: GoldError when the marks are not there.
    """
    before, start, rest = card.partition(CARD_START)
    _, end, after = rest.partition(CARD_END)
    if not start or not end:
        raise GoldError(f"the card has no place for the counts: put {CARD_START!r} and {CARD_END!r} where they belong")
    return f"{before}{CARD_START}\n\n{table}\n\n{CARD_END}{after}"


def agreement(first: Sequence[CodebookDocument], second: Sequence[CodebookDocument]) -> dict[str, dict[str, float]]:
    """The codebook's scores of one labelling against another, over the documents that both have."""
    other = {d.name: d for d in second}
    units = [counts(labels_of(other[d.name]), labels_of(d)) for d in first if d.name in other]
    return scores_of(units, formulas())


# --------------------------------------------------------------------------- command


def main(argv: Sequence[str] | None = None) -> int:
    """``export`` labels of folders to a stand-off file, or ``join`` one to its texts; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m privlex.evaluate.standoff", description=__doc__.split("\n\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    export = commands.add_parser("export", help="labels of folders -> one stand-off file")
    export.add_argument(
        "folders", nargs="+", metavar="FOLDER[=PART[=LABELLING]]",
        help="folder with text/ and labels/; PART is train (default) or dev; LABELLING names who labelled it",
    )
    export.add_argument("--held-out-from", metavar="NAME", help="names from this one on are the held-out part")
    export.add_argument("--corrections", type=Path, metavar="FILE", help="corrections to make in the labels first")
    export.add_argument("-o", "--output", required=True, metavar="FILE")
    put = commands.add_parser("join", help="a stand-off file and its texts -> text/ and labels/")
    put.add_argument("texts", metavar="TEXTS", help="folder with the texts, NAME.txt each, or an archive (Parquet)")
    put.add_argument("--from-archive", action="store_true", help="TEXTS is an archive: cut the windows from its pages")
    put.add_argument("--labels", default="corpus/gold/labels.jsonl", metavar="FILE")
    put.add_argument("--part", choices=("train", "held_out", "dev"))
    put.add_argument("-o", "--output", required=True, metavar="FOLDER")
    card = commands.add_parser("card", help="counts of a stand-off file, put into the card beside it")
    card.add_argument("--labels", default="corpus/gold/labels.jsonl", metavar="FILE")
    agree = commands.add_parser("agree", help="the codebook's scores of one labelling against another, as JSON")
    agree.add_argument("first", metavar="FIRST", help="folder with text/ and labels/")
    agree.add_argument("second", metavar="SECOND", help="folder with text/ and labels/ of the same texts")
    args = parser.parse_args(argv)
    try:
        if args.command == "export":
            number = write_standoff(_exported(args.folders, args.held_out_from, args.corrections), args.output)
        elif args.command == "card":
            path = Path(args.labels).with_name("README.md")
            made = put_counts(text_of(path), card_counts(read_standoff(args.labels)))
            path.write_text(made, encoding="utf-8")
            return 0
        elif args.command == "agree":
            made = agreement(read_codebook(args.first), read_codebook(args.second))
            print(json.dumps(made, indent=1))
            return 0
        else:
            joined = join_archive if args.from_archive else join_folder
            number = write_codebook(joined(args.labels, args.texts, part=args.part), args.output)
    except (GoldError, OutputError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{number} labelled texts in {args.output}", file=sys.stderr)
    return 0


def _exported(
    folders: Sequence[str], held_out_from: str | None, corrections: Path | None
) -> Iterator[StandoffLabels]:
    for given in folders:
        folder, part, labelled_by = (*given.split("="), "", "")[:3]
        names = [p.stem for p in Path(folder, "labels").glob("*.jsonl")]
        # The held-out part is the end of one numbered series ("win-298" and on); another series has another stem.
        held = [n for n in names if held_out_from and _series(n) == _series(held_out_from) and n >= held_out_from]
        yield from export_folder(
            folder, labelled_by=labelled_by or "given", part=part or "train", held_out=held, corrections=corrections
        )


def _series(name: str) -> str:
    return name.rpartition("-")[0]


if __name__ == "__main__":
    raise SystemExit(main())
