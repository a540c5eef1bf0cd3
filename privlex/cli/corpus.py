"""``privlex corpus``: what the corpus holds, getting its pages, checking them, rebuilding its released tables."""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from dataclasses import replace
from itertools import groupby, islice
from pathlib import Path

from privlex.cli import options
from privlex.cli.faults import Faults, say
from privlex.cli.output import format_for, opened
from privlex.errors import CorpusError


def add(commands) -> None:
    """Add the command and its own commands to the parser."""
    parser = commands.add_parser(
        "corpus", help="the manifest: what there is, fetch the pages, check digests",
        description="The snapshots of a study: a manifest that names them, their pages where they lie here, and the "
                    "released tables of what was found in them.",
    )
    inner = parser.add_subparsers(dest="corpus_command", metavar="COMMAND", required=True)

    show = inner.add_parser("list", help="the snapshots, and what of each is here")
    show.add_argument("names", metavar="NAME", nargs="*", help="domains or snapshots; default: all")
    show.add_argument("--state", choices=("page", "capture", "released", "absent"), help="only these")
    show.add_argument("--format", choices=("table", "csv", "jsonl"), help="default: as OUT is named, else table")
    options.add_output(show)
    show.set_defaults(run=run_list)

    new = inner.add_parser("add", help="add snapshots to the manifest: files, or Wayback URLs")
    new.add_argument("sources", metavar="SOURCE", nargs="+", help="a file, or the URL of a capture at web.archive.org")
    new.add_argument("--domain", help="domain of the policy's owner; default: as file or URL say")
    new.add_argument("--captured", help="date of the capture, YYYY-MM-DD; default: as file or URL say")
    new.add_argument("--url", help="where the page was; default: as the file says")
    new.add_argument("--note", default="", help="a remark for the manifest")
    new.set_defaults(run=run_add)

    get = inner.add_parser(
        "hydrate", help="get the pages: from a mirror folder, git clones, or the Wayback Machine",
        description="Gets the pages that are not here yet. Can be stopped and run again: what is complete stays. Pages "
                    "from a mirror or a clone must have the manifest's digest. The Wayback Machine serves other bytes "
                    "(the capture itself): their digest is recorded at the first fetch and checked from then on.",
    )
    get.add_argument("names", metavar="NAME", nargs="*", help="domains or snapshots; default: all")
    get.add_argument("--mirror", type=Path, metavar="DIR", help="copy from this folder (it holds pages/), nothing else")
    get.add_argument("--clone", action="append", default=[], metavar="REPO=DIR", type=_clone,
                     help="local git clone of a source, e.g. tosdr/tosback2=DIR; may be given again")
    get.add_argument("--archive", metavar="URL", help="server that speaks like the Wayback Machine (a local pywb)")
    get.add_argument("--again", action="store_true", help="fetch captures anew and compare them with their digests")
    get.set_defaults(run=run_hydrate)

    check = inner.add_parser("verify", help="check the digest of every page that is here")
    check.set_defaults(run=run_verify)

    build = inner.add_parser(
        "rebuild", help="rebuild the released tables from the pages",
        description="Reads every page that is here and writes what was found to the released tables. Snapshots whose "
                    "page is not here keep their rows.",
    )
    build.add_argument("--mirror", type=Path, metavar="DIR", help="read the pages of this folder (it holds pages/)")
    options.add_tier(build)
    build.add_argument("--check", action="store_true", help="write nothing; fail, naming each row that would differ")
    build.set_defaults(run=run_rebuild)

    for each in (show, new, get, check, build):
        options.add_corpus(each)


def run_list(args: argparse.Namespace) -> int:
    """List the manifest; the exit code."""
    form = format_for(args.format, args.output, {".csv": "csv", ".jsonl": "jsonl", ".txt": "table"}, "table")
    corpus, faults = _loaded(args.corpus), Faults()
    frame = corpus.snapshots()
    frame = frame[frame["id"].isin(_ids(corpus, args.names, faults))]
    if args.state:
        frame = frame[frame["state"] == args.state]
    with opened(args.output) as out:
        if form == "csv":
            frame.to_csv(out, index=False, lineterminator="\n")
        elif form == "jsonl":
            frame.to_json(out, orient="records", lines=True, date_format="iso", force_ascii=False)
        else:
            from rich.text import Text

            from privlex.cli.show import console, grid
            from privlex.corpus import STATES

            table = grid(("id", "kind", "bytes", "state", "source"), (None, None, None, None, 1))
            table.columns[2].justify = "right"
            for row in frame.itertuples():
                size = "" if row.bytes is None else f"{row.bytes:,}"
                table.add_row(*map(Text, (row.id, row.media_type.removeprefix("text/"), size, row.state, row.source)))
            screen = console(out)
            screen.print(table)
            counts = Counter(frame["state"])
            domains = frame["domain"].nunique()
            screen.print(Text(f"\n{len(frame)} snapshots of {domains} domain{'s' * (domains != 1)}"))
            for state, meaning in STATES.items():
                if counts[state]:
                    screen.print(Text(f"{counts[state]:>5} {state}: {meaning}"))
    return faults.code


