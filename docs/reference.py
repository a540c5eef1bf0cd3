"""The parts of the documentation that are made from the code: ``python docs/reference.py`` (in ``make docs``).

Written into the repository: the tables of columns, the command line, the datasets of a bulk run, the data dictionary
in the README, and the output of examples. Made for the site alone (``docs/site_hooks.py``): the Python reference.
"""

from __future__ import annotations

import argparse
import inspect
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import MISSING, fields, is_dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import get_origin

ROOT = Path(__file__).resolve().parents[1]
for _folder in (ROOT, ROOT / "docs"):
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))

DICTIONARY = ("<!-- data dictionary: made by `make docs` -->", "<!-- end of data dictionary -->")
_MADE = "<!-- Made by `make docs` from the code; edit the code, not this page. -->\n\n"


# --------------------------------------------------------------------------- pages in the repository


def written() -> dict[str, str]:
    """Text of each generated page, by its path in the repository."""
    from privlex.bulk.schema import schema_page
    from privlex.compare.dictionary import page as columns_page

    return {
        "docs/columns.md": columns_page(),
        "docs/reference/cli.md": _MADE + command_line(),
        "docs/reference/dataset.md": (
            f"{_MADE}# The dataset of a bulk run\n\n`privlex bulk SOURCE -o OUT/` writes a folder of Parquet files, a "
            "folder for each table, and `OUT/_dataset.json`, which names versions and digests. Read it with "
            "`privlex.bulk.read_dataset`, or with pandas, polars or duckdb.\n\n"
            f"{schema_page().rstrip()}\n"
        ),
        "README.md": with_dictionary((ROOT / "README.md").read_text("utf-8")),
    }


def with_dictionary(text: str) -> str:
    """``text`` with the columns of the practice table between its two marks.

    Raises: ValueError when the marks are not there.
    """
    from privlex.tables import TABLES, data_dictionary

    start, end = DICTIONARY
    if start not in text or end not in text:
        raise ValueError(f"no place for the data dictionary: put {start!r} and {end!r} where it belongs")
    table = data_dictionary({"practice_table": TABLES["practice_table"]}).split("\n\n", 1)[1].strip()
    return f"{text.split(start)[0]}{start}\n\n{table}\n\n{end}{text.split(end)[1]}"


# --------------------------------------------------------------------------- command line


def command_line() -> str:
    """The page of all commands, from the parser itself (its own help differs between versions of Python)."""
    from privlex.cli import parser

    parts = [
        "# Command line", "",
        "Every command explains itself: `privlex COMMAND --help`. Results go to standard output or to `-o`; messages "
        "and progress go to standard error.", "",
        "| exit code | means |", "|---|---|", "| 0 | done |", "| 1 | done, but some inputs failed; each is named with "
        "its reason |", "| 2 | wrong use |", "| 130 | interrupted; nothing half-written is left |", "",
    ]
    for command in _commands(parser()):
        parts += _command(command)
    return "\n".join(parts).rstrip() + "\n"


