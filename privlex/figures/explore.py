"""Filters of a table of practices that need no script: choices, and style rules that hide the rows that do not match.

A row carries its facts as classes. Where a page takes choices or style away (GitHub shows notebooks so), every row is
there to read.
"""

from __future__ import annotations

from html import escape

from privlex.records import ACTIONS, CATEGORIES, MENTION_KINDS, POLARITIES, Findings, Practice

LEAST_ROWS = 8  # fewer are seen at a glance


def row_facts(findings: Findings, practice: Practice) -> list[str]:
    """What a row can be chosen by: its action, its polarity, the kinds and categories of its mentions."""
    mentions = [findings.mention(id) for id in (*practice.data, *practice.purposes, *practice.recipients)]
    facts = [f"action-{practice.action}", f"polarity-{practice.polarity}"]
    facts += [f"kind-{kind}" for kind in MENTION_KINDS if any(m.kind == kind for m in mentions)]
    return facts + list(dict.fromkeys(f"{m.kind}-{m.category}" for m in mentions))


def filters_html(findings: Findings) -> str:
    """Choices of action, polarity, kind and category with the number of practices each; empty for a few practices."""
    if len(findings.practices) < LEAST_ROWS:
        return ""
    count: dict[str, int] = {}
    for practice in findings.practices:
        for fact in row_facts(findings, practice):
            count[fact] = count.get(fact, 0) + 1

    def option(fact: str) -> str:
        name = fact.partition("-")[2].replace("_", " ")
        return f'<option value="{fact}">{escape(name)} ({count[fact]})</option>'

    def choice(name: str, facts: list[str]) -> str:
        inner = "".join(option(fact) for fact in facts if fact in count)
        return f'<label>{name} <select><option value="">all</option>{inner}</select></label> '

    groups = "".join(
        f'<optgroup label="{kind}">{inner}</optgroup>' for kind in MENTION_KINDS
        if (inner := "".join(option(f"{kind}-{c}") for c in CATEGORIES[kind] if f"{kind}-{c}" in count))
    )
    rules = "".join(
        f'.plx:has(option[value="{fact}"]:checked) tbody tr:not(.{fact}){{display:none}}' for fact in count
    )
    return (
        f'<style>{rules}</style><p class="filters">'
        + choice("action", [f"action-{action}" for action in ACTIONS])
        + choice("polarity", [f"polarity-{polarity}" for polarity in POLARITIES])
        + choice("with", [f"kind-{kind}" for kind in MENTION_KINDS])
        + f'<label>category <select><option value="">all</option>{groups}</select></label></p>'
    )
