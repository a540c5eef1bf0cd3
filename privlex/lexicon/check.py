"""The law of the lexicon: ``python -m privlex.lexicon.check [FOLDER]`` reports every fault with file, line and remedy.

Shape, names, order, and that each row's example holds its words. That a row's example is read as it should be, and its
counter-example is not, is proved over every row by the tests of the stages that read (mentions, practices).
"""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, NamedTuple

from privlex.lexicon.entries import DATA, RECORDS, TERM_FILES
from privlex.lexicon.normal import normal
from privlex.records import ACTIONS, CATEGORIES, MENTION_KINDS

MATCH_MODES = {
    "data": ("head", "phrase", "context", "clause", "never"),
    "party": ("head", "phrase", "context"),
    "purpose": ("noun", "verb"),
}
FORMS = {"verb": {"base", "third", "past", "participle", "gerund"}, "noun": {"singular", "plural"}}
FRAME_FORMS = ("active", "passive", "nominal")
SLOTS = (
    "subject", "object", "object2", "to", "with", "from", "by", "for", "of", "on", "in", "about", "after", "within",
    "when", "until", "to_verb",
)  # fmt: skip
ROLES = (
    "actor", "user", "data", "purpose", "recipient", "source", "condition", "place", "user_gives", "collect_or_access",
    "access",
)  # fmt: skip
POLARITY_KINDS = ("denial", "exception", "not_a_denial")
DIRECTIONS = ("forward", "subject", "none")
CONDITION_KINDS = ("event", "time", "consent", "law", "exception", "extent", "form", "manner", "children")
ENDS = ("clause", "phrase")
WORD_CLASSES = (
    "determiner", "possessive", "pronoun", "preposition", "conjunction", "wh", "subordinator", "auxiliary", "adverb",
    "adjective", "weak_modifier", "verb",
)  # fmt: skip
# Web policies begin in the mid-nineties; a year beyond the study's last is a slip of the keyboard.
YEARS = range(1993, 2031)
_NAMES = {"counter_examples": "not", "class_": "class"}
_ORDER = {
    "concepts.jsonl": ("kind", "concept"),
    "data_types.jsonl": ("concept", "term"),
    "parties.jsonl": ("concept", "term"),
    "purposes.jsonl": ("concept", "match", "term"),
    "actions.jsonl": ("action", "pos", "lemma", "note"),
    "polarity.jsonl": ("kind", "cue"),
    "conditions.jsonl": ("cue",),
    "words.jsonl": ("class", "word"),
}


class Fault(NamedTuple):
    """Something wrong in a line of a file, and what would be right."""

    file: str
    line: int
    fault: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.fault}"


class Row(NamedTuple):
    file: str
    line: int
    row: dict[str, Any]


def check_lexicon(folder: Path = DATA) -> list[Fault]:
    """Every fault of the lexicon in ``folder``, in the order of files and lines; empty when it is sound."""
    faults: list[Fault] = []
    rows: list[Row] = []
    for name in RECORDS:
        path = folder / name
        if not path.is_file():
            faults.append(Fault(name, 0, "the file is missing; restore it from the repository"))
            continue
        for number, line in enumerate(path.read_text("utf8").splitlines(), 1):
            try:
                row = json.loads(line)
            except ValueError as error:
                faults.append(Fault(name, number, f"no JSON ({error}); write one JSON object per line"))
                continue
            shape = list(_shape(name, row))
            faults.extend(Fault(name, number, text) for text in shape)
            if not shape:
                rows.append(Row(name, number, row))
    known = {row["concept"]: row for file, _, row in rows if file == "concepts.jsonl"}
    for rule in (_order, _twice):
        faults.extend(rule(rows))
    for row in rows:
        faults.extend(Fault(row.file, row.line, text) for text in _common(row.row))
        special = {"concepts.jsonl": _concept, "actions.jsonl": _action, "polarity.jsonl": _polarity,
                   "conditions.jsonl": _condition, "words.jsonl": _word}.get(row.file, _term)  # fmt: skip
        faults.extend(Fault(row.file, row.line, text) for text in special(row, known))
    files = list(RECORDS)
    return sorted(faults, key=lambda fault: (files.index(fault.file), fault.line, fault.fault))


def _shape(name: str, row: Any) -> Iterator[str]:
    """Field names and types, from the record of the file."""
    if not isinstance(row, dict):
        yield "not an object; write {...} with the fields of README.md"
        return
    record = RECORDS[name]
    wanted = {_NAMES.get(f.name, f.name): f for f in fields(record)}
    for key in row.keys() - wanted.keys():
        near = difflib.get_close_matches(key, wanted, n=1)
        yield f"unknown field {key!r}; " + (f"did you mean {near[0]!r}?" if near else "remove it")
    for key, field in wanted.items():
        if key not in row:
            yield f"field {key!r} is missing; add it" + ("" if field.default is MISSING else " (it may be empty)")
        elif not _fits(row[key], str(field.type)):
            yield f"field {key!r} holds {row[key]!r}; it must be of type {_plain(str(field.type))}"


