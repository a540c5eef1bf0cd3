"""Flows from data over actions to parties, and sets of data types that vendors have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from pandas import DataFrame

from privlex.figures.style import FONT_SIZE, INK, LINE, MARKERS, QUIET, SERIES, axes, bare, keep, words

#: Shown for an empty cell of the last column: a practice that names no recipient.
NOBODY = "nobody named"


def alluvial(
    rows: DataFrame,
    *,
    columns: Sequence[str] = ("data_category", "action", "party_category"),
    weight: str | None = None,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw bands between the values of neighbouring columns, as wide as the number of rows they stand for.

    Args:
        rows: one row per flow; an empty cell reads "nobody named".
        weight: column of numbers to add up; default counts the rows.

    Returns: the axes; ``plotted(ax)`` has the columns and ``count``, largest first.
    """
    table = rows.loc[:, list(columns)].astype(object)  # a categorical takes no word that is not on its list
    table = table.where(table.notna(), "").replace("", NOBODY).astype(str)
    table["count"] = rows[weight].to_numpy() if weight else 1
    table = table.groupby(list(columns), sort=True, as_index=False)["count"].sum()
    table = table.sort_values(["count", *columns], ascending=[False] + [True] * len(columns))
    totals = [Counter(dict(table.groupby(c)["count"].sum())) for c in columns]
    tallest = max((len(t) for t in totals), default=1)
    ax = axes(ax, 9.0, 1.6 + 0.42 * tallest)
    grand = max(1, int(table["count"].sum()))
    gap = 0.035 * grand
    tops: list[dict[str, float]] = []
    for total in totals:
        order = sorted(total, key=lambda v: (v == NOBODY, -total[v], v))
        height = sum(total.values()) + gap * (len(order) - 1)
        y, places = (grand + gap * (tallest - 1) - height) / 2, {}
        for value in order:
            places[value] = y
            y += total[value] + gap
        tops.append(places)
    colours = {v: SERIES[i % len(SERIES)] for i, v in enumerate(tops[1 if len(columns) > 2 else 0])}
    width = 0.05
    for level in range(len(columns) - 1):
        left, right = columns[level], columns[level + 1]
        pairs = table.groupby([left, right], as_index=False)["count"].sum()
        pairs["from"] = pairs[left].map(tops[level])
        pairs["to"] = pairs[right].map(tops[level + 1])
        used_left: Counter[str] = Counter()
        used_right: Counter[str] = Counter()
        for pair in pairs.sort_values(["from", "to"]).itertuples(index=False):
            a, b, n = pair[0], pair[1], pair[2]
            y0, y1 = tops[level][a] + used_left[a], tops[level + 1][b] + used_right[b]
            used_left[a] += n
            used_right[b] += n
            x0, x1, mid = level + width, level + 1 - width, level + 0.5
            path = Path(
                [
                    (x0, y0),
                    (mid, y0),
                    (mid, y1),
                    (x1, y1),
                    (x1, y1 + n),
                    (mid, y1 + n),
                    (mid, y0 + n),
                    (x0, y0 + n),
                    (x0, y0),
                ],
                [1, 4, 4, 4, 2, 4, 4, 4, 79],
            )
            colour = colours.get(b if level == 0 and len(columns) > 2 else a, SERIES[0])
            ax.add_patch(PathPatch(path, facecolor=colour, alpha=0.35, linewidth=0))
    for level, (places, total) in enumerate(zip(tops, totals, strict=True)):
        for value, y in places.items():
            ax.add_patch(Rectangle((level - width, y), 2 * width, total[value], facecolor="#3c3c3c", linewidth=0))
            last = level == len(columns) - 1
            side = level + width + 0.02 if last else level - width - 0.02
            if 0 < level < len(columns) - 1:
                ax.text(
                    level,
                    y + total[value] / 2,
                    f"{words(value)}  {total[value]:g}",
                    ha="center",
                    va="center",
                    fontsize=FONT_SIZE,
                    color=INK,
                    bbox={"facecolor": "white", "edgecolor": LINE, "pad": 1.5},
                )
            else:
                ax.text(
                    side,
                    y + total[value] / 2,
                    f"{words(value)}  {total[value]:g}",
                    va="center",
                    ha="left" if last else "right",
                    fontsize=FONT_SIZE,
                    color=INK,
                )
    ax.set_xlim(-0.75, len(columns) - 1 + 0.75)
    ax.set_ylim(grand + gap * max(0, tallest - 1), -gap)
    ax.set_xticks(range(len(columns)), [words(c) for c in columns], fontsize=FONT_SIZE, color=QUIET)
    ax.xaxis.tick_top()
    ax.set_yticks([])
    bare(ax)
    if title:
        ax.set_title(title, fontsize=FONT_SIZE + 2, loc="left", color=INK)
    return keep(ax, table)


