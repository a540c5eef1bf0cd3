"""Run notebooks and write their outputs in place: ``python notebooks/rerun.py [NAME ...]``, or ``make outputs``.

All notebooks by default, a few by the beginning of their names (``06``). A notebook that fails is left as it was. What
changes from run to run (times, the kernel's version) is not written, so that a diff shows what moved.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

FOLDER = Path(__file__).parent
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def rerun(path: Path) -> str | None:
    """Run one notebook and write it; what failed, or None."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}})
    try:
        client.execute()
    except CellExecutionError as fault:
        return f"{path.name}: {fault}"
    notebook.metadata = METADATA
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", ()):
            if output.get("name") == "stderr":
                return f"{path.name}: a cell writes to standard error: {output['text'][:300]}"
    whole = path.with_suffix(".part")
    nbformat.write(notebook, whole)
    whole.replace(path)
    return None


def main(names: list[str]) -> int:
    """Run the notebooks; 1 where one fails."""
    os.environ.setdefault("PYTHONHASHSEED", "0")
    paths = [p for p in sorted(FOLDER.glob("*.ipynb")) if not names or p.name.startswith(tuple(names))]
    faults = []
    for path in paths:
        print(f"{path.name} ...", file=sys.stderr, flush=True)
        fault = rerun(path)
        if fault:
            faults.append(fault)
    print("\n".join(faults) or f"{len(paths)} notebooks run and written", file=sys.stderr)
    return 1 if faults or not paths else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