def _plain(kind: str) -> str:
    return kind.replace("tuple[str, ...]", "list of strings").replace("tuple[dict[str, Any], ...]", "list of objects")


def _fits(value: Any, kind: str) -> bool:
    if kind.endswith("| None") and value is None:
        return True
    kind = kind.removesuffix(" | None")
    if kind == "str":
        return isinstance(value, str)
    if kind == "bool":
        return isinstance(value, bool)
    if kind == "int":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "tuple[str, ...]":
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if kind == "dict[str, str]":
        return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _sort_key(row: Row) -> tuple[str, ...]:
    return tuple(str(row.row[key] or "") for key in _ORDER[row.file])


def _order(rows: list[Row]) -> Iterator[Fault]:
    for before, row in zip(rows, rows[1:], strict=False):
        if before.file == row.file and _sort_key(row) < _sort_key(before):
            yield Fault(row.file, row.line, f"out of order; sort the file by {', '.join(_ORDER[row.file])}")


def _identity(row: Row) -> tuple:
    """What no two rows of a file may share."""
    fields_ = row.row
    if row.file == "concepts.jsonl":
        return (fields_["concept"],)
    if row.file in TERM_FILES.values():
        mode = fields_["match"] if fields_["match"] in ("verb", "clause") else ""
        return (normal(fields_["term"]), mode)
    if row.file == "actions.jsonl":
        return (fields_["lemma"], fields_["pos"], fields_["action"], json.dumps(fields_["frames"]))
    if row.file == "words.jsonl":
        return (fields_["word"], fields_["class"])
    return (fields_["cue"],)


def _twice(rows: list[Row]) -> Iterator[Fault]:
    seen: dict[tuple, Row] = {}
    for row in rows:
        key = (row.file, *_identity(row))
        if key in seen:
            yield Fault(row.file, row.line, f"says the same as line {seen[key].line}; keep one of them")
        else:
            seen[key] = row


def _common(row: dict[str, Any]) -> Iterator[str]:
    if not row["source"].strip():
        yield "no source; say where the term was met"
    if "first_seen" in row and row["first_seen"] not in YEARS:
        yield f"first_seen is {row['first_seen']}; give a year from {YEARS[0]} to {YEARS[-1]}"
    for key in ("examples", "not"):
        if key in row and not row[key]:
            yield f"no sentence under {key!r}; every row proves itself by both, add one"
    for sentence in set(row.get("examples", ())) & set(row.get("not", ())):
        yield f"{sentence!r} is example and counter-example at once; change one"


