"""``privlex extract``: mentions and practices of snapshots."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from itertools import islice

from privlex.cli import options
from privlex.cli.faults import Faults
from privlex.cli.output import format_for, opened
from privlex.jsonl import findings_to_json, to_line
from privlex.records import Findings

FORMATS = ("jsonl", "csv", "parquet", "table")
_BY_NAME = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".parquet": "parquet", ".txt": "table"}
# Documents whose rows are made into one frame at a time.
FRAME_DOCUMENTS = 64


def add(commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "extract", help="mentions and practices of snapshots",
        description="What policies say: which data, for what, with whom, each practice with its place in the source.",
    )
    options.add_inputs(parser)
    options.add_reading(parser)
    parser.add_argument("--format", choices=FORMATS, help="default: as the name of OUT says, else table")
    parser.add_argument("--explain", action="store_true", help="with each practice its words and what made it (table)")
    options.add_output(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Extract and write; the exit code."""
    from privlex.cli.inputs import Inputs, progress

    faults = Faults()
    form = format_for(args.format, args.output, _BY_NAME, "table")
    if args.explain and form != "table":
        options.wrong_use("extract", "--explain is for --format table; jsonl holds its reasons under \"because\"")
    inputs = Inputs.of(args, faults)
    with opened(args.output, binary=form == "parquet") as out, inputs.or_nothing():
        found = progress(inputs.findings(), len(inputs.sources))
        if form == "jsonl":
            for one in found:
                out.write(to_line(findings_to_json(one)) + "\n")
        elif form == "csv":
            for number, frame in enumerate(_frames(found)):
                frame.to_csv(out, index=False, header=not number, lineterminator="\n")
        elif form == "parquet":
            _write_parquet(found, out)
        else:
            from privlex.cli.show import findings_explained, findings_tables

            (findings_explained if args.explain else findings_tables)(found, out)
    faults.summary(len(inputs))
    return faults.code


def _frames(found: Iterable[Findings]) -> Iterator:
    """Frames of a bounded number of documents."""
    from privlex.tables import practice_table

    found = iter(found)
    while batch := list(islice(found, FRAME_DOCUMENTS)):
        yield practice_table(batch)


def _write_parquet(found: Iterable[Findings], out) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    writer = None
    for frame in _frames(found):
        table = pa.Table.from_pandas(frame, schema=writer and writer.schema, preserve_index=False)
        writer = writer or pq.ParquetWriter(out, table.schema)
        writer.write_table(table)
    if writer:
        writer.close()
