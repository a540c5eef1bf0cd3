"""What a user installs: the two lists of dependencies agree, and a wheel carries the study."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

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


# --------------------------------------------------------------------------- ways in


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """What a wheel of this checkout installs, unpacked; built without the network."""
    setuptools = pytest.importorskip("setuptools", reason="needs setuptools 77 to build a wheel without the network")
    if int(setuptools.__version__.split(".")[0]) < 77:
        pytest.skip(f"needs setuptools 77 to build a wheel without the network, has {setuptools.__version__}")
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("needs git to know what belongs to the source")
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file() and not name.startswith(("tests/", "training/", "benchmarks/", "docs/")):
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, source / name)
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index",
         "--wheel-dir", str(folder), str(source)],
        check=True, capture_output=True,
    )
    [wheel] = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_a_wheel_carries_every_file_of_the_package(installed):
    """What no pattern of ``package-data`` names is left out without a word: so was the digest of the weights."""
    listed = subprocess.run(["git", "ls-files", "-z", "privlex"], cwd=ROOT, capture_output=True, text=True, check=True)
    missing = [name for name in filter(None, listed.stdout.split("\0"))
               if (ROOT / name).is_file() and not (installed / name).is_file()]
    assert not missing, "add them to package-data in pyproject.toml"


def run_installed(site: Path, cwd: Path, *command: str) -> str:
    environment = os.environ | {"PYTHONPATH": str(site), "XDG_DATA_HOME": str(cwd / "home")}
    done = subprocess.run([sys.executable, *command], cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_a_wheel_carries_the_notebooks_and_all_that_they_read(installed, tmp_path):
    run_installed(installed, tmp_path, "-m", "privlex", "notebooks", "copy", "mine")
    names = {p.name for p in (ROOT / "notebooks").glob("*.ipynb")}
    assert {p.name for p in (tmp_path / "mine").iterdir()} == names and len(names) == 8
    said = run_installed(installed, tmp_path, "-c", (
        "import privlex\nfrom privlex.bulk import read_yearly\nfrom privlex.evaluate import kept, mistakes\n"
        "corpus = privlex.load_corpus()\nprint(privlex.__file__)\nprint(len(list(corpus.all_findings())))\n"
        "print(len(read_yearly().policies) > 0, len(kept()['runs']) > 0)\n"
        "print(len(mistakes(corpus.folder / 'gold' / 'qnap-2008', 'rules')) > 0)\n"
    )).split("\n")
    assert said[0].startswith(str(installed))
    assert said[1:4] == ["176", "True True", "True"]


def test_no_page_but_the_shipped_one_travels(installed):
    pages = [p for p in installed.rglob("*") if p.is_file() and "pages" in p.relative_to(installed).parts]
    assert [p.name for p in pages] == ["2008-05-16.md"]


def test_binder_finds_an_environment_at_the_top_and_nothing_that_hides_it():
    """repo2docker takes ``environment.yml``, unless there is one of these folders."""
    assert (ROOT / "environment.yml").is_file()
    assert not (ROOT / "binder").exists() and not (ROOT / ".binder").exists()


def test_the_extra_brings_what_the_notebooks_need():
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]["optional-dependencies"]["notebooks"]
    assert {re.match(r"[\w-]+", w)[0] for w in wanted} >= {"jupyterlab", "ipykernel", "nbval"}