def upset(
    rows: DataFrame,
    *,
    item: str = "data_category",
    group: str = "domain",
    most: int = 20,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw which items the groups have in common: bars over a matrix of dots (UpSet, Lex et al. 2014).

    Args:
        rows: one row per item and group; doubles count once.
        most: at most this many combinations, largest first.

    Returns: the axes of the dots; ``plotted(ax)`` has ``groups`` ("a & b"), ``count`` and ``items``.
    """
    members = rows[[item, group]].drop_duplicates()
    groups = list(members.groupby(group)[item].nunique().sort_values(ascending=False, kind="stable").index)
    sets: dict[tuple[str, ...], list[str]] = {}
    for name, part in members.groupby(item):
        sets.setdefault(tuple(g for g in groups if g in set(part[group])), []).append(str(name))
    shown = sorted(sets.items(), key=lambda pair: (-len(pair[1]), len(pair[0]), pair[0]))[:most]
    ax = axes(ax, 2.5 + 0.42 * max(6, len(shown)), 2.6 + 0.3 * len(groups))
    for y in range(len(groups)):
        ax.axhspan(y - 0.5, y + 0.5, color="#f5f5f2" if y % 2 else "white", zorder=0)
    for x, (combination, _) in enumerate(shown):
        ys = [groups.index(g) for g in combination]
        ax.scatter([x] * len(groups), range(len(groups)), s=22, color="#dcdcd6", zorder=2)
        ax.scatter([x] * len(ys), ys, s=32, color=INK, zorder=4)
        ax.plot([x, x], [min(ys), max(ys)], color=INK, linewidth=1.4, zorder=3)
    sizes = [len(items) for _, items in shown]
    scale = 4.0 / max(1, *sizes)
    for x, size in enumerate(sizes):
        ax.add_patch(Rectangle((x - 0.3, -0.8 - size * scale), 0.6, size * scale, color=SERIES[0]))
        ax.text(x, -0.9 - size * scale, str(size), ha="center", va="bottom", fontsize=FONT_SIZE - 1)
    counts = members.groupby(group)[item].nunique()
    ax.set_yticks(range(len(groups)), [f"{g}  ({counts[g]})" for g in groups], fontsize=FONT_SIZE)
    ax.set_xticks([])
    ax.set_xlim(-0.7, max(len(shown), 1) - 0.3)
    ax.set_ylim(len(groups) - 0.4, -5.6)
    bare(ax)
    if title:
        ax.set_title(title, fontsize=FONT_SIZE + 2, loc="left", color=INK)
    return keep(
        ax,
        DataFrame(
            {
                "groups": [" & ".join(c) for c, _ in shown],
                "count": sizes,
                "items": [", ".join(i) for _, i in shown],
            }
        ),
    )


def reliability(bins: DataFrame, *, title: str = "", ax: Axes | None = None) -> Axes:
    """Draw precision against confidence per bin; on the diagonal, confidence means what it says.

    Args:
        bins: columns ``confidence`` (mean of the bin), ``precision``, ``n``; optional ``label`` for several lines.
    """
    ax = axes(ax, 4.6, 4.4)
    ax.plot([0, 1], [0, 1], color=LINE, linewidth=1, linestyle="--")
    parts = bins.groupby("label", sort=False) if "label" in bins else [("", bins)]
    for number, (name, part) in enumerate(parts):
        ax.plot(
            part["confidence"],
            part["precision"],
            marker=MARKERS[number % len(MARKERS)],
            color=SERIES[number % 6],
            markersize=5,
            label=str(name),
        )
        for c, p, n in part[["confidence", "precision", "n"]].itertuples(index=False):
            ax.annotate(f"{n}", (c, p), xytext=(4, -9), textcoords="offset points", fontsize=FONT_SIZE - 3, color=QUIET)
    ax.set(xlim=(0, 1), ylim=(0, 1))
    ax.set_xlabel("confidence", fontsize=FONT_SIZE)
    ax.set_ylabel("precision (share found right)", fontsize=FONT_SIZE)
    ax.set_xticks(np.linspace(0, 1, 6))
    ax.tick_params(labelsize=FONT_SIZE - 1)
    if "label" in bins:
        ax.legend(frameon=False, fontsize=FONT_SIZE - 1, loc="upper left")
    if title:
        ax.set_title(title, fontsize=FONT_SIZE + 2, loc="left", color=INK)
    return keep(ax, bins)
