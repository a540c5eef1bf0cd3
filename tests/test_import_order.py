"""The flow is the architecture: a stage takes only from the stages before it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "privlex"
ORDER = (
    "errors", "files", "records", "jsonl", "snapshot", "document", "lexicon", "model", "mentions", "practices", "pipeline",
    "tables", "compare", "figures", "flow", "corpus", "evaluate", "bulk", "report", "cli",
)
# The package's front door gives out the public names of every stage; nothing inside imports from it.
FRONT = {"__init__.py", "__main__.py"}


def imported_stages(source: str) -> set[str]:
    """Stages a module takes from, wherever in the module the import stands."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and (node.module or "").startswith("privlex."):
            found.add(node.module.split(".")[1])
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module == "privlex":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("privlex.")}
    return found


def forbidden_imports(stage: str, source: str) -> set[str]:
    return {s for s in imported_stages(source) if s not in ORDER or ORDER.index(s) > ORDER.index(stage)}


def test_a_downstream_import_is_found():
    assert forbidden_imports("document", "from privlex.tables import practice_table") == {"tables"}
    assert forbidden_imports("document", "def f():\n    import privlex.cli.main") == {"cli"}
    assert not forbidden_imports("tables", "from privlex.records import Practice")


MODULES = sorted(p for p in PACKAGE.rglob("*.py") if not (p.parent == PACKAGE and p.name in FRONT))


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_run_upstream(path):
    stage = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    assert stage in ORDER, f"{stage} has no place in the flow: add it to ORDER where it belongs"
    assert not forbidden_imports(stage, path.read_text("utf8"))
