"""The archive's own faults and copies, told from its pages (skipped where they are not beside the checkout)."""

from __future__ import annotations

from functools import cache

import pytest

from privlex.compare import compare_findings, copies, history
from privlex.document import read_document
from privlex.errors import PrivlexError
from privlex.flow import extract
from privlex.records import Findings
from privlex.snapshot import read_snapshot
from privlex.tables import unread
from tests.conftest import SHARED
from tests.factories import info

PAGES = SHARED / "archive" / "pages"
pytestmark = pytest.mark.skipif(not PAGES.is_dir(), reason="needs the archive's pages beside the checkout")


@cache
def texts(domain: str) -> tuple[Findings, ...]:
    """Every capture of a domain as a text, without its practices."""
    found = []
    for path in sorted((PAGES / domain).iterdir()):
        about = info(f"{domain}@{path.stem}")
        try:
            document = read_document(read_snapshot(path))
        except PrivlexError as fault:
            found.append(unread(about, str(fault)))
        else:
            found.append(Findings(
                snapshot=about, coverage=document.coverage, mentions=(), practices=(), document=document
            ))
    return tuple(found)


@pytest.fixture(scope="module")
def qnap() -> dict[str, Findings]:
    pages = {path.stem[:4]: path for path in (PAGES / "qnap.com").iterdir()}
    return {year: extract(read_document(read_snapshot(path)), tier="rules") for year, path in pages.items()}


def test_qnap_2008_to_2010_changed_its_layout_only(qnap):
    comparison = compare_findings(qnap["2008"], qnap["2010"])
    counts = comparison.counts
    assert counts.pop("kept") > 20 and not any(counts.values()), counts


def test_qnap_2015_dropped_the_registration_list(qnap):
    comparison = compare_findings(qnap["2010"], qnap["2015"])
    gone = {m.quote for c in comparison.dropped for m in c.before.mentions}
    assert {"birth date", "gender", "ID number", "occupation", "industry"} <= gone
    assert len(comparison.kept) > len(comparison.dropped)


def test_the_flapping_captures_of_asus_are_folded():
    told = history(texts("asus.com"))
    states = {c.snapshot.removeprefix("asus.com@"): c.state for c in told.captures}
    assert {s for s, state in states.items() if state == "truncated"} == {
        "2021-02-08", "2021-02-10-2", "2021-02-11", "2021-02-11-2",
    }
    assert {s for s, state in states.items() if state == "empty"} == {"2019-07-08"}
    assert {s for s, state in states.items() if state == "return"} == {"2022-09-20", "2025-02-26"}
    assert all("headings are missing" in s.reason for s in told.set_aside if s.fault == "truncated")


@pytest.mark.parametrize(("domain", "faulty"), [
    ("dell.com", {"2012-10-17": "truncated", "2013-01-26": "empty"}),
    ("hp.com", {"2020-10-13": "empty", "2020-10-13-2": "empty"}),
    ("samsung.com", {"2020-12-11": "truncated"}),
    ("ui.com", {"2020-10-13": "empty"}),
])
def test_what_is_set_aside(domain, faulty):
    assert {s.snapshot.removeprefix(f"{domain}@"): s.fault for s in history(texts(domain)).set_aside} == faulty


def test_who_copied_whom():
    domains = ("terra-master.com", "synology.com", "asustor.com", "asus.com", "freenas.org", "ixsystems.com",
               "qnap.com", "dell.com", "wdc.com", "seagate.com")
    told = copies([f for d in domains for f in texts(d)])
    assert {(r.copy, r.original) for r in told.itertuples()} == {
        ("terra-master.com", "synology.com"), ("asus.com", "asustor.com"), ("freenas.org", "ixsystems.com"),
    }
    assert told[["copied", "used"]].max(axis=1).min() > 0.6
