"""Pages of policies: text with highlights, practices, figures."""

from __future__ import annotations

import json
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from io import BytesIO

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from pandas import DataFrame

from privlex.figures import alluvial
from privlex.figures.highlight import LEGEND, PRACTICE_HEAD, marked_text, practice_cells
from privlex.figures.style import STATES, words
from privlex.records import ACTIONS, CATEGORIES, POLARITIES, Findings, Practice
from privlex.report.assets import page
from privlex.tables.states import state_of


def report_page(findings: Sequence[Findings]) -> str:
    """One self-contained HTML page for one or several snapshots.

    The practices stand first, with filters by policy, action, polarity and category; a click or Enter on a row leads to
    its words. Then what each policy answers on every kind of data, in the states of ``privlex.tables``. The page loads nothing and runs nothing but its own script.
    """
    several = len(findings) > 1
    title = f"{len(findings)} privacy policies" if several else name_of(findings[0])
    body = [f"<header><h1>{escape(title)}</h1>{''.join(_facts(f, several) for f in findings)}</header>"]
    body.append('<main id="main"><div class="columns"><section class="sticky"><h2>Practices</h2>')
    body.append(controls(findings, several))
    head = PRACTICE_HEAD.replace("<tr>", "<tr><th>policy</th>") if several else PRACTICE_HEAD
    rows = "".join(practice_row(f, p, prefix_of(n), several) for n, f in enumerate(findings) for p in f.practices)
    body.append(f"<table><thead>{head}</thead><tbody>{rows}</tbody></table></section>")
    body.append(f"<section><h2>Text</h2>{LEGEND}")
    for number, found in enumerate(findings):
        text = marked_text(found, prefix_of(number))
        body.append(
            f"<details open><summary><b>{escape(name_of(found))}</b></summary>{text}</details>" if several else text
        )
    body.append("</section></div>")
    tables = "".join(answers(f, several) for f in findings)
    body.append(f'<section><h2>Answers</h2><p class="quiet">What the policy says of each kind of data; silence is told too.</p>{tables}</section>')
    body.append(
        f"<section><h2>Flows</h2>{figure_html(_flows(findings), 'Flows from data to parties')}</section></main>"
    )
    return page(f"{title} - practices", "".join(body))


def name_of(findings: Findings) -> str:
    """The snapshot's id, or where it came from."""
    return findings.snapshot.id or findings.snapshot.source


def prefix_of(number: int) -> str:
    """Prefix of the ids of the ``number``-th policy on a page."""
    return f"d{number}-"


def practice_row(found: Findings, practice: Practice, prefix: str, several: bool) -> str:
    """A row of the table of practices that filters and leads to its words."""
    facts = {
        "policy": [name_of(found).lower()],
        "action": [practice.action],
        "polarity": [practice.polarity],
        "category": sorted(
            {found.mention(i).category for i in (*practice.data, *practice.purposes, *practice.recipients)}
        ),
    }
    first = f'<td class="quiet">{escape(name_of(found))}</td>' if several else ""
    return (
        f'<tr tabindex="0" data-filter="{escape(json.dumps(facts))}" data-go="{prefix}{practice.id}">'
        f"{first}{practice_cells(found, practice)}</tr>"
    )


def answers(found: Findings, several: bool) -> str:
    """A table of states: a row for each category of data, a column for each action."""
    head = "".join(f'<th scope="col">{words(action)}</th>' for action in ACTIONS)
    rows = []
    for category in CATEGORIES["data"]:
        cells = "".join(_state_cell(state_of(found, "data_category", category, action)) for action in ACTIONS)
        rows.append(f'<tr><th scope="row">{escape(words(category))}</th>{cells}</tr>')
    caption = f"<caption>{escape(name_of(found))}</caption>" if several else ""
    return f'<table class="answers">{caption}<thead><tr><th>data</th>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def _state_cell(state: str) -> str:
    style = STATES[state]
    return f'<td style="background:{style.fill};color:{style.ink}">{style.words}</td>'


def controls(findings: Sequence[Findings], several: bool) -> str:
    """The filters above the table."""
    present = Counter(
        found.mention(i).category
        for found in findings
        for p in found.practices
        for i in (*p.data, *p.purposes, *p.recipients)
    )
    order = list(dict.fromkeys(c for names in CATEGORIES.values() for c in names))
    choices = [("policy", [name_of(f) for f in findings])] if several else []
    choices += [("action", ACTIONS), ("polarity", POLARITIES), ("category", [c for c in order if present[c]])]
    return controls_html(choices)


def controls_html(choices: Iterable[tuple[str, Sequence[str]]]) -> str:
    """Selects for closed lists, a field for words, and the count of the rows that are shown."""
    parts = []
    for name, values in choices:
        options = "".join(f'<option value="{escape(v.lower())}">{escape(words(v))}</option>' for v in values)
        parts.append(
            f'<label>{escape(name)}<select data-control="{escape(name)}"><option value="">all</option>{options}'
            f"</select></label>"
        )
    parts.append('<label>words<input type="search" data-control="words" size="14"></label>')
    parts.append('<span class="quiet" data-count aria-live="polite"></span>')
    return f'<div class="controls" role="search">{"".join(parts)}</div>'


def figure_html(ax: Axes | None, alt: str) -> str:
    """The figure of ``ax`` as an embedded PNG; closes it."""
    if ax is None:
        return '<p class="quiet">nothing to draw</p>'
    out = BytesIO()
    # No software name and no date: equal numbers give equal bytes.
    ax.figure.savefig(out, format="png", dpi=110, metadata={"Software": None})
    plt.close(ax.figure)
    data = b64encode(out.getvalue()).decode("ascii")
    return f'<img class="figure" alt="{escape(alt)}" src="data:image/png;base64,{data}">'


def _facts(found: Findings, several: bool) -> str:
    info = found.snapshot
    parts = [
        f"{len(found.practices)} practices",
        f"{len(found.mentions)} mentions",
        f"{found.coverage:.1%} of the visible text read",
        f"{found.tier} tier",
    ]
    if info.captured:
        parts.insert(0, f"captured {info.captured}")
    if info.url:
        parts.append(info.url)
    parts.append(f"sha256 {info.sha256[:16]}…")
    if found.document is not None:
        parts += [note for note in found.document.notes]
    lead = f"<b>{escape(name_of(found))}</b>: " if several else ""
    return f'<p class="facts">{lead}{escape(" · ".join(parts))}</p>'


def _flows(findings: Sequence[Findings]) -> Axes | None:
    rows = [
        {"data_category": found.mention(d).category, "action": p.action, "party_category": party}
        for found in findings
        for p in found.practices
        if p.polarity == "affirmed"
        for d in p.data
        for party in sorted({found.mention(r).category for r in p.recipients}) or [""]
    ]
    if not rows:
        return None
    n = len(findings)
    return alluvial(
        DataFrame(rows), title=f"Affirmed practices, n = {len(rows)} flows in {n} polic{'y' if n == 1 else 'ies'}"
    )
