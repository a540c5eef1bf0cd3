"""README and docs are true: their examples run, what they show is what comes out, what is made from the code is fresh."""

from __future__ import annotations

import doctest
import importlib.util
import json
import pkgutil
import re
import shlex
import shutil
import sys
import tomllib
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from threading import Thread

import pytest

import privlex
from privlex.cli import COMMANDS, parser

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
if str(DOCS) not in sys.path:
    sys.path.insert(0, str(DOCS))

import examples as docs_examples  # noqa: E402
import reference as docs_reference  # noqa: E402

PAGES = docs_examples.pages()
EXAMPLES = [e for page in PAGES for e in docs_examples.examples(page)]
BESIDE = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "corpus/README.md", "privlex/lexicon/README.md")


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# --------------------------------------------------------------------------- examples


@pytest.mark.parametrize("page", [p for p in PAGES if any(e.runs for e in docs_examples.examples(p))], ids=relative)
def test_examples_run_and_print_what_the_page_shows(page, tmp_path):
    behind = [
        f"{example} shows\n{example.output}but prints\n{example.shown(printed)}"
        for example, printed in docs_examples.run_page(page, tmp_path)
        if example.output is not None and example.output != example.shown(printed)
    ]
    assert not behind, "run: make docs\n" + "\n".join(behind)


def test_examples_of_the_released_tables_are_among_those_run():
    needing = [e for e in EXAMPLES if e.needs_tables]
    if not docs_examples.has_tables():
        pytest.skip("needs corpus/released, which is not in this checkout")
    assert needing and all(e.runs for e in needing)


def test_every_block_is_found():
    for page in PAGES:
        fences = re.findall(r"^```(\w*)$", page.read_text("utf-8"), flags=re.MULTILINE)
        assert len(fences) % 2 == 0, f"{relative(page)}: a fence is not closed"
        shown = sum(e.output is not None for e in docs_examples.examples(page))
        assert len(docs_examples.examples(page)) + shown == len(fences) / 2, f"{relative(page)}: a block without language"


def test_a_block_that_is_not_run_says_why():
    marks = {e.note for e in EXAMPLES if e.language in ("python", "sh") and e.note}
    assert all(re.fullmatch(r"not run: \S.*|needs the released tables", mark) for mark in marks), marks


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        pytest.param("```python\n1 / 0\n```\n", "ZeroDivisionError", id="python that raises"),
        pytest.param("```sh\nprivlex extract nothing.md\n```\n", "no such file", id="a command that fails"),
        pytest.param("```sh\nprivlex corpus list | false\n```\n", "fails with 1", id="a pipe that fails"),
    ],
)
def test_an_example_that_fails_is_told(code, complaint, tmp_path, monkeypatch):
    monkeypatch.setattr(docs_examples, "ROOT", ROOT)
    page = ROOT / "docs" / "not-there.md"
    monkeypatch.setattr(Path, "read_text", lambda self, *_, **__: code)
    with pytest.raises(AssertionError, match=complaint):
        list(docs_examples.run_page(page, tmp_path))


def test_the_shown_output_is_cut_where_the_page_says():
    example = docs_examples.Example(Path("a"), 1, "sh", "", "", "", (0, 0), 2)
    assert example.shown("one  \ntwo\nthree\n") == "one\ntwo\n...\n"


# --------------------------------------------------------------------------- commands

SHELL = [e for e in EXAMPLES if e.language == "sh"]


def privlex_commands() -> list:
    beside = [e for name in BESIDE[1:] for e in docs_examples.examples(ROOT / name) if e.language == "sh"]
    return [pytest.param(c, id=f"{e}-{c}"[:90]) for e in [*SHELL, *beside] for c in docs_examples.commands(e)]


@pytest.mark.parametrize("command", privlex_commands())
def test_every_command_shown_is_accepted(command):
    words = shlex.split(command.replace("=DIR", "=."))[1:]
    if words in (["--help"], ["--version"]):
        return
    try:
        parser().parse_args(words)
    except SystemExit as stop:
        pytest.fail(f"privlex refuses it (exit {stop.code})")


