"""What a user installs: the two lists of dependencies agree."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
# Names that differ between the package index and conda-forge.
CONDA_NAMES = {"matplotlib-base": "matplotlib", "python-rapidfuzz": "rapidfuzz"}


def requirements_of_pyproject() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["notebooks"]
    return {w.replace(" ", "") for w in wanted} | {f"python{project['requires-python']}"}


def requirements_of_conda() -> set[str]:
    lines = (ROOT / "environment.yml").read_text("utf8").split("dependencies:")[1].splitlines()
    found = {m[1] for line in lines if (m := re.match(r"  - ([\w.-]+[<>=][^ ]*)$", line))}
    return {re.sub(r"^[\w-]+", lambda m: CONDA_NAMES.get(m[0], m[0]), item) for item in found}


def test_conda_installs_the_same_direct_dependencies():
    assert requirements_of_conda() == requirements_of_pyproject()


def test_conda_installs_the_package_itself():
    assert "- --editable ." in (ROOT / "environment.yml").read_text("utf8")
