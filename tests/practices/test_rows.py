"""Rows of tables: the header row gives the frame, its columns say what the cells hold, answers affirm or deny."""

from __future__ import annotations

from dataclasses import replace

import pytest

from privlex.practices import find_practices
from privlex.practices.rows import row_frames
from privlex.records import ActionScore
from tests.practices.marked import line, marked

YES = "affirmed"

FRAMES = [
    pytest.param("Name | To ship | Couriers", "Data we collect | Why | Who we share it with",
                 {"collect": YES, "use": YES, "share": YES}, id="a-column-for-each-action"),
    pytest.param("Name | To ship", "Type | Details", {}, id="no-action-named"),
    pytest.param("Name | Yes", "Category | Collected", {"collect": YES}, id="yes"),
    pytest.param("Name | NO", "Category | Collected", {"collect": "denied"}, id="no"),
    pytest.param("Name | Yes | No", "Category | Collected? | Sold?", {"share": "denied", "collect": YES}, id="an-answer-each"),
    pytest.param("Name | No", "Category | Collected? | Sold?", {}, id="a-cell-is-missing-so-none-can-be-told"),
    pytest.param("Name | To ship", "Data we do not share | Why", {}, id="a-header-that-denies"),
    pytest.param("Name | The law", "Data | Lawful basis for using it", {}, id="legal-grounds-are-no-purpose"),
    pytest.param("Name | To ship", "Data | Purpose of disclosure", {"use": YES}, id="a-purpose-of-sharing-is-a-purpose"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "header", "frames"), FRAMES)
def test_frames_of_a_row(row, header, frames):
    assert row_frames(row, header) == frames


ROWS = [
    pytest.param("What we collect | Why | Who gets it", "[d Name], [d town] | To [p ship parcels] | [r Couriers]",
                 ["collect+ Name, town", "use+ Name, town / ship parcels", "share+ Name, town -> Couriers"], id="a-practice-each"),
    pytest.param("What we collect | Why | Who gets it", "[d Name] | To [p ship parcels]",
                 ["collect+ Name", "use+ Name / ship parcels"], id="an-empty-cell"),
    pytest.param("What we collect | From which sources", "[d Name] | [r Couriers]", ["collect+ Name"], id="a-source-receives-nothing"),
    pytest.param("Category | Collected", "[d Name] | No", ["collect- Name"], id="denied-by-an-answer"),
    pytest.param("Data | Retention period", "[d Name] | Two years", ["retain+ Name ? Two years"], id="a-period-limits"),
    pytest.param("Third party | Data shared", "Swift Vans | [d Name]", ["share+ Name"], id="a-party-that-no-reader-knows"),
    pytest.param("Purpose | Data", "Orders | We use your [d name] to [p ship parcels].", ["use+ name / ship parcels"],
                 id="a-cell-that-states-needs-no-frame"),
    pytest.param("Data we collect", "[d Name]. This does not include your [d age].", ["collect+ Name"], id="what-a-cell-denies"),
    pytest.param("Type | Details", "[d Name] | Optional", [], id="a-header-without-an-action"),
    pytest.param("Who | Data | Shared with", "[r Customers] | [d Name] | [r Couriers]", ["share+ Name -> Couriers"],
                 id="a-party-outside-the-column-of-recipients"),
    pytest.param("Data you may choose to give us", "[d Name] | Where you order", ["collect+ Name"], id="a-header-over-all-columns"),
    pytest.param("Data we collect of [d name] to [p ship]", "Optional", [], id="a-header-row-states-nothing-alone"),
    pytest.param("What | Why", "[c Cookies], [d name] | To [p ship parcels]",
                 ["collect+ Cookies / ship parcels", "use+ name / ship parcels"], id="trackers-are-set"),
    pytest.param("Term | Meaning", "[d Name] | To [p ship parcels]", [], id="a-definition"),
    pytest.param("Term | Meaning", "Shop | We keep your [d name].", ["retain+ name"], id="a-sentence-among-definitions"),
]  # fmt: skip


@pytest.mark.parametrize(("header", "row", "practices"), ROWS)
def test_practices_of_a_row(header, row, practices):
    document, readings = marked(f"{header} ¶ {row}")
    head, data = document.blocks
    rows = (replace(head, kind="table_row"), replace(data, kind="table_row", header=0))
    mentions, found = find_practices(replace(document, blocks=rows), readings)
    assert sorted(line(p, mentions) for p in found) == sorted(practices)


SCORED = [
    pytest.param("Data | Legal basis", "Optional | [d Performance] of it", 0, id="a-legal-ground-is-no-data"),
    pytest.param("Data | Details", "Optional | [d Name] of it", 1, id="another-column-holds-data"),
    pytest.param("Term | Meaning", "Shop | [d Name] of it", 0, id="a-definition"),
    pytest.param("Data | Collected", "[d Name] | No", 1, id="what-is-denied-is-not-used"),
]


@pytest.mark.parametrize(("header", "row", "count"), SCORED)
def test_where_the_header_row_knows_better_than_scores(header, row, count):
    document, readings = marked(f"{header} ¶ {row}", "trained")
    head, data = document.blocks
    sure = tuple(replace(s, actions=(ActionScore("use", "affirmed", 0.9),)) for s in readings[1].spans)
    rows = (replace(head, kind="table_row"), replace(data, kind="table_row", header=0))
    _, found = find_practices(replace(document, blocks=rows), [readings[0], replace(readings[1], spans=sure)])
    assert len(found) == count


def test_how_long_data_are_kept_is_no_condition_of_their_use():
    from privlex.practices.claims import Claim
    from privlex.practices.rows import settled

    header, text = "Data | Why | How long we keep it", "Name | To ship | 7 years"
    at = text.index("7 years")
    claims = [Claim(action, "affirmed", 1, 0, len(text), [(1, 0)], condition=(1, at, len(text)))
              for action in ("use", "retain")]
    assert [(c.action, c.condition) for c in settled(claims, text, header, 1, ())] == [
        ("use", None), ("retain", (1, at, len(text)))]
