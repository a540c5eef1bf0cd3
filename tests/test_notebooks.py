"""The notebooks are held to their word: what is compared is counted, and a moved number is caught."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.compared_cells import compared_cells
from tests.conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def nbval(path: Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(path.parent), "-c", os.devnull,
         "--nbval", "--nbval-current-env", str(path)],
        cwd=cwd, env=os.environ | {"PYTHONPATH": str(ROOT)} | environment, capture_output=True, text=True, check=False,
    )


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_outputs_are_committed_and_compared(path):
    assert compared_cells(path) >= 4, "nbval compares nothing where there is no text output"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_no_warning_progress_or_path_of_a_machine_in_the_outputs(path):
    cells = json.loads(path.read_text("utf8"))["cells"]
    for cell in cells:
        for output in cell.get("outputs", ()):
            assert output.get("name") != "stderr", output
            assert "/tmp/" not in json.dumps(output) and "/home/" not in json.dumps(output)
        assert cell["cell_type"] != "code" or cell["execution_count"], "not run"


def test_another_hash_seed_and_another_working_directory_give_the_same(tmp_path):
    done = nbval(NOTEBOOKS[0], tmp_path, PYTHONHASHSEED="12345")
    assert done.returncode == 0, done.stdout[-3000:]


def test_a_flipped_number_is_caught(tmp_path):
    text = NOTEBOOKS[0].read_text("utf8")
    flipped = tmp_path / NOTEBOOKS[0].name
    assert "coverage 0.998" in text
    flipped.write_text(text.replace("coverage 0.998", "coverage 0.989"), "utf8")
    done = nbval(flipped, tmp_path)
    assert done.returncode == 1 and "0.989" in done.stdout
