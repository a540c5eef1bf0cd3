"""The yearly tables that come with privlex, made of a dataset: ``python -m privlex.bulk.release DATASET [-o FOLDER]``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from privlex.bulk.yearly import shipped, write_yearly, yearly_tables
from privlex.errors import PrivlexError


def main(argv: Sequence[str] | None = None) -> int:
    """Make the tables; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m privlex.bulk.release", description="Makes the yearly tables of an archive: counts, no texts."
    )
    parser.add_argument("dataset", type=Path, metavar="DATASET", help="folder that `privlex bulk` wrote")
    parser.add_argument("-o", "--output", type=Path, metavar="FOLDER", help="default: where those of privlex lie")
    args = parser.parse_args(argv)
    folder = args.output or shipped()
    try:
        tables = yearly_tables(args.dataset)
        write_yearly(tables, folder)
    except PrivlexError as error:
        print(f"privlex: {error}", file=sys.stderr)
        return 2
    size = sum(path.stat().st_size for path in folder.iterdir())
    print(
        f"{folder}: {len(tables.policies):,} policies and years, {len(tables.states):,} answers, {size / 1e3:,.0f} kB",
        file=sys.stderr,
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
