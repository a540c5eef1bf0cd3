"""Frames as fixed-width text: the form in which notebooks are compared, the same on every machine."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from pandas import DataFrame

#: Decimals of a number; confidences beyond it differ between processors.
DECIMALS = 2


def text_table(
    frame: DataFrame, columns: Sequence[str] | None = None, *, width: int = 34, decimals: int = DECIMALS
) -> str:
    """The frame as text, one line a row, columns padded with blanks.

    Cells longer than ``width`` characters end in an ellipsis, missing ones read ``-``, dates are ISO days, numbers have
    ``decimals`` decimals unless they are whole. The order of the rows is the frame's: sort before.

    >>> print(text_table(DataFrame({"data": ["name", None], "share": [0.5, 1.0]})))
    data  share
    name   0.50
    -      1.00
    """
    names = list(columns) if columns is not None else list(frame.columns)
    cells, right = [], []
    for name in names:
        values = frame[name]
        numeric = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
        whole = (
            numeric and all(float(v).is_integer() for v in values.dropna()) and not pd.api.types.is_float_dtype(values)
        )
        cells.append([_cell(v, width, whole, decimals) for v in values])
        right.append(numeric)
    widths = [max([len(n), *map(len, column)]) for n, column in zip(names, cells, strict=True)]
    lines = [_line(names, widths, right)]
    lines += [_line(row, widths, right) for row in zip(*cells, strict=True)]
    return "\n".join(lines)


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = (c.rjust(w) if r else c.ljust(w) for c, w, r in zip(cells, widths, right, strict=True))
    return "  ".join(padded).rstrip()


def _cell(value, width: int, whole: bool, decimals: int) -> str:
    if value is None or value is pd.NaT or (not isinstance(value, (list, tuple)) and pd.isna(value)):
        return "-"
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, float):
        return f"{value:.0f}" if whole else f"{value:.{decimals}f}"
    text = " ".join(str(value).split())
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"