def run_add(args: argparse.Namespace) -> int:
    """Add rows, and pages of files, to a corpus; the exit code."""
    from privlex.corpus import load_corpus
    from privlex.corpus.adding import row_of_file, row_of_url

    if len(args.sources) > 1 and (args.captured or args.url):
        options.wrong_use("corpus add", "--captured and --url are for one SOURCE at a time")
    corpus = load_corpus(args.corpus, make=True)
    faults, added = Faults(), []
    for source in args.sources:
        with faults.catching(source):
            make = row_of_url if "://" in source else row_of_file
            row = make(corpus, source, domain=args.domain, captured=args.captured, url=args.url, note=args.note)
            corpus = corpus.with_rows([*corpus.rows, row])
            added.append(row)
    for row in added:
        hint = "" if row.sha256 else f" (get its page: privlex corpus hydrate --corpus {args.corpus} {row.id})"
        print(f"added {row.id}{hint}")
    faults.summary(len(args.sources))
    return faults.code


def run_hydrate(args: argparse.Namespace) -> int:
    """Get pages; the exit code."""
    from tqdm import tqdm

    from privlex.corpus.archive import archive_client

    corpus, faults = _loaded(args.corpus), Faults()
    ids = _ids(corpus, args.names, faults)
    if args.mirror and not args.mirror.is_dir():
        raise CorpusError(f"{args.mirror}: there is no such folder; --mirror names the folder that holds pages/")
    client = archive_client(args.archive) if args.archive else None
    counts, failed = Counter(), defaultdict(list)
    outcomes = corpus.hydrate(ids, mirror=args.mirror, clones=dict(args.clone), client=client, again=args.again)
    for outcome in tqdm(outcomes, total=len(ids), unit="page", leave=False, disable=None):
        counts[outcome.state] += 1
        if outcome.state == "failed":
            failed[outcome.reason].append(outcome.id)
    for reason, names in failed.items():
        faults.add(_names(names), reason)
    said = [f"{counts[state]} {words}" for state, words in (
        ("present", "here already"), ("copied", "copied, digest as in the manifest"),
        ("fetched", "fetched from the archive, digest recorded"), ("failed", "failed"),
    ) if counts[state]]
    say(f"{len(ids)} snapshots: {'; '.join(said) or 'nothing to do'}")
    return faults.code


def run_verify(args: argparse.Namespace) -> int:
    """Check digests; the exit code."""
    corpus, faults, right = _loaded(args.corpus), Faults(), 0
    for outcome in corpus.verify():
        if outcome.state == "failed":
            faults.add(outcome.id, f"{outcome.id}: {outcome.reason}")
        else:
            right += 1
    say(f"{right} pages have the recorded digest; {len(corpus.rows) - right - len(faults.labels)} are not here")
    return faults.code


def run_rebuild(args: argparse.Namespace) -> int:
    """Rebuild or check the released tables; the exit code."""
    from privlex.corpus.rebuild import differences, rebuild

    corpus = _loaded(args.corpus)
    if args.mirror:
        if not (args.mirror / "pages").is_dir():
            raise CorpusError(f"{args.mirror}: holds no folder pages/; --mirror names the folder that holds it")
        corpus = replace(corpus, store=args.mirror)
    if not args.check:
        told = rebuild(corpus, args.tier)
        say(f"{corpus.folder / 'released'}: {told.read} snapshots read, {told.kept} kept as they were (no page here)")
        return 0
    told, found = differences(corpus, args.tier)
    rows = {key: list(cells) for key, cells in groupby(found, key=lambda d: (d.table, d.row))}
    for cells in islice(rows.values(), MOST_ROWS):
        print(cells[0], *(f"; {cell.column} {cell.left!r}, was {cell.right!r}" for cell in cells[1:]), sep="")
    if rows:
        if len(rows) > MOST_ROWS:
            tables = Counter(table for table, _ in rows)
            print(f"... and {len(rows) - MOST_ROWS} more; rows by table:")
            print("".join(f"{number:>8} {table}\n" for table, number in tables.items()), end="")
        say(
            f"{len(rows)} rows of the released tables differ from what is found now in {told.read} pages; "
            "if that is meant, rebuild: privlex corpus rebuild"
        )
        return 1
    say(f"the released tables say what is found now in {told.read} pages ({told.kept} without a page not checked)")
    return 0


# Rows a person reads through; the rest is the same story.
MOST_ROWS = 100


def _loaded(name: str):
    from privlex.corpus import load_corpus

    return load_corpus(name)


def _ids(corpus, names: list[str], faults: Faults) -> list[str]:
    """Ids that ``names`` (domains or ids) stand for, in the manifest's order."""
    wanted = set()
    for name in names:
        with faults.catching(name):
            own = {row.id for row in corpus.rows if row.domain == name}
            wanted |= own or {corpus.row(name).id}
    return [id for id in corpus.ids if not names or id in wanted]


def _names(ids: list[str], most: int = 6) -> str:
    """A few names for a message; the others are counted."""
    return ", ".join(ids) if len(ids) <= most else f"{', '.join(ids[:most - 1])} and {len(ids) - most + 1} more"


def _clone(text: str) -> tuple[str, Path]:
    repository, between, folder = text.partition("=")
    if not between or not Path(folder).is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} is not REPO=DIR with a folder that is there")
    return repository, Path(folder)


