"""The word classes and patterns of the frames: each has a meaning and a use, and each pattern proves itself."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest

import privlex.practices
from privlex.practices.knowledge import PATTERN_FILE, WORD_FILES, patterns, rows_of, word_classes

SOURCE = "\n".join(p.read_text("utf8") for p in Path(privlex.practices.__file__).parent.glob("*.py"))
CLASSES = [pytest.param(r, id=r["class"]) for file in WORD_FILES for r in rows_of(file)]
PATTERNS = [pytest.param(p, id=p.name) for p in patterns().values()]
CUES = [pytest.param(r, id=r["cue"]) for r in rows_of("conditions.jsonl")]


def is_used(function: str, name: str) -> bool:
    """Whether a module takes the row; ``column_...`` patterns are taken by the names of the columns."""
    if f'{function}("{name}")' in SOURCE:
        return True
    return name.startswith("column_") and f'{function}(f"column_' in SOURCE and f'"{name.removeprefix("column_")}"' in SOURCE


@pytest.mark.parametrize("row", CLASSES)
def test_each_word_class_has_a_meaning_a_use_and_each_word_once(row):
    assert set(row) == {"class", "meaning", "words"} and row["meaning"].strip()
    assert is_used("word_class", row["class"]), "no module takes it: remove it"
    assert row["words"] and len(set(row["words"])) == len(row["words"])
    assert all(word == word.strip().lower() != "" for word in row["words"])


@pytest.mark.parametrize("pattern", PATTERNS)
def test_each_pattern_has_a_meaning_a_use_an_example_and_a_counter_example(pattern):
    apply = getattr(pattern.regex, pattern.applied)
    assert pattern.meaning.strip()
    assert is_used("pattern", pattern.name), "no module takes it: remove it"
    assert apply(pattern.example) and not apply(pattern.counter)


def test_no_name_and_no_pattern_stands_twice():
    assert len(word_classes()) == len(CLASSES)
    written = [(r["pattern"], r["ignore_case"], r["applied"]) for r in rows_of(PATTERN_FILE)]
    assert len(set(written)) == len(written)


def test_every_name_that_a_module_takes_has_a_row():
    taken = set(re.findall(r'\bword_class\("(\w+)"\)', SOURCE)), set(re.findall(r'\bpattern\("(\w+)"\)', SOURCE))
    assert taken[0] <= set(word_classes()) and taken[1] <= set(patterns())


@pytest.mark.parametrize("row", CUES)
def test_each_added_condition_cue_stands_in_its_example_only(row):
    lexicon = files("privlex.lexicon").joinpath("data/conditions.jsonl").read_text("utf-8")
    assert f'"cue": "{row["cue"]}"' not in lexicon, "the lexicon has it: remove it here"
    assert row["cue"] in row["example"].lower() and row["cue"] not in row["not"].lower()
    assert row["meaning"].strip()
