"""The pictures of the README, made by the program: ``python docs/pictures.py`` (needs Chromium and the test extra)."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
sys.path.insert(0, str(ROOT))

# The vendors of the README's matrix, and the day that the nearest capture of each is taken for.
VENDORS, DAY = ("qnap.com", "synology.com", "netgear.com", "buffalotech.com", "wdc.com", "seagate.com"), "2008-05-16"


def report_picture() -> None:
    """The report of QNAP's policy of 2008, its sharing practices chosen, the text scrolled to where they stand."""
    from privlex.cli import main
    from tests.browser import chromium

    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "qnap.html")
        assert main(["report", "qnap.com@2008-05-16", "-o", str(page)]) == 0
        with chromium(Path(folder, "profile"), 1400, 900) as browser:
            browser.get(page.as_uri())
            browser.execute_script(
                "const s = document.querySelector('select'); s.value = 'share'; "
                "for (const e of ['input', 'change']) s.dispatchEvent(new Event(e, {bubbles: true}));"
                "const h = [...document.querySelectorAll('h4')].find(h => h.textContent.startsWith('3.'));"
                "h.scrollIntoView(); window.scrollBy(0, -12);"
            )
            browser.save_screenshot(str(IMAGES / "report.png"))


def matrix_picture() -> None:
    """What six vendors say they collect, from the captures nearest to QNAP's of 2008."""
    import matplotlib

    matplotlib.use("Agg")
    import privlex
    from privlex.compare import nearest
    from privlex.figures import state_matrix

    corpus = privlex.load_corpus()
    choice = nearest((f for domain in VENDORS for f in corpus.all_findings(domain)), DAY)
    ax = state_matrix(choice.states(), title=f"Collected, used, kept or shared? Captures nearest to {DAY}")
    ax.figure.savefig(IMAGES / "vendors.png", dpi=110, bbox_inches="tight", facecolor="white")


if __name__ == "__main__":
    report_picture()
    if any((ROOT / "corpus" / "released").glob("*")):
        matrix_picture()
    else:
        print("the matrix of vendors needs the released tables and was left as it is", file=sys.stderr)
