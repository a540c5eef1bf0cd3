"""The wheel carries the study with it: manifest, released tables, the shipped page, and the notebooks.

They lie at the top of the repository, where people look for them; in a checkout privlex uses them there. Everything
else about the build stands in pyproject.toml.
"""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent
# place in the repository -> place in the package. Hydrated pages stay out: their texts are not ours to pass on.
STUDY = {
    "corpus/snapshots.tsv": "privlex/corpus/data",
    "corpus/README.md": "privlex/corpus/data",
    "corpus/pages/qnap.com/2008-05-16.md": "privlex/corpus/data/pages/qnap.com",
    "corpus/released/**/*.*": "privlex/corpus/data/released",
    "corpus/gold/qnap-2008/**/*.*": "privlex/corpus/data/gold/qnap-2008",
    "notebooks/*.ipynb": "privlex/data/notebooks",
}


def copy_study(site: Path) -> None:
    """Copy the study into the package below ``site``."""
    for pattern, folder in STUDY.items():
        start = ROOT / pattern.split("*")[0]
        for path in sorted(ROOT.glob(pattern)):
            target = site / folder / (path.relative_to(start) if "*" in pattern else path.name)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)


class BuildWithStudy(build_py):
    def run(self):
        super().run()
        if not self.editable_mode:
            copy_study(Path(self.build_lib))


setup(cmdclass={"build_py": BuildWithStudy})
