"""Reading the files of a gold set, so that every fault names its file, its line and what would be right."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from privlex.errors import GoldError
from privlex.files import looked_in


def fault(path: Path, line: int | None, what: str, remedy: str) -> NoReturn:
    """Raise GoldError in the form ``file:line: what is wrong; what to do``."""
    where = f"{path}:{line}" if line is not None else f"{path}"
    raise GoldError(f"{where}: {what}; {remedy}")


def existing(path: str | Path, what: str) -> Path:
    """``path``, if there is something there.

    Raises: GoldError naming ``what`` was expected.
    """
    path = Path(path)
    if not path.exists():
        fault(path, None, f"there is no such file or folder{looked_in(path)}", f"give the path of {what}")
    return path


def text_of(path: Path) -> str:
    """The file as UTF-8, line ends kept (offsets count them), byte-order mark dropped."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        fault(path, None, f"not UTF-8 (byte {error.start})", "save it as UTF-8, as its authors publish it")
    except OSError as error:
        fault(path, None, f"cannot be read ({error.strerror})", "check the path and its permissions")


def json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """``(line number, object)`` for each line that is not blank."""
    for number, line in enumerate(text_of(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            fault(path, number, f"not JSON ({error.msg})", "one JSON object per line is expected")
        if not isinstance(row, dict):
            fault(path, number, f"a JSON {type(row).__name__}", "one JSON object per line is expected")
        yield number, row


def wanted(path: Path, line: int | None, row: dict[str, Any], **types: type | tuple[type, ...]) -> list[Any]:
    """The values of ``row`` under the names of ``types``, each checked to be of its type.

    Raises: GoldError naming the first key that is missing or of another type.
    """
    values = []
    for key, kind in types.items():
        if key not in row:
            fault(path, line, f"the key {key!r} is missing", f"it has {', '.join(map(repr, row)) or 'no keys'}")
        value = row[key]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
            fault(path, line, f"{key!r} is a {type(value).__name__}", f"{_names(kind)} is expected")
        values.append(value)
    return values


def listed(folder: Path, pattern: str, what: str) -> list[Path]:
    """Files of ``folder`` that match, by name; GoldError if there is none."""
    found = sorted(p for p in folder.glob(pattern) if p.is_file() and not p.name.startswith("."))
    if not found:
        fault(folder, None, f"no {pattern} in this folder", f"give the path of {what}")
    return found


def _names(kind: type | tuple[type, ...]) -> str:
    return " or ".join(k.__name__ for k in (kind if isinstance(kind, tuple) else (kind,)))
