"""Tiny gold sets in their authors' forms; every sentence is invented."""

from __future__ import annotations

import json
from pathlib import Path

FOLDERS = {
    "CollectUse_true": "COLLECT", "CollectUse_false": "NOT_COLLECT", "Share_true": "SHARE", "Share_false": "NOT_SHARE",
}

# (token, label or None) by sentence; a "+" before the label continues the span.
SENTENCES = [
    [("We", None), ("log", None), ("your", "COLLECT"), ("visits", "+COLLECT"), (".", None)],
    [("We", None), ("never", None), ("sell", None), ("names", "NOT_SHARE"), (",", None), ("ages", "NOT_SHARE")],
]


def conll(label: str, sentences=SENTENCES) -> str:
    lines = ["-DOCSTART- -X- O O", ""]
    for sentence in sentences:
        for token, mark in sentence:
            tag = "O"
            if mark and mark.lstrip("+") == label:
                tag = f"{'I' if mark.startswith('+') else 'B'}-{label}"
            lines.append(f"{token} _ _ {tag}")
        lines.append("")
    return "\n".join(lines)


def write_piextract(folder: Path, name: str = "train.conll03", sentences=SENTENCES) -> Path:
    for sub, label in FOLDERS.items():
        (folder / sub).mkdir(parents=True, exist_ok=True)
        (folder / sub / name).write_text(conll(label, sentences), "utf-8")
    return folder


OPP_TEXT = "We keep your e-mail address <br> to answer you. Partners see it."


def opp_practice(id: str, annotator: str, *attributes: tuple[str, str, str | None]) -> dict:
    made = []
    for attribute, value, words in attributes:
        row = {"attribute": attribute, "value": value}
        if words is not None:
            start = OPP_TEXT.index(words)
            row |= {"text": words, "start": start, "end": start + len(words)}
        made.append(row)
    return {"id": id, "annotator": annotator, "category": "First Party Collection/Use", "attributes": made}


OPP_ROWS = [
    {
        "policy": "1_example.org", "segment": 0, "text": OPP_TEXT,
        "practices": [
            opp_practice("1", "a", ("Personal Information Type", "Contact", "e-mail address"),
                         ("Purpose", "Other", None)),
            opp_practice("2", "b", ("Personal Information Type", "Contact", "your e-mail"),
                         ("Third Party Entity", "Unnamed third party", "Partners")),
        ],
    },
    {"policy": "1_example.org", "segment": 1, "text": "Write to us.", "practices": []},
]

GDPR_TEXT = "Your name and, where you give it, your city are used to send parcels through couriers."
GDPR_ROWS = [{
    "policy": "org.example.app", "passage": 0, "type": "text", "context": [{"type": "h2", "text": "Delivery"}],
    "text": GDPR_TEXT,
    "annotations": [
        {"requirement": "Data Categories", "value": "Your name", "performed": True, "kind": "data", "pieces": [[0, 9]]},
        {"requirement": "Data Categories", "value": "Your [...] city", "performed": True, "kind": "data",
         "pieces": [[0, 4], [39, 43]]},
        {"requirement": "Processing Purpose", "value": "send parcels", "performed": True, "kind": "purpose",
         "pieces": [[56, 68]]},
        {"requirement": "Data Recipients", "value": "nowhere to be seen", "performed": True, "kind": "party"},
    ],
}]

BRAT_TEXT = "Sharing\n\nWe give your address to couriers to deliver parcels.\n"
BRAT_ANN = "\n".join([
    "T1\tFirst-party-entity 9 11\tWe",
    "T2\tthird-party-sharing-disclosure 12 16\tgive",
    "T3\tData-contact 22 29\taddress",
    "T4\tThird-party-entity 33 41\tcouriers",
    "T5\tBasic-service-feature 45 60\tdeliver parcels",
    "E1\tthird-party-sharing-disclosure:T2 Data-Shared:T3 Data-Sharer:T1 Data-Receiver:T4 Purpose-Argument2:T5",
    "#1\tAnnotatorNotes T3\tlooked at twice",
    "",
])

CODEBOOK_TEXT = (
    "# Parcels\n\nWhen you order, we collect your name and city to deliver parcels.\n\n"
    "- We never sell your name to advertisers.\n"
)


def codebook_rows() -> list[dict]:
    blocks = CODEBOOK_TEXT.rstrip("\n").split("\n\n")

    def mention(id: str, block: int, kind: str, category: str, words: str) -> dict:
        start = blocks[block].index(words)
        return {"id": id, "kind": kind, "category": category, "quote": words, "start": start, "end": start + len(words)}

    return [
        {"block": 1, "mentions": [
            mention("m1", 1, "data", "contact", "name"), mention("m2", 1, "data", "contact", "city"),
            mention("m3", 1, "purpose", "basic_service", "deliver parcels"),
        ], "practices": [{"action": "collect", "polarity": "affirmed", "data": ["m1", "m2"], "purposes": ["m3"],
                          "recipients": [], "condition": "When you order"}]},
        {"block": 2, "mentions": [
            mention("m4", 2, "data", "contact", "name"), mention("m5", 2, "party", "advertiser", "advertisers"),
        ], "practices": [{"action": "share", "polarity": "denied", "data": ["m4"], "purposes": [],
                          "recipients": ["m5"], "condition": None}]},
    ]


def write_lines(path: Path, rows: list[dict]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def write_codebook(
    folder: Path, name: str = "parcels", rows: list[dict] | None = None, text: str = CODEBOOK_TEXT
) -> Path:
    (folder / "text").mkdir(parents=True, exist_ok=True)
    (folder / "text" / f"{name}.txt").write_bytes(text.encode("utf-8"))
    write_lines(folder / "labels" / f"{name}.jsonl", codebook_rows() if rows is None else rows)
    return folder


def write_brat(folder: Path, ann: str = BRAT_ANN) -> Path:
    (folder / "org_example").mkdir(parents=True, exist_ok=True)
    (folder / "org_example" / "0.txt").write_bytes(BRAT_TEXT.encode("utf-8"))
    (folder / "org_example" / "0.ann").write_text(ann, "utf-8")
    return folder
