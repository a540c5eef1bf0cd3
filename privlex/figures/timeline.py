"""One policy over its captures, and shares of many policies over the years."""

from __future__ import annotations

from itertools import pairwise

import matplotlib.dates as mdates
import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from pandas import DataFrame, to_datetime

from privlex.figures.style import FONT_SIZE, INK, LINE, MARKERS, QUIET, SERIES, STATES, axes, bare, keep, words


def policy_timeline(
    states: DataFrame,
    *,
    label: str = "category",
    date: str = "captured",
    state: str = "state",
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw a line per label and a mark per capture; the mark's fill and letter give the state.

    Args:
        states: tidy frame of one policy, one row per label and capture.

    Returns: the axes; ``plotted(ax)`` has a row per label and a column per capture date.
    """
    table = states.pivot(index=label, columns=date, values=state).reindex(list(dict.fromkeys(states[label])))
    days = to_datetime(list(table.columns))
    ax = axes(ax, 8.5, 1.5 + 0.3 * len(table))
    said = {"yes", "conditional", "contradictory"}
    for y, (_, row) in enumerate(table.iterrows()):
        ax.plot(days[[0, -1]], [y, y], color=LINE, linewidth=0.6, zorder=1)
        for x in range(len(days) - 1):
            if row.iloc[x] in said and row.iloc[x + 1] in said:
                ax.plot(days[[x, x + 1]], [y, y], color=STATES["yes"].fill, linewidth=2.4, zorder=2)
        for x, value in enumerate(row):
            if value not in STATES:
                continue
            style = STATES[value]
            size = 4 if value == "not_mentioned" else 9
            ax.plot(
                days[x],
                y,
                marker="s",
                markersize=size,
                color=style.fill,
                markeredgecolor=QUIET,
                markeredgewidth=0.6,
                zorder=3,
            )
            if style.letter and len(days) <= 25:
                ax.text(
                    days[x],
                    y + 0.02,
                    style.letter,
                    ha="center",
                    va="center",
                    fontsize=FONT_SIZE - 3,
                    color=style.ink,
                    zorder=4,
                )
    ax.set_yticks(range(len(table)), [words(name) for name in table.index], fontsize=FONT_SIZE)
    ax.set_ylim(len(table) - 0.4, -0.6)
    ax.margins(x=0.03)
    locator = mdates.AutoDateLocator(minticks=3, maxticks=9)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator))
    bare(ax)
    ax.tick_params(labelsize=FONT_SIZE)
    if title:
        ax.set_title(title, fontsize=FONT_SIZE + 2, loc="left", color=INK)
    handles = [
        Line2D(
            [],
            [],
            marker="s",
            linestyle="",
            markersize=8,
            color=s.fill,
            markeredgecolor=QUIET,
            label=f"{s.letter} {s.words}".strip(),
        )
        for s in STATES.values()
    ]
    ax.legend(
        handles=handles,
        ncols=6,
        loc="upper left",
        bbox_to_anchor=(0, -0.12 if len(table) > 6 else -0.25),
        frameon=False,
        fontsize=FONT_SIZE - 2,
        handletextpad=0.1,
        columnspacing=0.9,
    )
    return keep(ax, table.reset_index())


def share_per_year(
    shares: DataFrame,
    *,
    label: str = "label",
    title: str = "",
    ylabel: str = "share of policies",
    ax: Axes | None = None,
) -> Axes:
    """Draw a share (0..1) per year for each label, with its interval as a band and n under each year.

    Args:
        shares: columns ``label``, ``year``, ``share``, ``low``, ``high``, ``n`` (policies read that year).

    Returns: the axes; ``plotted(ax)`` is the frame, sorted by label and year.
    """
    shares = shares.sort_values([label, "year"])
    ax = axes(ax, 8.0, 4.2)
    for number, (name, part) in enumerate(shares.groupby(label, sort=False)):
        colour = SERIES[number % len(SERIES)]
        ax.fill_between(part["year"], part["low"], part["high"], color=colour, alpha=0.15, linewidth=0)
        ax.plot(
            part["year"],
            part["share"],
            color=colour,
            marker=MARKERS[number % len(MARKERS)],
            markersize=5,
            linestyle=("-", "--", "-.", ":")[number // len(SERIES) % 4],
            label=words(name),
        )
    counts = shares.groupby("year")["n"].max()
    step = max(1, int(np.ceil(len(counts) / 16)))
    ax.set_xticks(
        list(counts.index)[::step], [f"{y}\nn={n}" for y, n in list(counts.items())[::step]], fontsize=FONT_SIZE - 1
    )
    ax.set_ylim(0, 1)
    ax.yaxis.set_major_formatter(lambda v, _: f"{v:.0%}")
    ax.set_ylabel(ylabel, fontsize=FONT_SIZE)
    ax.tick_params(labelsize=FONT_SIZE - 1)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    ax.grid(axis="y", color=LINE, linewidth=0.4)
    ax.legend(frameon=False, fontsize=FONT_SIZE - 1, loc="upper left", bbox_to_anchor=(1.01, 1))
    if title:
        ax.set_title(title, fontsize=FONT_SIZE + 2, loc="left", color=INK)
    return keep(ax, shares)


def slope_chart(
    counts: DataFrame,
    *,
    label: str = "label",
    before: str = "before",
    after: str = "after",
    names: tuple[str, str] = ("before", "after"),
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw a line per label from its number at one date to its number at another; labels never overlap.

    Returns: the axes; ``plotted(ax)`` is ``counts`` sorted by the later number.
    """
    counts = counts.sort_values([after, before, label], ascending=[False, False, True])
    ax = axes(ax, 7.0, 1.4 + 0.28 * len(counts))
    top = max(1.0, float(max(counts[before].max(), counts[after].max())))
    gap = top * 1.05 / max(len(counts), 8)
    places = {side: _spread(list(counts[column]), gap) for side, column in ((0, before), (1, after))}
    for i, row in enumerate(counts.itertuples(index=False)):
        values = getattr(row, before), getattr(row, after)
        colour = SERIES[0] if values[1] > values[0] else SERIES[4] if values[1] < values[0] else QUIET
        ax.plot(
            [0, 1],
            values,
            color=colour,
            marker="o",
            markersize=4,
            linewidth=1.4,
            linestyle="--" if values[1] < values[0] else "-",
        )
        for side, align in ((0, "right"), (1, "left")):
            text = (
                f"{words(getattr(row, label))}  {values[side]:g}"
                if side == 0
                else f"{values[side]:g}  {words(getattr(row, label))}"
            )
            ax.annotate(
                text,
                (side, values[side]),
                xytext=(side + (0.06 if side else -0.06), places[side][i]),
                ha=align,
                va="center",
                fontsize=FONT_SIZE,
                color=INK,
                arrowprops={"arrowstyle": "-", "color": LINE, "linewidth": 0.5, "shrinkA": 0, "shrinkB": 3},
            )
    heights = [*places[0], *places[1], *counts[before], *counts[after]]
    ax.set_ylim(min(heights) - gap, max(heights) + gap)
    ax.set_xlim(-0.75, 1.75)
    ax.set_xticks([0, 1], list(names), fontsize=FONT_SIZE + 1)
    ax.set_yticks([])
    bare(ax)
    if title:
        ax.set_title(title, fontsize=FONT_SIZE + 2, loc="left", color=INK)
    return keep(ax, counts)


def _spread(values: list[float], gap: float) -> list[float]:
    """Places near ``values`` that lie at least ``gap`` apart, in the same order from the top."""
    order = sorted(range(len(values)), key=lambda i: (-values[i], i))
    places = list(map(float, values))
    for one, two in pairwise(order):
        places[two] = min(places[two], places[one] - gap)
    shift = (sum(values) - sum(places)) / max(1, len(values))
    return [p + shift for p in places]