def _commands(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield command
                yield from _commands(command)


def _command(parser: argparse.ArgumentParser) -> list[str]:
    shown = [a for a in parser._actions if not isinstance(a, (argparse._HelpAction, argparse._SubParsersAction))]
    inner = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    depth = len(parser.prog.split())
    parts = [f"{'#' * depth} `{parser.prog}`", ""]
    if text := parser.description or parser.epilog:
        parts += [_sentence(text), ""]
    needed = [_option(a) for a in shown if a.option_strings and a.required]
    optional = ["[OPTIONS]"] if any(a.option_strings and not a.required for a in shown) else []
    positional = [_positional(a) for a in shown if not a.option_strings]
    parts += ["```text", " ".join([parser.prog, *optional, *needed, *positional, *["COMMAND ..."] * len(inner)]), "```", ""]
    if shown:
        parts += ["| argument | meaning |", "|---|---|"]
        parts += [f"| {_named(a)} | {_help(a)} |" for a in shown] + [""]
    return parts


def _sentence(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _positional(action: argparse.Action) -> str:
    name = action.metavar or action.dest
    return {"+": f"{name}...", "*": f"[{name}...]", "?": f"[{name}]"}.get(str(action.nargs), str(name))


def _option(action: argparse.Action) -> str:
    if action.nargs == 0:
        return action.option_strings[0]
    value = action.metavar or ("{" + ",".join(map(str, action.choices)) + "}" if action.choices else action.dest.upper())
    return f"{action.option_strings[0]} {value}"


def _named(action: argparse.Action) -> str:
    if not action.option_strings:
        return f"`{action.metavar or action.dest}`"
    value = "" if action.nargs == 0 else f" {action.metavar or ('VALUE' if action.choices else action.dest.upper())}"
    return ", ".join(f"`{o}{value}`" for o in action.option_strings)


def _help(action: argparse.Action) -> str:
    text = _sentence((action.help or "").replace("%%", "%")).replace("|", "\\|")
    choices = [str(c) for c in action.choices or ()]
    if choices and not all(c in text for c in choices):
        text = f"{', '.join(f'`{c}`' for c in choices)}; {text}" if text else ", ".join(f"`{c}`" for c in choices)
    return text


# --------------------------------------------------------------------------- Python

# module -> what its page begins with; names are those of the module's ``__all__``, else its public own ones.
MODULES = {
    "privlex": "The names at the top, and all that most studies need.",
    "privlex.records": "", "privlex.tables": "", "privlex.compare": "", "privlex.figures": "", "privlex.report": "",
    "privlex.corpus": "", "privlex.evaluate": "", "privlex.bulk": "", "privlex.pipeline": "", "privlex.lexicon": "",
    "privlex.snapshot": "", "privlex.document": "", "privlex.mentions": "", "privlex.practices": "",
    "privlex.practices.contradictions": "", "privlex.practices.states": "", "privlex.evaluate.labelling": "",
    "privlex.tables.graph": "", "privlex.jsonl": "", "privlex.errors": "",
}


def python_pages() -> dict[str, str]:
    """Markdown of each module's page, by module name."""
    return {name: module_page(name, lead) for name, lead in MODULES.items()}


def module_page(name: str, lead: str = "") -> str:
    """What a module offers: its docstring, then each public name with signature and docstring."""
    module = import_module(name)
    parts = [f"# `{name}`", "", lead or docstring(module), ""]
    for public in public_names(module):
        thing = getattr(module, public)
        if isinstance(thing, ModuleType):  # a function that bears its module's name; `privlex.compare` is both in one
            thing = import_module("privlex.flow").compare if name == "privlex" else getattr(thing, public)
        parts += _described(public, thing)
    return "\n".join(parts).rstrip() + "\n"


def public_names(module: ModuleType) -> list[str]:
    """``__all__``, else what the module itself defines without an underscore."""
    if hasattr(module, "__all__"):
        return [n for n in module.__all__ if not n.startswith("_")]
    return [
        n for n, thing in vars(module).items()
        if not n.startswith("_") and getattr(thing, "__module__", None) == module.__name__
        and (inspect.isfunction(thing) or inspect.isclass(thing))
    ]


def _described(name: str, thing: object) -> list[str]:
    if inspect.isclass(thing):
        parts = [f"## `{name}`", "", *_fields_shown(name, thing), docstring(thing), ""]
        for member, value in vars(thing).items():
            if member.startswith("_") or not (text := docstring(value)):
                continue
            if isinstance(value, property):
                parts += [f"### `{name}.{member}`", "", text, ""]
            elif inspect.isfunction(value) and value.__module__.startswith("privlex"):
                parts += [f"### `{name}.{member}`", "", "```text", signature(member, value), "```", "", text, ""]
        return parts
    if callable(thing) and get_origin(thing) is None and hasattr(thing, "__module__"):
        return [f"## `{name}`", "", "```text", signature(name, thing), "```", "", docstring(thing), ""]
    if isinstance(thing, (dict, tuple, list)):
        members = ", ".join(f"`{getattr(member, 'name', member)}`" for member in thing)
        return [f"## `{name}`", "", f"Holds {members}.", ""]
    return [f"## `{name}`", "", f"`{thing!r}`", ""]


def signature(name: str, function: Callable) -> str:
    """Name, arguments and what comes back, broken into lines where it is long."""
    try:
        found = inspect.signature(function)
    except (TypeError, ValueError):
        return f"{name}(...)"
    parameters = [p for p in found.parameters.values() if p.name not in ("self", "cls")]
    pieces, starred = [], False
    for p in parameters:
        if p.kind is p.KEYWORD_ONLY and not starred:
            pieces.append("*")
        starred = starred or p.kind in (p.KEYWORD_ONLY, p.VAR_POSITIONAL)
        pieces.append(str(p).replace("'", "").replace("privlex.records.", ""))
    returns = found.return_annotation
    back = "" if returns is found.empty else f" -> {returns if isinstance(returns, str) else inspect.formatannotation(returns)}"
    line = f"{name}({', '.join(pieces)}){back}"
    if len(line) <= 100:
        return line
    return f"{name}(\n" + "".join(f"    {piece},\n" for piece in pieces) + f"){back}"


def _fields_shown(name: str, thing: type) -> list[str]:
    if is_dataclass(thing):
        shown = [
            f"    {f.name}: {f.type}{'' if f.default is MISSING else f' = {f.default!r}'}"
            for f in fields(thing) if not f.name.startswith("_")
        ]
    elif issubclass(thing, tuple) and hasattr(thing, "_fields"):
        shown = [f"    {f}: {thing.__annotations__.get(f, '')}" for f in thing._fields]
    else:
        return []
    return ["```text", f"{name}(", *shown, ")", "```", ""] if shown else []


_PARTS = re.compile(
    r"^(Args|Returns|Raises|Yields):[ ]*(.*?)(?=\n[ ]*\n|\Z|^(?:Args|Returns|Raises|Yields):)", re.MULTILINE | re.DOTALL
)


def docstring(thing: object) -> str:
    """A docstring as Markdown: arguments as a list, examples as fenced blocks."""
    text = inspect.getdoc(thing) or ""
    if is_dataclass(thing) and text.startswith(f"{getattr(thing, '__name__', '')}("):
        return ""  # the one dataclass makes itself
    text = text.replace("``", "`")
    text = re.sub(r":(?:func|class|mod):`([^`]+)`", r"`\1`", text)
    text = re.sub(r"\n{3,}", "\n\n", _PARTS.sub(_part, text))
    text = re.sub(r"^(>>> .*?)(?=\n\n|\Z)", r"```text\n\1\n```", text, flags=re.MULTILINE | re.DOTALL)
    return text.strip()


def _part(found: re.Match[str]) -> str:
    name, body = found[1], found[2]
    if name != "Args":
        return f"**{name}:** {_sentence(body)}\n\n"
    items = re.split(r"\n(?=    \S)", "\n" + body.strip("\n"))
    listed = (re.sub(r"^\s*([\w*, ]+?):", r"* `\1`:", _sentence(item)) for item in items if item.strip())
    return "**Arguments:**\n\n" + "\n".join(listed) + "\n\n"


# --------------------------------------------------------------------------- command


def main() -> int:
    """Write what is behind, say what was written."""
    from examples import pages, refresh

    changed = []
    for path, text in written().items():
        target = ROOT / path
        if not target.is_file() or target.read_text("utf-8") != text:
            target.write_text(text, "utf-8")
            changed.append(path)
    for page in pages():
        with tempfile.TemporaryDirectory() as folder:
            if refresh(page, Path(folder)):
                changed.append(page.relative_to(ROOT).as_posix())
    print("\n".join(f"{path} was behind and is written anew" for path in dict.fromkeys(changed)) or "nothing was behind")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