def test_every_command_is_shown_in_use():
    used = {shlex.split(c)[1] for e in SHELL for c in docs_examples.commands(e)} | {"notebooks"}
    assert used >= set(COMMANDS)
    assert "privlex notebooks copy" in (ROOT / "README.md").read_text("utf-8")


def test_every_command_and_option_stands_in_the_reference():
    page = (DOCS / "reference" / "cli.md").read_text("utf-8")
    commands = list(docs_reference._commands(parser()))
    assert {c.prog.split()[1] for c in commands} == set(COMMANDS)
    for command in commands:
        section = page.split(f"# `{command.prog}`\n")[1].split("\n#")[0]
        for action in command._actions:
            for option in set(action.option_strings) - {"-h", "--help"}:
                assert option in section, f"{command.prog} {option}"


def targets_of_make() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), flags=re.MULTILINE))


def test_every_make_target_and_extra_that_is_named_exists():
    text = "\n".join(p.read_text("utf-8") for p in [*PAGES, *(ROOT / name for name in BESIDE)])
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", text, flags=re.MULTILINE))
    assert named and named <= targets_of_make()
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    asked = {x for found in re.findall(r"privlex\[([\w,]+)\]", text) for x in found.split(",")}
    assert asked and asked <= set(extras)


def test_the_readme_names_the_command_that_ci_calls():
    called = (ROOT / ".ci" / "run").read_text("utf-8").rstrip().splitlines()[-1]
    assert called == "make test"
    assert f"\n{called}\n" in (ROOT / "README.md").read_text("utf-8").split("## Test")[1]


# --------------------------------------------------------------------------- made from the code


@pytest.mark.parametrize("path", ["README.md", "docs/columns.md", "docs/reference/cli.md", "docs/reference/dataset.md"])
def test_what_is_made_from_the_code_is_fresh(path):
    assert (ROOT / path).read_text("utf-8") == docs_reference.written()[path], "run: make docs"


def test_the_results_have_their_place_in_the_readme():
    from privlex.evaluate.results import put_into

    put_into((ROOT / "README.md").read_text("utf-8"), "a table")


def test_every_public_name_of_the_reference_is_described():
    bare = []
    for module, text in docs_reference.python_pages().items():
        for section in text.split("\n## ")[1:]:
            body = re.sub(r"```text\n.*?```", "", section, flags=re.DOTALL).split("\n", 1)[1:]
            if not body or not body[0].strip():
                bare.append(f"{module}.{section.splitlines()[0].strip('`')}")
    assert not bare, f"no docstring: {bare}"


def test_a_docstring_becomes_markdown():
    def function():
        """The ``sum``.

        Args:
            a: one number,
                told over two lines.
            b: another.

        Raises: ValueError for text;
        never else.

        >>> 1 + 1
        2
        """

    assert docs_reference.docstring(function) == (
        "The `sum`.\n\n**Arguments:**\n\n* `a`: one number, told over two lines.\n* `b`: another.\n\n"
        "**Raises:** ValueError for text; never else.\n\n```text\n>>> 1 + 1\n2\n```"
    )


def test_the_example_of_a_new_term_keeps_the_law_of_the_lexicon(tmp_path):
    from privlex.lexicon.check import check_lexicon
    from privlex.lexicon.entries import DATA

    page = DOCS / "howto" / "add-a-term.md"
    row = next(e.code for e in docs_examples.examples(page) if e.language == "json")
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    lines = [*(folder / "data_types.jsonl").read_text("utf-8").splitlines(), row.strip()]
    lines.sort(key=lambda line: (json.loads(line)["concept"], json.loads(line)["term"]))
    (folder / "data_types.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    assert check_lexicon(folder) == []


# --------------------------------------------------------------------------- links

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


@pytest.mark.parametrize("page", [*PAGES, *(ROOT / name for name in BESIDE[1:])], ids=relative)
def test_links_lead_somewhere(page):
    text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text("utf-8"), flags=re.DOTALL)
    for link in LINK.findall(text):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, place = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.is_file(), f"{relative(page)}: {link}"
        if place:
            heads = re.findall(r"^#+ (.*)$", target.read_text("utf-8"), flags=re.MULTILINE)
            assert place in {re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in heads}, f"{relative(page)}: {link}"


