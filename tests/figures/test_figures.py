"""Figures draw what they are given and give it back; nothing overlaps at thirty rows."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.text import Text

from privlex.figures import (
    alluvial,
    plotted,
    policy_timeline,
    reliability,
    score_intervals,
    share_per_year,
    slope_chart,
    state_matrix,
    text_diff,
    upset,
)
from privlex.figures.style import STATES
from privlex.records import DATA_CATEGORIES
from privlex.tables import state_table
from privlex.tables.states import STATES as TABLE_STATES
from tests.factories import claim, policy

NAMES = [f"vendor-number-{n}.example.com" for n in range(30)]


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def states(rows=NAMES, columns=DATA_CATEGORIES):
    order = list(STATES)
    return pd.DataFrame(
        [(r, c, order[(x * 7 + y) % len(order)]) for x, r in enumerate(rows) for y, c in enumerate(columns)],
        columns=["domain", "category", "state"],
    )


FIGURES = {
    "state_matrix": lambda: state_matrix(states(), title="t"),
    "policy_timeline": lambda: policy_timeline(
        states([f"20{y:02d}-01-01" for y in range(8, 20)]).rename(columns={"domain": "captured"}), title="t"
    ),
    "share_per_year": lambda: share_per_year(
        pd.DataFrame(
            [(c, y, 0.5, 0.4, 0.6, 9) for c in DATA_CATEGORIES[:6] for y in range(2002, 2026)],
            columns=["label", "year", "share", "low", "high", "n"],
        ),
        title="t",
    ),
    "slope_chart": lambda: slope_chart(
        pd.DataFrame({"label": NAMES, "before": [n % 4 for n in range(30)], "after": [n % 3 for n in range(30)]}),
        title="t",
    ),
    "alluvial": lambda: alluvial(
        pd.DataFrame(
            {"data_category": DATA_CATEGORIES, "action": ["share", "collect"] * 7, "party_category": ["", "public"] * 7}
        ),
        title="t",
    ),
    "upset": lambda: upset(
        pd.DataFrame({"data_category": list(DATA_CATEGORIES) * 2, "domain": ["a"] * 14 + ["b"] * 14}), title="t"
    ),
    "reliability": lambda: reliability(
        pd.DataFrame({"confidence": [0.2, 0.8], "precision": [0.3, 0.7], "n": [4, 5]}), title="t"
    ),
    "score_intervals": lambda: score_intervals(
        pd.DataFrame(
            [(m, t, 0.5, 0.4, 0.6) for m in DATA_CATEGORIES for t in ("trained", "rules")],
            columns=["measure", "tier", "value", "low", "high"],
        ),
        marks={"contact": {"one": 0.6, "another": 0.61}},
        title="t",
    ),
    "text_diff": lambda: text_diff(
        pd.DataFrame(
            {"change": ["kept", "added"], "before": ["costs $5 and $6", ""], "after": ["costs $5 and $6", "new"]}
        ),
        title="t",
    ),
}


@pytest.mark.parametrize("name", FIGURES)
def test_labels_neither_overlap_nor_leave_the_page(name):
    ax = FIGURES[name]()
    figure = ax.figure
    figure.canvas.draw()
    for axis in (ax.get_xticklabels(), ax.get_yticklabels()):
        shown = [t for t in axis if t.get_visible() and t.get_text()]
        if any(t.get_rotation() for t in shown):
            continue  # slanted labels have boxes that overlap though the words do not
        boxes = [t.get_window_extent() for t in shown]
        for i, a in enumerate(boxes):
            for j, b in enumerate(boxes[:i]):
                assert not a.shrunk(0.98, 0.9).overlaps(b.shrunk(0.98, 0.9)), (shown[i].get_text(), shown[j].get_text())
    width, height = figure.canvas.get_width_height()
    for text in ax.texts:
        box = text.get_window_extent()
        assert box.x0 > -2 and box.x1 < width + 2 and box.y0 > -2 and box.y1 < height + 2, text.get_text()


@pytest.mark.parametrize("name", FIGURES)
def test_the_numbers_come_back_and_are_a_copy(name):
    ax = FIGURES[name]()
    frame = plotted(ax)
    assert len(frame)
    del frame[frame.columns[0]]
    assert list(plotted(ax)) != list(frame)


def test_slope_labels_lie_apart():
    ax = FIGURES["slope_chart"]()
    ax.figure.canvas.draw()
    boxes = [Text.get_window_extent(t) for t in ax.texts]  # an annotation's own box holds its arrow
    assert not any(a.shrunk(1, 0.8).overlaps(b.shrunk(1, 0.8)) for i, a in enumerate(boxes) for b in boxes[:i])


def test_the_matrix_says_what_the_table_said():
    frame = states(NAMES[:2], DATA_CATEGORIES[:3])
    drawn = plotted(state_matrix(frame))
    assert drawn.set_index("domain").stack().tolist() == frame["state"].tolist()


def _own(name, domain=None):
    found = policy(f"nas.example@{name}", claim("collect"))
    about = replace(found.snapshot, id=None, source=name, domain=domain)
    return replace(found, snapshot=about)


@pytest.mark.parametrize(("policies", "rows", "labels"), [
    pytest.param([_own("mine.md")], "domain", ["mine.md"], id="outside a corpus"),
    pytest.param([_own("old.md"), _own("new.md")], "domain", ["old.md", "new.md"], id="two outside a corpus"),
    pytest.param([_own("a.md", "nas.example"), _own("b.md", "nas.example"), _own("c.md", "cam.example")], "snapshot",
                 ["a.md", "b.md", "c.md"], id="two versions of one policy"),
    pytest.param([_own("a.md", "nas.example"), _own("c.md", "cam.example")], "domain", ["nas.example", "cam.example"],
                 id="one of each"),
])
def test_the_rows_of_a_matrix_are_told_apart(policies, rows, labels):
    ax = state_matrix(state_table(policies))
    assert [t.get_text() for t in ax.get_yticklabels()] == labels == list(plotted(ax)[rows])


def test_every_state_of_a_table_can_be_drawn():
    assert set(STATES) == set(TABLE_STATES)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param(lambda f: f.iloc[1:], "no state for", id="a blank cell"),
        pytest.param(lambda f: f.assign(state="perhaps"), "unknown states", id="unknown state"),
        pytest.param(lambda f: pd.concat([f, f.iloc[:1]]), "more than one state", id="two states in a cell"),
    ],
)
def test_a_matrix_with_a_hole_is_refused(change, says):
    with pytest.raises(ValueError, match=says):
        state_matrix(change(states(NAMES[:3])))


def test_states_differ_in_grey():
    import matplotlib.colors as colors

    def grey(fill):
        r, g, b = colors.to_rgb(fill)
        return 0.299 * r + 0.587 * g + 0.114 * b

    said = sorted(grey(STATES[s].fill) for s in ("yes", "conditional", "contradictory", "no"))
    assert min(b - a for a, b in pairwise(said)) > 0.08


def test_flows_are_counted():
    rows = pd.DataFrame(
        {"data_category": ["contact"] * 3, "action": ["share"] * 3, "party_category": ["public", "public", None]}
    )
    assert plotted(alluvial(rows)).to_dict("records") == [
        {"data_category": "contact", "action": "share", "party_category": "public", "count": 2},
        {"data_category": "contact", "action": "share", "party_category": "nobody named", "count": 1},
    ]


def test_sets_are_exclusive_combinations():
    rows = pd.DataFrame({"data_category": ["contact", "contact", "health"], "domain": ["a", "b", "a"]})
    assert plotted(upset(rows))[["groups", "count", "items"]].values.tolist() == [
        ["a", 1, "health"],
        ["a & b", 1, "contact"],
    ]


def test_a_categorical_with_gaps_is_drawn_as_nobody_named():
    rows = pd.DataFrame({"data_category": pd.Categorical(["contact", None]), "action": pd.Categorical(["share", "share"])})
    table = plotted(alluvial(rows, columns=("data_category", "action")))
    assert set(table["data_category"]) == {"contact", "nobody named"}
