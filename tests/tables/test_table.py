"""The tidy frames: columns as declared, no practice lost, places in the source."""

from __future__ import annotations

import pandas as pd
import pytest

from privlex.records import ACTIONS, DATA_CATEGORIES
from privlex.tables import (
    TABLES,
    data_dictionary,
    mention_table,
    opposition_table,
    practice_table,
    snapshot_table,
    unread,
)
from privlex.tables.columns import frame_of
from tests.factories import claim, policy, without_document

POLICY = policy(
    "nas.example@2010-01-02",
    claim("collect", "email address, pages viewed", purposes="ship orders, send newsletters"),
    claim("share", "personal information", recipients="anyone", polarity="denied", condition="Without your consent"),
    claim("share", "", recipients="courts", sentence="We answer to courts."),
)
MAKERS = {
    "practice_table": practice_table, "mention_table": mention_table, "snapshot_table": snapshot_table,
    "opposition_table": opposition_table,
}


@pytest.mark.parametrize("findings", [
    pytest.param([], id="no snapshot"),
    pytest.param([policy("nas.example@2010-01-02")], id="no practice"),
    pytest.param([POLICY], id="practices"),
    pytest.param([unread(POLICY.snapshot, "empty")], id="an empty capture"),
])
@pytest.mark.parametrize("table", TABLES)
def test_columns_and_types_are_as_declared_whatever_the_rows(table, findings):
    frame = MAKERS[table](findings)
    declared = TABLES[table]
    assert list(frame.columns) == [c.name for c in declared]
    assert [str(t) for t in frame.dtypes] == [c.dtype for c in declared]


def test_one_row_for_each_practice_and_data_mention_and_one_for_a_practice_without_data():
    frame = practice_table([POLICY])
    assert list(zip(frame.practice, frame.data.fillna("-"), strict=True)) == [
        ("p1", "email address"), ("p1", "pages viewed"), ("p2", "personal information"), ("p3", "-"),
    ]


def test_cells_of_a_row():
    row = practice_table([POLICY]).iloc[0]
    assert row.snapshot == "nas.example@2010-01-02"
    assert row.captured == pd.Timestamp("2010-01-02")
    assert (row.action, row.polarity, row.actor) == ("collect", "affirmed", "first_party")
    assert (row.data_category, row.data_concept) == ("contact", "contact/email_address")
    assert row.purposes == "ship orders | send newsletters"
    assert row.purpose_categories == "basic_service | additional_service"
    assert pd.isna(row.condition) and pd.isna(row.recipients)


def test_a_category_named_twice_stands_once():
    both = policy("nas.example@2010-01-02", claim("use", "name", purposes="ship orders, answer requests"))
    assert practice_table([both]).purpose_categories.item() == "basic_service"


def test_places_lead_into_the_source():
    source = POLICY.document.snapshot.text
    rows = practice_table([POLICY]).dropna(subset="data_start")
    assert [source[r.data_start:r.data_end] for r in rows.itertuples()] == list(rows.data)
    assert all(source[r.start:r.end].endswith(".") for r in rows.itertuples())


@pytest.mark.parametrize("table", ["practice_table", "mention_table"])
def test_tables_are_the_same_without_the_document(table):
    pd.testing.assert_frame_equal(MAKERS[table]([POLICY]), MAKERS[table]([without_document(POLICY)]))


def test_the_sentence_stands_in_the_table_where_it_is_asked_for_and_at_hand():
    frame = practice_table([POLICY, without_document(POLICY)], evidence=True)
    assert frame.evidence.iloc[3] == "We answer to courts."
    assert frame.evidence.iloc[4:].isna().all()


def test_one_policy_needs_no_list():
    pd.testing.assert_frame_equal(practice_table(POLICY), practice_table([POLICY]))


def test_actions_and_categories_keep_the_codebooks_order():
    frame = practice_table([POLICY])
    assert tuple(frame.action.cat.categories) == ACTIONS
    assert tuple(frame.data_category.cat.categories) == DATA_CATEGORIES


def test_mentions_name_the_practices_they_fill():
    frame = mention_table([POLICY])
    assert dict(zip(frame.quote, frame.practices, strict=True))["anyone"] == "p2"
    assert list(frame.kind[:3]) == ["data", "data", "purpose"]


def test_captures_of_one_text_have_one_text_digest():
    frame = snapshot_table([POLICY, policy("nas.example@2011-03-04", *[]), POLICY])
    assert frame.text_digest[0] == frame.text_digest[2] != frame.text_digest[1]
    assert list(frame.practices) == [3, 0, 3]


@pytest.mark.parametrize("reason", ["the capture is empty", "/home/me/pages/nas.html: the capture is empty"])
def test_an_unread_capture_says_why_and_not_where_it_lay(reason):
    assert snapshot_table([unread(POLICY.snapshot, reason)]).note.item() == "the capture is empty"


def test_a_value_outside_a_closed_list_is_refused():
    row = {c.name: None for c in TABLES["practice_table"]} | {"action": "sell"}
    with pytest.raises(ValueError, match=r"action: .*sell"):
        frame_of([row], TABLES["practice_table"])


def test_the_data_dictionary_names_every_column():
    text = data_dictionary()
    for columns in TABLES.values():
        for column in columns:
            assert f"| `{column.name}` |" in text
    lines = [line.replace("\\|", "") for line in text.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in lines} == {4}


def test_each_pair_of_a_denial_and_what_it_meets_is_a_row():
    both = policy(
        "nas.example@2010-01-02",
        claim("share", "personal information", recipients="anyone", polarity="denied"),
        claim("share", "personal information", recipients="business partners"),
        claim("share", "email address", recipients="courts", condition="where the law requires it"),
    )
    frame = opposition_table(both)
    assert set(frame["statement"]) == {"p2", "p3"} and set(frame["denial"]) == {"p1"}
    told = frame.set_index("statement")
    assert told.loc["p2", "denied"] == "personal information → anyone"
    assert told.loc["p3", "affirmed"] == "email address → courts [where the law requires it]"
    assert told.loc["p3", "class"] == "legal_duty" and not told.loc["p3", "real"]
    assert frame["reason"].notna().sum() >= 1
    pd.testing.assert_frame_equal(frame, opposition_table(without_document(both)))