def _one_of(field: str, value: str, allowed: Any) -> Iterator[str]:
    if value not in allowed:
        near = difflib.get_close_matches(str(value), [str(a) for a in allowed], n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"it is one of {', '.join(map(str, allowed))}"
        yield f"unknown {field} {value!r}; {hint}"


def _concept(row: Row, known: dict[str, dict]) -> Iterator[str]:
    fields_ = row.row
    bad_kind = list(_one_of("kind", fields_["kind"], MENTION_KINDS))
    yield from bad_kind
    if not bad_kind:
        yield from _one_of("category", fields_["category"], CATEGORIES[fields_["kind"]])
    if not fields_["concept"].startswith(fields_["category"] + "/"):
        yield f"concept {fields_['concept']!r} is not in its category; name it {fields_['category']}/..."
    if not fields_["definition"].strip():
        yield "no definition; say in one line what the concept is"
    parent = fields_["parent"]
    if parent is None:
        return
    if parent not in known:
        yield from _one_of("parent", parent, sorted(known))
        return
    if known[parent]["kind"] != fields_["kind"]:
        yield f"parent {parent!r} is a {known[parent]['kind']} concept; choose one of kind {fields_['kind']}"
    seen = {fields_["concept"]}
    while parent in known:
        if parent in seen:
            yield f"parents run in a circle through {parent!r}; cut it"
            return
        seen.add(parent)
        parent = known[parent]["parent"]


def _term(row: Row, known: dict[str, dict]) -> Iterator[str]:
    kind = next(kind for kind, name in TERM_FILES.items() if name == row.file)
    fields_ = row.row
    term = fields_["term"]
    if fields_["concept"] not in known:
        near = difflib.get_close_matches(fields_["concept"], sorted(known), n=1)
        hint = f"did you mean {near[0]!r}?" if near else "add it to concepts.jsonl first"
        yield f"unknown concept {fields_['concept']!r}; {hint}"
    elif known[fields_["concept"]]["kind"] != kind:
        yield f"{fields_['concept']!r} is a {known[fields_['concept']]['kind']} concept; this file holds {kind} terms"
    yield from _one_of("match", fields_["match"], MATCH_MODES[kind])
    words = normal(term)
    if not words:
        yield f"term {term!r} holds no word; write it out"
        return
    for sentence in fields_["examples"]:
        if not _holds(normal(sentence), words, gaps=fields_["match"] == "verb"):
            yield f"the example {sentence!r} does not hold {term!r}; use the term in it"
    for sentence in fields_["not"]:
        close = "".join(words) in "".join(normal(sentence))  # "any one" for "anyone"
        if not close and not set(normal(sentence)) & set(words):
            yield f"the counter-example {sentence!r} shares no word with {term!r}; it proves nothing, choose a closer one"


def _holds(sentence: tuple[str, ...], words: tuple[str, ...], gaps: bool) -> bool:
    """Do the words stand in the sentence in order, with or without others between them?"""
    if gaps:
        rest = iter(sentence)
        return all(word in rest for word in words)
    size = len(words)
    return any(sentence[at : at + size] == words for at in range(len(sentence) - size + 1))


def _action(row: Row, known: dict[str, dict]) -> Iterator[str]:
    fields_ = row.row
    yield from _one_of("action", fields_["action"], ACTIONS)
    bad_pos = list(_one_of("pos", fields_["pos"], FORMS))
    yield from bad_pos
    if not bad_pos and set(fields_["forms"]) != FORMS[fields_["pos"]]:
        yield f"forms are {sorted(fields_['forms'])}; a {fields_['pos']} has {sorted(FORMS[fields_['pos']])}"
    if not fields_["frames"]:
        yield "no frame; say which slots the word takes"
    for frame in fields_["frames"]:
        yield from _one_of("frame form", frame.get("form", ""), FRAME_FORMS)
        for slot, role in frame.items():
            if slot == "form":
                continue
            if slot == "only_data":
                for category in role:
                    yield from _one_of("category in only_data", category, CATEGORIES["data"])
                continue
            yield from _one_of("slot", slot, SLOTS)
            yield from _one_of("role", role, ROLES)
    for sentence in fields_["examples"]:
        low = sentence.lower()
        if not any(_word_in(form, low) for form in fields_["forms"].values()):
            yield f"the example {sentence!r} holds no form of {fields_['lemma']!r}; use the word in it"
        elif fields_["particle"] and not _word_in(fields_["particle"], low):
            yield f"the example {sentence!r} lacks the particle {fields_['particle']!r}; add it"


def _word_in(words: str, low: str) -> bool:
    at = low.find(words)
    while at >= 0:
        end = at + len(words)
        if (at == 0 or not low[at - 1].isalnum()) and (end == len(low) or not low[end].isalnum()):
            return True
        at = low.find(words, at + 1)
    return False


def _cue(fields_: dict[str, Any]) -> Iterator[str]:
    cue = fields_["cue"]
    held = (lambda low: cue in low) if cue.startswith("n'") else (lambda low: _word_in(cue, low))
    for sentence in fields_["examples"]:
        if not held(sentence.lower()):
            yield f"the example {sentence!r} does not hold {cue!r}; use the cue in it"
    for sentence in fields_["not"]:
        if held(sentence.lower()):
            yield f"the counter-example {sentence!r} holds {cue!r}; choose one in which the cue is absent"


def _polarity(row: Row, known: dict[str, dict]) -> Iterator[str]:
    yield from _one_of("kind", row.row["kind"], POLARITY_KINDS)
    yield from _one_of("direction", row.row["direction"], DIRECTIONS)
    if row.row["direction"] == "forward" and not row.row["ends"]:
        yield "reaches forward without an end; list under 'ends' what stops it"
    yield from _cue(row.row)


def _condition(row: Row, known: dict[str, dict]) -> Iterator[str]:
    yield from _one_of("kind", row.row["kind"], CONDITION_KINDS)
    yield from _one_of("ends", row.row["ends"], ENDS)
    yield from _cue(row.row)


def _word(row: Row, known: dict[str, dict]) -> Iterator[str]:
    fields_ = row.row
    yield from _one_of("class", fields_["class"], WORD_CLASSES)
    if fields_["class"] == "verb" and fields_["word"] not in fields_["forms"]:
        yield f"the verb {fields_['word']!r} is not among its forms; put the base form first"
    if fields_["class"] != "verb" and fields_["forms"]:
        yield f"{fields_['word']!r} is no verb but has forms; leave them empty"


def main(argv: list[str] | None = None) -> int:
    """Print every fault; 0 when there is none, else 1."""
    arguments = sys.argv[1:] if argv is None else argv
    folder = Path(arguments[0]) if arguments else DATA
    faults = check_lexicon(folder)
    for fault in faults:
        print(fault)
    print(f"{len(faults)} faults" if faults else f"{folder.name}: sound", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
