"""The table of results, and the reliability of confidences."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from privlex.errors import GoldError
from privlex.evaluate import results
from privlex.evaluate.calibration import calibration_error, outcomes, reliability_bins, wilson
from privlex.evaluate.gold import read_codebook
from privlex.evaluate.predict import Settings, codebook_findings
from tests.evaluate import samples
from tests.evaluate.test_evaluate import KnowingReader


@pytest.fixture
def measured(tmp_path):
    """Results of the rules on the tiny PI-Extract and PolicyIE sets."""
    samples.write_piextract(tmp_path / "piextract", sentences=samples.SENTENCES * 4)
    samples.write_brat(tmp_path / "policyie")
    rows = [row for row in results.ROWS if row.name in ("piextract", "policyie")]
    return results.measure(tmp_path, ["rules"], rows)


def test_table_puts_published_figures_beside(measured):
    table = results.results_table(measured)
    mean = next(line for line in table.splitlines() if "mean of four labels" in line)
    assert "66.4 ± 3.4 (PrivBERT" in mean and "| PI-Extract, PrivacyGLUE's dev cut (2 sentences) |" in mean
    assert measured["date"] in table and "trained" not in table.splitlines()[0]
    assert len({line.count("|") for line in table.splitlines() if line.startswith(("| PI-", "|  |"))}) == 1


def test_every_published_figure_has_its_source_and_a_place():
    rows = {row.name: {score for score, _ in row.scores} for row in results.ROWS}
    for figure in results.published():
        assert 0 < figure["value"] < 1 and figure["source"] and figure["system"]
        assert figure["row"] is None or figure["score"] in rows[figure["row"]]


def test_the_readme_keeps_what_stands_around_the_table(measured):
    before = f"# privlex\n\n{results.START}\nold\n{results.END}\n\nmore\n"
    after = results.put_into(before, "| new |")
    assert after == f"# privlex\n\n{results.START}\n\n| new |\n\n{results.END}\n\nmore\n"
    assert results.put_into(after, "| new |") == after
    with pytest.raises(GoldError, match="no place for the table"):
        results.put_into("# privlex", "| new |")


def test_one_tier_measured_again_leaves_the_other(measured):
    again = {**measured, "runs": [{**run, "tier": "trained"} for run in measured["runs"]]}
    merged = results._with_other_tiers(again, measured)
    assert [run["tier"] for run in merged["runs"]].count("rules") == len(measured["runs"])
    assert "privlex, trained" in results.results_table(merged)


# --------------------------------------------------------------------------- reliability


def test_outcomes_say_what_was_right(tmp_path):
    rows = json.loads(json.dumps(samples.codebook_rows()))
    rows[1]["practices"][0]["polarity"] = "affirmed"
    rows[0]["mentions"][1].update(start=0, end=4, quote="When")
    gold = read_codebook(samples.write_codebook(tmp_path, rows=rows))
    frame = outcomes(gold, codebook_findings(gold, Settings(KnowingReader())))
    right = frame.groupby("label")["right"].agg(["sum", "size"])
    assert right.loc["data"].tolist() == [2, 3], "one data mention stands elsewhere in gold"
    assert right.loc["practice"].tolist() == [1, 2], "one practice is of the other polarity"


def test_bins():
    frame = pd.DataFrame({
        "label": ["data", "data", "party", "data"], "confidence": [1.0, 0.95, 0.5, 0.0],
        "right": [True, False, True, False],
    })
    bins = reliability_bins(frame)
    assert bins[["label", "confidence", "precision", "n"]].values.tolist() == [
        ["data", 0.0, 0.0, 1], ["data", 0.975, 0.5, 2], ["party", 0.5, 1.0, 1],
    ]
    assert (bins["low"] <= bins["precision"]).all() and (bins["precision"] <= bins["high"]).all()
    assert calibration_error(bins) == pytest.approx((0.0 + 2 * 0.475 + 0.5) / 4)


@pytest.mark.parametrize(("share", "n"), [(0.0, 1), (1.0, 1), (0.3, 10), (0.5, 1000)])
def test_wilson_lies_in_the_unit_interval(share, n):
    low, high = wilson(share, n)
    assert 0 <= low <= share <= high <= 1 and high > low
