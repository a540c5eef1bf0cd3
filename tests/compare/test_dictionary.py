"""The written data dictionary is the declared one."""

from __future__ import annotations

from privlex.compare.dictionary import ALL_TABLES, page
from tests.conftest import ROOT


def test_the_page_is_up_to_date():
    written = (ROOT / "docs" / "columns.md").read_text(encoding="utf-8")
    assert written == page(), "run: python -m privlex.compare.dictionary > docs/columns.md"


def test_column_names_are_one_of_a_kind_within_a_table():
    for table, columns in ALL_TABLES.items():
        names = [c.name for c in columns]
        assert len(set(names)) == len(names), table
