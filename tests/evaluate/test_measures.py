"""What scores are made of: chunks, matches, intervals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from privlex.evaluate.intervals import f1, f1_two_sided, mean, ratio, scores_of
from privlex.evaluate.matching import characters, exact_hits, overlap_matches, touched
from privlex.evaluate.seqeval import chunks, tags_of

try:
    from seqeval.metrics import sequence_labeling as seqeval
except ImportError:
    seqeval = None

# --------------------------------------------------------------------------- chunks

CHUNK_CASES = [
    pytest.param("O B I O", [("X", 1, 3)], id="one chunk"),
    pytest.param("B B I", [("X", 0, 1), ("X", 1, 3)], id="B ends the chunk before"),
    pytest.param("O I I", [("X", 1, 3)], id="I without B opens one"),
    pytest.param("B", [("X", 0, 1)], id="ends with the sentence"),
    pytest.param("O O", [], id="nothing"),
]


@pytest.mark.parametrize(("tags", "expected"), CHUNK_CASES)
def test_chunks(tags, expected):
    assert chunks([t if t == "O" else f"{t}-X" for t in tags.split()]) == expected


def test_chunk_of_another_label_begins_anew():
    assert chunks(["B-X", "I-Y", "I-Y"]) == [("X", 0, 1), ("Y", 1, 3)]


TAGS = st.lists(st.sampled_from(["O", "B-X", "I-X", "B-Y", "I-Y"]), max_size=12)


@pytest.mark.skipif(seqeval is None, reason="seqeval is not installed")
@given(st.lists(TAGS, min_size=1, max_size=5))
def test_chunks_are_seqevals(rows):
    for tags in rows:
        assert [(label, a, b + 1) for label, a, b in seqeval.get_entities(tags)] == chunks(tags)


@pytest.mark.skipif(seqeval is None, reason="seqeval is not installed")
def test_f1_is_seqevals():
    rng = np.random.default_rng(7)
    gold, found = (
        [rng.choice(["O", "O", "B-X", "I-X"], size=9).tolist() for _ in range(40)] for _ in range(2)
    )
    units = [
        {"hit": len(set(chunks(a)) & set(chunks(b))), "found": len(chunks(a)), "gold": len(chunks(b))}
        for a, b in zip(found, gold, strict=True)
    ]
    ours = scores_of(units, {"f1": f1("hit", "found", "gold")})["f1"]["value"]
    assert ours == pytest.approx(seqeval.f1_score(gold, found), abs=1e-6)


@given(st.integers(0, 15), st.data())
def test_tags_of_disjoint_ranges_give_them_back(length, data):
    cuts = sorted(data.draw(st.sets(st.integers(0, length), max_size=6)))
    ranges = [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    assert chunks(tags_of("X", ranges, length)) == [("X", a, b) for a, b in ranges]


# --------------------------------------------------------------------------- matches

SPANS = st.lists(
    st.tuples(st.integers(0, 20), st.integers(1, 8)).map(lambda p: (p[0], p[0] + p[1])), max_size=6
)


def most_pairs(found, gold):
    """The number of pairs of the largest one-to-one matching, by trying augmenting paths."""
    partner: dict[int, int] = {}

    def place(i, seen):
        for j, g in enumerate(gold):
            if found[i][0] < g[1] and g[0] < found[i][1] and j not in seen:
                seen.add(j)
                if j not in partner or place(partner[j], seen):
                    partner[j] = i
                    return True
        return False

    return sum(place(i, set()) for i in range(len(found)))


@given(SPANS, SPANS)
def test_overlap_matches_are_one_to_one_and_as_many_as_can_be(found, gold):
    pairs = overlap_matches(found, gold)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs) == most_pairs(found, gold)
    assert all(found[i][0] < gold[j][1] and gold[j][0] < found[i][1] for i, j in pairs)


def test_the_better_cover_is_taken():
    assert overlap_matches([(0, 9)], [(0, 2), (1, 9)]) == [(0, 1)]
    assert overlap_matches([(5, 9), (0, 9)], [(0, 9), (4, 9)]) == [(0, 1), (1, 0)]


@given(SPANS, SPANS)
def test_hits_never_exceed_matches(found, gold):
    assert exact_hits(found, gold) <= len(overlap_matches(found, gold)) <= touched(found, gold)
    assert bool(characters(found) & characters(gold)) == bool(touched(found, gold))


# --------------------------------------------------------------------------- intervals


def test_counts_that_are_missing_are_nought():
    scores = scores_of([{"hit": 3, "found": 4}, {"gold": 2}], {"f1": f1("hit", "found", "gold")})
    assert scores["f1"]["value"] == 1.0


FORMULAS = {
    "ratio": ratio("hit", "gold"),
    "f1": f1("hit", "found", "gold"),
    "two": f1_two_sided("hit", "found", "hit", "gold"),
    "mean": mean([ratio("hit", "gold"), ratio("hit", "found")]),
}
UNITS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 5)).map(
        lambda c: {"hit": min(c), "found": max(c[0], min(c)), "gold": max(c[1], min(c))}
    ), min_size=1, max_size=12,
)


@given(UNITS)
def test_scores_lie_in_their_intervals(units):
    for score in scores_of(units, FORMULAS, resamples=50).values():
        assert 0 <= score["low"] <= score["value"] <= score["high"] <= 1
        assert not any(math.isnan(v) for v in score.values())


@given(UNITS)
def test_two_formulas_of_f1_agree_where_matches_are_one_to_one(units):
    scores = scores_of(units, FORMULAS, resamples=2)
    assert scores["f1"]["value"] == pytest.approx(scores["two"]["value"], abs=1e-6)


def test_two_sided_f1_of_one_empty_side_is_nought():
    assert scores_of([{"found": 3}], {"x": FORMULAS["two"]})["x"]["value"] == 0


def test_interval_narrows_with_more_units_and_is_the_same_each_time():
    few = [{"hit": i % 2, "gold": 1} for i in range(10)]
    many = few * 40
    a, b = (scores_of(units, {"x": ratio("hit", "gold")})["x"] for units in (few, many))
    assert a["value"] == b["value"] == 0.5
    # A share of 400 of about a half: 1.96 * sqrt(0.25 / 400) = 0.049 to each side.
    assert b["high"] - b["low"] == pytest.approx(2 * 0.049, abs=0.02) and a["high"] - a["low"] > 0.5
    assert scores_of(many, {"x": ratio("hit", "gold")})["x"] == b


def test_one_unit_has_no_interval():
    assert scores_of([{"hit": 1, "gold": 3}], {"x": ratio("hit", "gold")})["x"] == {
        "value": 0.333333, "low": 0.333333, "high": 0.333333,
    }


def test_mean_leaves_out_what_cannot_be_counted():
    formula = mean([ratio("a", "all a"), ratio("b", "all b")])
    assert scores_of([{"a": 1, "all a": 2}], {"x": formula})["x"]["value"] == 0.5
