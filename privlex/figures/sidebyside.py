"""Two texts side by side, as a picture for a paper."""

from __future__ import annotations

from textwrap import wrap

from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle
from pandas import DataFrame

from privlex.figures.style import CHANGES, FONT_SIZE, INK, LINE, axes, bare, keep


def text_diff(
    pairs: DataFrame,
    *,
    names: tuple[str, str] = ("before", "after"),
    title: str = "",
    width: int = 88,
    ax: Axes | None = None,
) -> Axes:
    """Draw aligned passages in two columns, tinted by their change.

    Args:
        pairs: columns ``change`` (kept, reworded, changed, added, dropped), ``before`` and ``after`` (texts; empty
            where a side has none), in reading order. Give the rows you want to show: a page holds some 30.
        width: characters a line.

    Returns: the axes; ``plotted(ax)`` is ``pairs``.
    """
    sides = [[wrap(str(t or ""), width) or [""] for t in pairs[c]] for c in ("before", "after")]
    heights = [max(len(a), len(b)) + 0.5 for a, b in zip(*sides, strict=True)]
    ax = axes(ax, 11.0, 1.0 + 0.165 * (sum(heights) + 3))
    y = 0.0
    for change, left, right, height in zip(pairs["change"], *sides, heights, strict=True):
        for x, lines in ((0.0, left), (0.505, right)):
            if lines != [""]:
                ax.add_patch(
                    Rectangle((x, y), 0.49, height - 0.1, facecolor=CHANGES[change], edgecolor=LINE, linewidth=0.4)
                )
            for number, line in enumerate(lines):
                ax.text(
                    x + 0.006,
                    y + number + 0.62,
                    line,
                    fontsize=FONT_SIZE - 1.5,
                    va="center",
                    color=INK,
                    family="DejaVu Sans",
                    parse_math=False,
                )
        y += height
    ax.set_xlim(0, 1)
    ax.set_ylim(y + 0.3, -1.4)
    for x, name in zip((0.0, 0.505), names, strict=True):
        ax.text(x, -0.6, name, fontsize=FONT_SIZE, fontweight="bold", va="center", parse_math=False)
    ax.set_xticks([])
    ax.set_yticks([])
    bare(ax)
    ax.legend(
        handles=[Patch(facecolor=c, edgecolor=LINE, label=n) for n, c in CHANGES.items()],
        ncols=5,
        frameon=False,
        fontsize=FONT_SIZE - 1,
        loc="upper left",
        bbox_to_anchor=(0, 0),
    )
    if title:
        ax.set_title(title, fontsize=FONT_SIZE + 2, loc="left", color=INK, parse_math=False)
    return keep(ax, pairs)
