"""Fixtures every stage uses: the shipped page, and the shared data where they lie beside the checkout."""

from __future__ import annotations

from pathlib import Path

import matplotlib
import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no failure: no property is timed, neither its examples nor their making.
settings.register_profile("privlex", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("privlex")

matplotlib.use("Agg")  # no window; not by the environment, which the notebooks' kernels would inherit

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
QNAP_2008 = ROOT / "corpus" / "pages" / "qnap.com" / "2008-05-16.md"


def pytest_addoption(parser):
    parser.addoption("--rewrite-golden", action="store_true", help="rewrite tests/golden instead of comparing")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of archived pages and gold data; tests that need it skip where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("needs the shared data (archive and gold) beside the checkout, which is not there")
    return SHARED


@pytest.fixture
def golden(request):
    """Compare a text with ``tests/golden/NAME``, or rewrite it under ``--rewrite-golden``."""

    def check(name: str, text: str) -> None:
        path = ROOT / "tests" / "golden" / name
        if request.config.getoption("--rewrite-golden"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf8")
        assert path.is_file(), f"{path.name} is missing: `make golden` writes it"
        assert text == path.read_text(encoding="utf8"), f"{name} changed: `make golden`, then read the diff"

    return check
