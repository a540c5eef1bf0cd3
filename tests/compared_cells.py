"""How many cells of each notebook nbval really compares; zero is an error.

nbval passes a notebook without outputs, and compares no picture: a green run may have compared nothing at all.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

_IGNORED = {"nbval-ignore-output", "nbval-skip"}


def compared_cells(path: Path) -> int:
    """Code cells with a text output that nbval compares."""
    cells = json.loads(path.read_text("utf8"))["cells"]
    return sum(
        cell["cell_type"] == "code" and not _IGNORED & set(cell["metadata"].get("tags", ()))
        and any("text" in output or "text/plain" in output.get("data", {}) for output in cell["outputs"])
        for cell in cells
    )


def main(folder: str) -> int:
    """Print a line for each notebook; 1 when one compares nothing."""
    counts = {p.name: compared_cells(p) for p in sorted(Path(folder).glob("*.ipynb"))}
    for name, count in counts.items():
        print(f"{name}: {count} compared cells")
    print(f"{sum(counts.values())} compared cells in {len(counts)} notebooks")
    return 0 if counts and all(counts.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
