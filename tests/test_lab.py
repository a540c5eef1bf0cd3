"""The notebooks where students open them: JupyterLab in a browser, every cell run, in the light and in the dark theme.

Pictures of all of them stay in ``out/screenshots``.
"""

from __future__ import annotations

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from privlex.cli import main
from tests.browser import chromium
from tests.conftest import ROOT
from tests.lab import close, contrasts, faults, jupyterlab, run_notebook, set_theme, whole_picture

NAMES = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
SHOWN = {"01_one_policy_end_to_end.ipynb", "02_qnap_over_time.ipynb", "08_your_own_policy.ipynb"}  # with HTML views
METADATA = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
# WCAG 2 asks for 4.5 : 1 of text.
LEGIBLE = 4.5


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """One server, one browser; the notebooks are copied as a user copies them."""
    folder = tmp_path_factory.mktemp("lab")
    with chromium(folder / "profile", width=1300) as browser:
        mine = folder / "mine"
        assert main(["notebooks", "copy", str(mine)]) == 0
        broken = [new_code_cell("print('so far')"), new_code_cell("1 / 0"), new_code_cell("print('never')")]
        nbformat.write(new_notebook(cells=broken, metadata=METADATA), mine / "broken.ipynb")
        with jupyterlab(folder, mine) as address:
            yield browser, address


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_runs_and_every_view_is_legible(lab, name):
    browser, address = lab
    notebook = run_notebook(browser, address, name)
    assert faults(notebook) == []
    assert sum(cell["cell_type"] == "code" for cell in notebook["cells"]) >= 4
    for dark in (False, True):
        set_theme(browser, dark)
        told = contrasts(browser)
        assert bool(told) == (name in SHOWN)
        assert {kind: ratio for kind, ratio in told.items() if ratio < LEGIBLE} == {}
        whole_picture(browser, ROOT / "out" / "screenshots" / f"{name[:2]}-{'dark' if dark else 'light'}.png")
    set_theme(browser, False)
    close(browser)


def test_an_error_is_seen(lab):
    browser, address = lab
    told = faults(run_notebook(browser, address, "broken.ipynb"))
    assert told and told[0].startswith("ZeroDivisionError")
    close(browser)
