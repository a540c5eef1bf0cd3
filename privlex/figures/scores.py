"""Scores with their intervals, one reader beside the other."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.axes import Axes
from pandas import DataFrame

from privlex.figures.style import FONT_SIZE, INK, LINE, MARKERS, SERIES, axes, bare, keep


def score_intervals(
    scores: DataFrame,
    *,
    label: str = "measure",
    group: str = "tier",
    marks: Mapping[str, Mapping[str, float]] | None = None,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw a point with its interval for each label and group, labels from top to bottom.

    Args:
        scores: columns ``value``, ``low``, ``high`` (0..1), the label and the group.
        marks: published figures: label -> name -> value, drawn as crosses, told beside the last of them.

    Returns: the axes; ``plotted(ax)`` is the frame.
    """
    labels = list(dict.fromkeys(scores[label]))
    groups = list(dict.fromkeys(scores[group]))
    ax = axes(ax, 8.0, 1.1 + 0.3 * len(labels) * max(1.0, 0.6 * len(groups)))
    for number, name in enumerate(groups):
        part = scores[scores[group] == name]
        shift = 0.6 * ((number + 0.5) / len(groups) - 0.5)
        places = [labels.index(x) + shift for x in part[label]]
        colour = SERIES[number % len(SERIES)]
        ax.hlines(places, part["low"], part["high"], color=colour, linewidth=1.6)
        ax.plot(part["value"], places, MARKERS[number % len(MARKERS)], color=colour, markersize=5, label=str(name))
    for name, figures in (marks or {}).items():
        y = labels.index(name) - 0.42
        ax.plot(list(figures.values()), [y] * len(figures), "x", color=INK, markersize=5)
        said = ", ".join(f"{system} {value:.3f}" for system, value in figures.items())
        ax.annotate(said, (max(figures.values()), y), xytext=(5, 0), textcoords="offset points", va="center",
                    fontsize=FONT_SIZE - 2, color=INK)  # fmt: skip
    ax.set_yticks(range(len(labels)), labels, fontsize=FONT_SIZE)
    ax.set(xlim=(0, 1), ylim=(len(labels) - 0.4, -0.7))
    ax.grid(axis="x", color=LINE, linewidth=0.4)
    bare(ax)
    ax.tick_params(labelsize=FONT_SIZE)
    ax.legend(frameon=False, fontsize=FONT_SIZE - 1, loc="upper left", bbox_to_anchor=(1.0, 1))
    if title:
        ax.set_title(title, fontsize=FONT_SIZE + 2, loc="left", color=INK)
    return keep(ax, scores)
