"""The examples of README and docs: fenced blocks, found in their pages, run as a reader would, their output kept true.

``python`` blocks of a page run in one namespace, ``sh`` blocks in bash, all in one empty folder in which only
``corpus/`` lies. What a block prints stands in the ``text`` block after it, between ``<!-- output -->`` (or ``<!--
output, first 12 lines -->``) and the fence. ``<!-- not run: why -->`` and ``<!-- needs the released tables -->`` stand
before a block. ``text`` and other blocks are never run.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WIDTH = 100  # columns of the terminal that the output is shown as of

_BLOCK = re.compile(
    r"(?:^<!-- (?P<note>[^\n]*?) -->\n\n?)?^```(?P<language>\w+)\n(?P<code>.*?)^```$"
    r"(?:\n\n<!-- output(?:, first (?P<lines>\d+) lines)? -->\n\n?^```text\n(?P<output>.*?)^```$)?",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Example:
    """One fenced block. ``output`` is what the page shows of what it prints, None where it shows nothing."""

    page: Path
    line: int
    language: str
    code: str
    note: str
    output: str | None
    output_at: tuple[int, int] | None  # place of ``output`` in the page
    lines: int | None  # how many lines of the output are shown

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT).as_posix()}:{self.line}"

    @property
    def runs(self) -> bool:
        """Whether it can be run here."""
        if self.language not in ("python", "sh") or self.note.startswith("not run"):
            return False
        return not self.needs_tables or has_tables()

    @property
    def needs_tables(self) -> bool:
        """Whether it reads the released tables of the study."""
        return self.note == "needs the released tables"

    def shown(self, printed: str) -> str:
        """What the page should show of what was printed."""
        lines = [line.rstrip() for line in printed.strip("\n").splitlines()]
        if self.lines is not None and len(lines) > self.lines:
            lines = [*lines[: self.lines], "..."]
        return "\n".join(lines) + "\n"


def has_tables() -> bool:
    """Whether the released tables are in this checkout."""
    return any((ROOT / "corpus" / "released").glob("*"))


def pages() -> list[Path]:
    """README and every page of docs that a person wrote or a generator left there."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def examples(page: Path) -> list[Example]:
    """The fenced blocks of a page, in their order."""
    text = page.read_text("utf-8")
    return [
        Example(
            page=page, line=text.count("\n", 0, m.start("language")) + 1, language=m["language"], code=m["code"],
            note=m["note"] or "", output=m["output"], output_at=m.span("output") if m["output"] is not None else None,
            lines=int(m["lines"]) if m["lines"] else None,
        )
        for m in _BLOCK.finditer(text)
    ]


def run_page(page: Path, folder: Path) -> Iterator[tuple[Example, str]]:
    """Run the examples of a page in ``folder``; each with what it printed.

    Raises: AssertionError naming page and line where one fails.
    """
    environment = _prepare(folder)
    namespace: dict = {"__name__": "__main__"}
    for example in examples(page):
        if example.runs:
            run = _run_python if example.language == "python" else _run_shell
            yield example, run(example, folder, namespace, environment)


def _prepare(folder: Path) -> dict[str, str]:
    (folder / "corpus").symlink_to(ROOT / "corpus")
    programs = folder / ".bin"
    programs.mkdir()
    for name, module in (("privlex", "-m privlex"), ("python", "")):
        program = programs / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" {module} "$@"\n')
        program.chmod(0o755)
    return {
        **os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT),
        "COLUMNS": str(WIDTH), "PYTHONHASHSEED": "0", "MPLBACKEND": "Agg", "PYTHONWARNINGS": "error::FutureWarning",
    }


def _run_shell(example: Example, folder: Path, namespace: dict, environment: dict[str, str]) -> str:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", example.code], cwd=folder, env=environment, capture_output=True, text=True,
        timeout=600,
    )
    assert done.returncode == 0, f"{example} fails with {done.returncode}: {done.stderr.strip()[-2000:]}"
    return done.stdout


def _run_python(example: Example, folder: Path, namespace: dict, environment: dict[str, str]) -> str:
    import matplotlib

    matplotlib.use("Agg")
    printed = io.StringIO()
    try:
        with contextlib.chdir(folder), contextlib.redirect_stdout(printed), warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)
            exec(compile("\n" * example.line + example.code, str(example.page), "exec"), namespace)
    except Exception as fault:
        raise AssertionError(f"{example} fails: {type(fault).__name__}: {fault}") from fault
    return printed.getvalue()


def commands(example: Example) -> Iterator[str]:
    """The ``privlex`` command lines of a shell block, comments and pipes cut off, continued lines joined."""
    code = re.sub(r"<<'(\w+)'\n.*?\n\1\n", "\n", example.code, flags=re.DOTALL).replace("\\\n", " ")
    for line in code.splitlines():
        line = re.sub(r"\s+#.*", "", line).strip()
        for part in re.split(r"\s*(?:&&|\|)\s*", line):
            if part.startswith("privlex "):
                yield part.split(" > ")[0]


def refresh(page: Path, folder: Path) -> bool:
    """Run a page and write what its examples print into it; whether anything changed."""
    text = before = page.read_text("utf-8")
    for example, printed in reversed(list(run_page(page, folder))):
        if example.output_at is not None:
            start, end = example.output_at
            text = text[:start] + example.shown(printed) + text[end:]
    if text != before:
        page.write_text(text, "utf-8")
    return text != before
