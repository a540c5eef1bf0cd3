"""The table of scores in the model card, written from ``runs/scores.json`` between its marks."""

from __future__ import annotations

import re
from pathlib import Path

BEGIN, END = "<!-- scores: written by `python -m training card` -->", "<!-- end of scores -->"

# What the card shows, in its order: part, measure, words for it, the figure asked for.
ROWS = (
    ("codebook held out", "exact/micro", "codebook, 45 held-out windows: exact span F1", "0.78"),
    ("codebook held out", "partial/micro", "partial span F1", "0.90"),
    ("codebook held out", "exact/data", "exact, data", ""),
    ("codebook held out", "exact/purpose", "exact, purpose", ""),
    ("codebook held out", "exact/party", "exact, party", ""),
    ("codebook held out", "partial/condition", "partial, condition", ""),
    ("codebook held out", "category accuracy", "category accuracy (overlap-matched)", "0.93"),
    ("codebook held out", "gold-span action", "actions of gold spans, F1 at 0.5", ""),
    ("codebook held out", "gold-span action share denied", "of these, denied sharing", ""),
    ("codebook held out", "gold-span link purpose", "links of gold spans, data-purpose, F1 at 0.5", ""),
    ("codebook held out", "gold-span link party", "data-party", ""),
    ("codebook held out", "gold-span link condition", "condition-any", ""),
    ("codebook dev policy", "exact/micro", "codebook, dev policy: exact span F1", "0.78"),
    ("codebook dev policy", "partial/micro", "partial span F1", "0.90"),
    ("codebook dev policy", "category accuracy", "category accuracy", "0.93"),
    ("piextract", "exact/macro", "PI-Extract dev cut, mean of four (seqeval)", "0.664"),
    ("piextract", "exact/COLLECT", "COLLECT", "0.68"),
    ("piextract", "exact/SHARE", "SHARE", "0.62"),
    ("piextract", "exact/NOT_COLLECT", "NOT_COLLECT", ""),
    ("piextract", "exact/NOT_SHARE", "NOT_SHARE", ""),
    ("gdpr_transparency_200", "exact/macro", "GDPR-Transparency-200 dev, exact macro F1", "0.50"),
    ("gdpr_transparency_200", "overlap/macro", "overlap macro F1", "0.78"),
    ("opp115", "overlap/Personal Information Type", "OPP-115 dev, overlap F1, Personal Information Type", "annotators"),
    ("opp115", "overlap/Purpose", "Purpose", "annotators"),
    ("opp115", "overlap/Third Party Entity", "Third Party Entity", "annotators"),
)


def table(scores: dict[str, dict[str, float]]) -> str:
    """A Markdown table; the wanted column gives the annotators' agreement where that is the measure."""
    lines = ["| measure | int8 weights | wanted |", "|---|---:|---:|"]
    for part, measure, words, wanted in ROWS:
        values = scores[part]
        if wanted == "annotators":
            wanted = f"{values[f'annotators {measure}']:.3f} (annotators)"
        lines.append(f"| {words} | {values[measure]:.3f} | {wanted} |")
    return "\n".join(lines)


def update(card: Path, scores: dict, digest: str) -> None:
    """Write table and digest between the card's marks."""
    text = card.read_text("utf8")
    made = f"{BEGIN}\n\nDigest `{digest}`.\n\n{table(scores)}\n\n{END}"
    card.write_text(re.sub(f"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _: made, text, flags=re.S), "utf8")