# --------------------------------------------------------------------------- docstrings


def modules_with_examples() -> list[str]:
    """Modules whose source holds a prompt; found without importing them."""
    found = []
    for module in pkgutil.walk_packages(privlex.__path__, "privlex."):
        spec = importlib.util.find_spec(module.name)
        if spec and spec.origin and ">>> " in Path(spec.origin).read_text("utf-8"):
            found.append(module.name)
    return found


@pytest.mark.parametrize("name", modules_with_examples())
def test_examples_in_docstrings_run(name):
    result = doctest.testmod(import_module(name), raise_on_error=False)
    assert result.attempted and not result.failed


# --------------------------------------------------------------------------- the site


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """The site, built in strict mode: a dead link or a page out of the navigation is an error."""
    commands = pytest.importorskip("mkdocs.commands.build", reason="needs the extra docs (MkDocs)")
    from mkdocs.config import load_config

    folder = tmp_path_factory.mktemp("site")
    config = load_config(str(ROOT / "mkdocs.yml"), site_dir=str(folder))
    config.plugins.on_startup(command="build", dirty=False)
    commands.build(config)
    return folder


def test_the_site_has_every_page(site):
    built = {p.relative_to(site).as_posix() for p in site.rglob("*.html")}
    assert {f"{p.relative_to(DOCS).with_suffix('').as_posix()}.html" for p in PAGES[1:]} <= built
    assert {f"reference/python/{name}.html" for name in docs_reference.MODULES} <= built
    assert "index.html" in built and "about/changelog.html" in built


LOADS = re.compile(
    r"""<(?:script|img|iframe|source|video|audio|embed)\b[^>]*\bsrc\s*=\s*["']?\s*((?:https?:)?//[^"'\s>]+)"""
    r"""|<link\b(?![^>]*\brel="canonical")[^>]*\bhref\s*=\s*["']?\s*((?:https?:)?//[^"'\s>]+)""",
    re.IGNORECASE,
)
STYLE_LOADS = re.compile(r"""(?:url\(\s*["']?|@import\s+["'])((?:https?:)?//[^"')]+)""", re.IGNORECASE)


@pytest.mark.parametrize(
    "hostile",
    [
        '<script src="https://cdn.example/x.js"></script>', '<link rel="stylesheet" href="//fonts.example/css">',
        "<img alt='' src=http://x.example/a.png>", "<style>@import 'https://fonts.example/a.css';</style>",
        "<p style=\"background:url('//x.example/a.png')\">",
    ],
)
def test_the_scan_sees_what_would_be_loaded(hostile):
    assert LOADS.search(hostile) or STYLE_LOADS.search(hostile)


def test_no_page_of_the_site_loads_anything_from_the_network(site):
    found = []
    for path in site.rglob("*"):
        if path.suffix in (".html", ".css", ".js"):
            text = path.read_text("utf-8", errors="replace")
            patterns = (LOADS, STYLE_LOADS) if path.suffix == ".html" else (STYLE_LOADS,)
            found += [f"{path.relative_to(site)}: {m[0]}" for pattern in patterns for m in pattern.finditer(text)]
    assert not found


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def served(site):
    """The site on a server of this machine; its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_the_site_in_a_browser_asks_nobody_else(served, tmp_path):
    from tests.browser import chromium

    with chromium(tmp_path) as browser:
        for page in ("index.html", "howto/whole-archives.html", "reference/python/privlex.html"):
            browser.get(f"{served}/{page}")
            loaded = browser.execute_script("return performance.getEntriesByType('resource').map(e => e.name)")
            assert loaded and all(name.startswith((served, "data:")) for name in loaded)
            broken = browser.execute_script("return [...document.images].filter(i => !i.naturalWidth).map(i => i.src)")
            assert broken == []
            assert not [e for e in browser.get_log("browser") if e["level"] == "SEVERE"]
