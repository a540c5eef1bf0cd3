"""Yearly tables of an archive: everything is counted once, silence stays silence, and the files give back what was written."""

from __future__ import annotations

import json

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from privlex.bulk import read_yearly, run, write_yearly, yearly_changes, yearly_shares, yearly_tables
from privlex.bulk.release import main
from privlex.bulk.yearly import POLICY_COLUMNS, QUESTIONS, YEARLY_STATE_COLUMNS
from privlex.errors import FindingsError
from privlex.records import CATEGORIES
from privlex.tables.states import KIND_OF

HEAD = "# Privacy Policy\n\nThis policy says how we treat personal information of those who visit our shop.\n\n"
NAME = "We collect your name when you register.\n\n"
PLACE = "We collect your location to show shops near you.\n\n"
NO_SALE = "We will never sell your personal information to anyone.\n"

# service, day, text
CAPTURES = [
    ("lantern", "2015-03-01", HEAD + NAME + NO_SALE),
    ("lantern", "2015-09-01", HEAD + NAME + NO_SALE),
    ("lantern", "2017-02-01", HEAD + NAME + PLACE + NO_SALE),
    ("lantern", "2017-05-01", "# Privacy Policy\n\n" + NAME),  # cut: passed over
    ("harbour", "2015-01-01", HEAD + PLACE + NO_SALE),
    ("harbour", "2017-01-01", HEAD + NAME + NO_SALE),
    ("harbour", "2017-06-01", ""),
    ("orchard", "2017-06-01", HEAD + PLACE + "Apples are sold on Fridays.\n"),
]
N = {2015: 2, 2017: 3}


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    folder = tmp_path_factory.mktemp("yearly")
    rows = [{"service": s, "path": f"{s}/Privacy Policy.md", "captured": day, "source": "ota", "text": text}
            for s, day, text in CAPTURES]
    pq.write_table(pa.Table.from_pylist(rows), folder / "archive.parquet")
    run(folder / "archive.parquet", folder / "out", workers=0, tier="rules", progress=False)
    return folder / "out"


@pytest.fixture(scope="module")
def tables(dataset):
    return yearly_tables(dataset)


def test_policies_and_years(tables):
    frame = tables.policies.set_index(["service", "year"])
    assert frame["captures"].to_dict() == {
        ("harbour", 2015): 1, ("harbour", 2017): 1, ("lantern", 2015): 2, ("lantern", 2017): 2, ("orchard", 2017): 1,
    }
    assert frame.loc[("harbour", 2017), "failures"] == 1 and frame["failures"].sum() == 1
    assert frame.loc[("lantern", 2015), "texts"] == 1 and frame.loc[("lantern", 2015), "new_texts"] == 1
    assert str(frame.loc[("lantern", 2017), "captured"].date()) == "2017-02-01", "the cut capture stands for the year"
    assert list(tables.policies.columns) == [c.name for c in POLICY_COLUMNS]


def test_what_is_new_adds_up_to_what_is_distinct(tables):
    assert tables.policies["new_blocks"].sum() == tables.about["distinct_blocks"]
    assert tables.policies["new_words"].sum() == tables.about["distinct_words"]
    assert tables.policies["new_texts"].sum() == tables.about["texts"]
    assert tables.policies["blocks"].sum() == tables.about["blocks"]
    assert tables.policies["captures"].sum() + sum(tables.about["failures"].values()) == len(CAPTURES)
    assert 0 < tables.about["blocks_of_several_services"] < tables.about["distinct_blocks"]


def test_every_question_is_answered_for_every_policy_and_year(tables):
    asked = sum(len(CATEGORIES[KIND_OF[by]]) for by, _ in QUESTIONS)
    assert len(tables.states) == asked * sum(N.values())
    assert not tables.states["state"].isna().any()
    assert list(tables.states.columns) == [c.name for c in YEARLY_STATE_COLUMNS]


def test_shares_and_changes(tables):
    shares = yearly_shares(tables.states, "data_category", "collect").set_index(["label", "year"])
    assert {year: shares.loc[("contact", year), "n"] for year in N} == N
    assert shares["stating"].to_dict()[("contact", 2015)] == 1 and shares["stating"].to_dict()[("contact", 2017)] == 2
    denied = yearly_shares(tables.states, "data_category", "share", answers=["no"]).set_index(["label", "year"])
    assert denied.loc[("health", 2017), "stating"] == 2, "a denial for personal information at large denies each kind"
    changes = yearly_changes(tables.states, 2015, 2017, "data_category", "collect").set_index("label")
    assert changes.loc["location"].to_dict() == {"n": 2, "before": 1, "after": 1, "gained": 1, "lost": 1}
    assert (changes["after"] - changes["before"] == changes["gained"] - changes["lost"]).all()
    with pytest.raises(ValueError, match="hold no answer"):
        yearly_shares(tables.states, "party_category", "collect")


def test_files_give_back_what_was_written(dataset, tables, tmp_path):
    assert main([str(dataset), "-o", str(tmp_path / "a")]) == 0
    write_yearly(tables, tmp_path / "b")
    again = read_yearly(tmp_path / "a")
    pd.testing.assert_frame_equal(again.policies, tables.policies)
    pd.testing.assert_frame_equal(again.states, tables.states)
    assert again.about == tables.about
    names = sorted(p.name for p in (tmp_path / "a").iterdir())
    assert names == ["archive.json", "policies.parquet", "states.parquet"]
    assert all((tmp_path / "a" / n).read_bytes() == (tmp_path / "b" / n).read_bytes() for n in names)


def test_no_word_of_a_policy_is_in_the_files(tables, tmp_path):
    write_yearly(tables, tmp_path)
    cells = {str(v) for frame in (tables.policies, tables.states) for c in frame.select_dtypes(["str", "object"]).columns
             for v in frame[c].dropna().unique()}
    assert cells <= {"lantern", "harbour", "orchard", "text/markdown", *(f"{s}/Privacy Policy.md" for s, *_ in CAPTURES)}
    assert "register" not in json.dumps(dict(tables.about))


def test_faults_are_told(tmp_path, capsys):
    assert main([str(tmp_path)]) == 2 and "no dataset of `privlex bulk`" in capsys.readouterr().err
    with pytest.raises(FindingsError, match="no yearly tables"):
        read_yearly(tmp_path)


def test_the_tables_that_come_with_privlex():
    shipped = read_yearly()
    assert shipped.policies["new_blocks"].sum() == shipped.about["distinct_blocks"]
    assert len(shipped.states) % sum(len(CATEGORIES[KIND_OF[by]]) for by, _ in QUESTIONS) == 0
    assert yearly_shares(shipped.states, "data_category", "collect")["n"].max() > 50
