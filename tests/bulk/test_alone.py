"""What a bulk run finds in a capture is what ``extract`` finds in it alone: nothing leaks from one to the other."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from privlex import flow
from privlex.bulk import read_dataset, run
from privlex.document import read_document
from privlex.errors import ModelError, PrivlexError
from privlex.flow import choose_reader, extract, read
from privlex.jsonl import findings_to_json, to_line
from privlex.mentions import block_context, rule_reader
from privlex.practices import find_practices, idle_blocks
from privlex.practices.memory import forget
from privlex.records import BlockReading
from privlex.snapshot import read_snapshot

MEDIA = {"ota": "text/markdown", "tosback": "text/html"}
#: Short policies with many versions, so that three hundred captures are read alone in half a minute. A third of the
#: captures are pages that came in a policy's place.
SERVICES = ("boardgamegeek.com", "careerbuilderinstitute.com", "getcocoon.com", "mapquest.com", "paypal.com",
            "thepiratebay.org", "uggaustralia.com", "urbandictionary.com", "worldstarhiphop.com")  # fmt: skip
CAPTURES = 300

OTHER_HEADINGS = """# Privacy Policy

## {heading}

IP address.

We collect your email address, and Shop shares it with advertisers.

- your name

## We do not collect:

- your phone number

| What | Why |
|---|---|
| {cell} | to send you the newsletter |
"""


def alone(policy, tier) -> dict:
    """Findings of a document by a reader and an assembly that remember nothing."""
    flow._REMEMBERED.clear()
    forget()
    return findings_to_json(extract(policy, tier=tier))


def lines(found: dict, **other) -> str:
    return to_line({**found, **other})


@pytest.fixture(scope="module")
def trained():
    try:
        return choose_reader("trained")
    except ModelError as fault:
        pytest.skip(f"no weights: {fault}")


def some_captures(path) -> pa.Table:
    """The first ``CAPTURES`` captures of ``SERVICES``."""
    return pq.read_table(path, filters=[("service", "in", SERVICES)]).slice(0, CAPTURES)


def test_three_hundred_captures_in_the_trained_tier(trained, shared, tmp_path):
    table = some_captures(shared / "archive" / "bulk.parquet")
    assert table.num_rows == CAPTURES
    pq.write_table(table, tmp_path / "some.parquet")
    summary = run(tmp_path / "some.parquet", tmp_path / "out", workers=0, tier="trained")
    assert summary.hit_rate > 0.7, "captures of one policy have most blocks in common, so there is what could leak"
    together = {f.snapshot.source: lines(findings_to_json(f), snapshot=None) for f in read_dataset(tmp_path / "out")}
    failed = pq.read_table(tmp_path / "out" / "failures").to_pylist()
    together |= {row["snapshot"]: f"{row['kind']}: {row['reason']}" for row in failed}
    assert len(together) == CAPTURES and len(failed) < 0.4 * CAPTURES
    for number, row in enumerate(table.select(["text", "source"]).to_pylist()):
        try:
            policy = read(row["text"].encode("utf8"), media_type=MEDIA[row["source"]], name="page")
            found = lines(alone(policy, "trained"), snapshot=None)
        except PrivlexError as fault:
            found = f"{type(fault).__name__}: {str(fault).removeprefix('page: ')}"
        assert together[f"row-{number}"] == found, row


@pytest.mark.parametrize("tier", ["rules", "trained"])
def test_blocks_that_differ_in_their_context_alone(tier, request, tmp_path):
    """Equal words under another heading, lead-in or row, and under a site's name that they mention."""
    if tier == "trained":
        request.getfixturevalue("trained")
    folder = tmp_path / "in"
    variants = [("Information we collect", "Cookies"), ("Information we never collect", "Cookies"), ("Sharing", "Email")]
    for site in ("shop.example", "other.example"):
        for n, (heading, cell) in enumerate(variants, 1):
            path = folder / site / f"2020-01-0{n}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(OTHER_HEADINGS.format(heading=heading, cell=cell))
    run(folder, tmp_path / "out", workers=0, tier=tier)
    together = list(read_dataset(tmp_path / "out"))
    assert len(together) == 6
    for found in together:
        policy = read(folder / found.snapshot.source)
        assert lines(findings_to_json(found)) == lines(alone(policy, tier) | {"snapshot": findings_to_json(found)["snapshot"]})
        assert (found.snapshot.id, found.snapshot.domain) == (policy.snapshot.info.id, policy.snapshot.info.domain)


def test_readings_of_idle_headings_are_never_looked_at():
    text = "# Privacy\n\n## We collect:\n\n- your name\n\n## We share your name with advertisers\n\nWe use cookies.\n"
    document = read_document(read_snapshot(text.encode(), media_type="text/markdown", name="x"))
    readings = [rule_reader().read_block(document.block_text(b), block_context(document, b)) for b in document.blocks]
    idle = idle_blocks(document)
    assert {document.block_text(i) for i in idle} == {"Privacy", "We share your name with advertisers"}
    without = [BlockReading() if i in idle else reading for i, reading in enumerate(readings)]
    assert find_practices(document, without) == find_practices(document, readings)
    assert any(readings[i].spans for i in idle), "else the test proves nothing"
