"""Sizes, colours and words of every figure, in one place; legible in grey.

The states differ in lightness and carry a letter, so that a print in grey or a colour-blind reader loses
nothing. Figures are drawn through ``matplotlib.figure.Figure`` axes that the caller may bring.
"""

from __future__ import annotations

from typing import NamedTuple
from weakref import WeakKeyDictionary

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from pandas import DataFrame


class StateStyle(NamedTuple):
    """How a state is drawn: fill, letter, colour of the letter, hatch, words in the legend."""

    fill: str
    letter: str
    ink: str
    hatch: str
    words: str


STATES: dict[str, StateStyle] = {
    "yes": StateStyle("#1b4f72", "Y", "white", "", "stated yes"),
    "conditional": StateStyle("#5f9ec4", "C", "black", "", "under a condition"),
    "contradictory": StateStyle("#e8a33d", "!", "black", "xx", "contradictory"),
    "no": StateStyle("#ffffff", "N", "#8b1a1a", "", "stated no"),
    "not_mentioned": StateStyle("#f1f1ee", "", "#777777", "", "not mentioned"),
    "not_readable": StateStyle("#c9c9c4", "?", "black", "///", "not readable"),
}

#: Colour of each kind of mention and each change, used by figures and HTML alike (light backgrounds).
KINDS = {"data": "#cfe3f5", "purpose": "#fbe3bd", "party": "#d6ecd2", "condition": "#ececec"}
CHANGES = {"added": "#d6ecd2", "dropped": "#f6d5d2", "changed": "#fbe3bd", "reworded": "#e4e4f3", "kept": "#ffffff"}
INK, QUIET, LINE = "#222222", "#6b6b6b", "#b5b5b0"
SERIES = ("#1b4f72", "#c4711a", "#4c8f4c", "#7a4f8f", "#8b1a1a", "#5b5b5b")
MARKERS = ("o", "s", "^", "D", "v", "P")
FONT_SIZE = 9

_PLOTTED: WeakKeyDictionary[Axes, DataFrame] = WeakKeyDictionary()


def axes(ax: Axes | None, width: float, height: float) -> Axes:
    """The given axes, or those of a new figure of this size in inches."""
    if ax is not None:
        return ax
    _, ax = plt.subplots(figsize=(width, height), layout="constrained")
    return ax


def keep(ax: Axes, frame: DataFrame) -> Axes:
    """Remember the numbers drawn on ``ax`` for ``plotted``."""
    _PLOTTED[ax] = frame.reset_index(drop=True)
    return ax


def plotted(ax: Axes) -> DataFrame:
    """The numbers that stand behind a figure of privlex, as a frame.

    Raises: KeyError if ``ax`` was not drawn by ``privlex.figures``.
    """
    return _PLOTTED[ax].copy()


def words(name: str) -> str:
    """A category name as words: ``ip_and_device_id`` -> ``IP and device ID``.

    >>> words("ip_and_device_id")
    'IP and device ID'
    >>> words("online_activity")
    'online activity'
    """
    fixed = {"ip": "IP", "id": "ID"}
    return " ".join(fixed.get(part, part) for part in str(name).split("_"))


def bare(ax: Axes) -> None:
    """Take away the box and the tick marks."""
    for side in ax.spines.values():
        side.set_visible(False)
    ax.tick_params(length=0)


def shorten(text: str, limit: int) -> str:
    """At most ``limit`` characters, cut at a word with an ellipsis.

    >>> shorten("browsing and clicking records", 16)
    'browsing and…'
    """
    return text if len(text) <= limit else text[: limit - 1].rsplit(" ", 1)[0].rstrip(",;: ") + "…"
