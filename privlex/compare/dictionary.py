"""The data dictionary of every frame that privlex gives: ``python -m privlex.compare.dictionary > docs/columns.md``."""

from __future__ import annotations

import sys

from privlex.compare.changes import COMPARISON_COLUMNS
from privlex.compare.history import HISTORY_COLUMNS, VERSION_COLUMNS
from privlex.compare.series import APPEARANCE_COLUMNS, SHARE_COLUMNS, VOCABULARY_COLUMNS
from privlex.compare.vendors import CHOICE_COLUMNS, COPY_COLUMNS, UNIQUE_COLUMNS
from privlex.tables.columns import TABLES, data_dictionary
from privlex.tables.states import STATE_COLUMNS

ALL_TABLES = {
    **TABLES,
    "state_table": STATE_COLUMNS,
    "Comparison.to_frame": COMPARISON_COLUMNS,
    "History.to_frame": HISTORY_COLUMNS,
    "History.texts_frame": VERSION_COLUMNS,
    "nearest(...).to_frame": CHOICE_COLUMNS,
    "unique_claims": UNIQUE_COLUMNS,
    "copies": COPY_COLUMNS,
    "share_by_year": SHARE_COLUMNS,
    "first_appearances": APPEARANCE_COLUMNS,
    "vocabulary_by_year": VOCABULARY_COLUMNS,
}


def page() -> str:
    """The page ``docs/columns.md``."""
    return (
        "# Columns of every table\n\nWritten by `python -m privlex.compare.dictionary > docs/columns.md` from the "
        "declarations in the code; a test fails when it is behind.\n\n" + data_dictionary(ALL_TABLES)
    )


if __name__ == "__main__":
    sys.stdout.write(page())
