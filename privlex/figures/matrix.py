"""Matrices of states: who says what."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle
from pandas import DataFrame

from privlex.figures.style import FONT_SIZE, INK, LINE, STATES, axes, bare, keep, words


def state_matrix(
    states: DataFrame,
    *,
    rows: str | None = None,
    columns: str = "category",
    state: str = "state",
    title: str = "",
    row_order: Sequence[str] | None = None,
    column_order: Sequence[str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw one cell per row and column, filled and lettered by its state.

    Args:
        states: tidy frame, one row per cell; ``state`` holds yes, no, conditional, contradictory,
            not_mentioned or not_readable. A missing cell is an error: the table must say what it does not know.
        rows, columns: columns of ``states`` that name rows and columns. By default a row is a domain, or a snapshot
            where ``states`` hold more than one of a domain.
        row_order, column_order: names in the order wanted; default is the order of appearance.
        title: should state period and n.

    Returns: the axes; ``plotted(ax)`` is the matrix with one row per row name.
    Raises: ValueError for an unknown state or a missing or doubled cell.
    """
    if rows is None:
        versions = "snapshot" in states and states.groupby("domain")["snapshot"].nunique().gt(1).any()
        rows = "snapshot" if versions else "domain"
    row_names = list(row_order or dict.fromkeys(states[rows]))
    column_names = list(column_order or dict.fromkeys(states[columns]))
    cells = {(r, c): s for r, c, s in states[[rows, columns, state]].itertuples(index=False)}
    if len(cells) != len(states):
        raise ValueError(f"more than one state for one {rows} and {columns}")
    unknown = set(cells.values()) - set(STATES)
    if unknown:
        raise ValueError(f"unknown states {sorted(unknown)}; known are {sorted(STATES)}")
    missing = [(r, c) for r in row_names for c in column_names if (r, c) not in cells]
    if missing:
        raise ValueError(f"no state for {missing[0]} and {len(missing) - 1} others")

    ax = axes(ax, 2.2 + 0.52 * len(column_names), 1.9 + 0.27 * len(row_names))
    for y, row in enumerate(row_names):
        for x, column in enumerate(column_names):
            style = STATES[cells[row, column]]
            ax.add_patch(
                Rectangle(
                    (x + 0.04, y + 0.06),
                    0.92,
                    0.88,
                    facecolor=style.fill,
                    hatch=style.hatch,
                    edgecolor=LINE,
                    linewidth=0.6,
                )
            )
            if style.letter:
                ax.text(
                    x + 0.5,
                    y + 0.52,
                    style.letter,
                    ha="center",
                    va="center",
                    color=style.ink,
                    fontsize=FONT_SIZE - 2,
                    fontweight="bold" if style.letter == "N" else "normal",
                )
    ax.set_xlim(0, len(column_names))
    ax.set_ylim(len(row_names), 0)
    ax.set_xticks(
        [x + 0.5 for x in range(len(column_names))],
        [words(c) for c in column_names],
        rotation=40,
        ha="left",
        rotation_mode="anchor",
        fontsize=FONT_SIZE,
    )
    ax.set_yticks([y + 0.5 for y in range(len(row_names))], row_names, fontsize=FONT_SIZE)
    ax.xaxis.tick_top()
    bare(ax)
    if title:
        ax.set_title(title, fontsize=FONT_SIZE + 2, loc="left", color=INK, pad=12)
    handles = [
        Patch(facecolor=s.fill, edgecolor=LINE, hatch=s.hatch, label=f"{s.letter or ' '}  {s.words}")
        for s in STATES.values()
    ]
    ax.legend(
        handles=handles,
        ncols=3,
        loc="upper left",
        bbox_to_anchor=(0, -0.01),
        frameon=False,
        fontsize=FONT_SIZE - 1,
        handlelength=1.4,
        borderaxespad=0.2,
        columnspacing=1.2,
    )
    frame = DataFrame([[cells[r, c] for c in column_names] for r in row_names], columns=column_names)
    frame.insert(0, rows, row_names)
    return keep(ax, frame)
