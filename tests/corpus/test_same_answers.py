"""Released tables give the answers that the pages give: states and contradictions, snapshot by snapshot."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from privlex.corpus import load_corpus
from privlex.tables import opposition_table, practice_table, read_released, state_table, write_released

# One page of each idiom: layout tables, lists, HTML, a raw capture, an empty one.
IDS = ("qnap.com@2008-05-16", "qnap.com@2015-04-15", "synology.com@2007-12-29")


@pytest.fixture(scope="module")
def both(shared, tmp_path_factory):
    corpus = load_corpus()
    hydrated = replace(corpus, store=shared / "archive")
    pages = [hydrated.findings(id, "trained") for id in IDS]
    assert all(found.document is not None for found in pages)
    folder = tmp_path_factory.mktemp("released")
    write_released(folder, pages)
    return pages, read_released(folder)


@pytest.mark.parametrize("table", [
    pytest.param(lambda f: state_table(f, "data_category", "share"), id="states of data"),
    pytest.param(lambda f: state_table(f, "party_category", "share"), id="states of parties"),
    pytest.param(opposition_table, id="oppositions"),
    pytest.param(lambda f: practice_table(f).drop(columns=["confidence", "data_confidence"]), id="practices"),
])
def test_the_same_with_and_without_the_page(both, table):
    pages, released = both
    by_id = {f.snapshot.id: f for f in released}
    made = [table([f]) for f in pages], [table([by_id[f.snapshot.id]]) for f in pages]
    assert sum(map(len, made[0])) > len(IDS)
    for with_page, without in zip(*made, strict=True):
        short = [c for c in ("data", "purposes", "recipients", "condition", "denied", "affirmed", "section", "reason")
                 if c in with_page]
        pd.testing.assert_frame_equal(with_page.drop(columns=short), without.drop(columns=short))
