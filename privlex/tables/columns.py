"""Every column of every table, declared once: name, type, meaning. Tables, tests and docs are made from here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, get_args

import pandas as pd

from privlex.practices.contradictions import ConflictClass
from privlex.records import ACTIONS, CATEGORIES, MENTION_KINDS, POLARITIES

# Between the members of a cell that holds several quotes or categories.
SEPARATOR = " | "


class Column(NamedTuple):
    """``dtype`` is a pandas type; with ``values`` the column is a categorical over that closed list, in its order."""

    name: str
    dtype: str
    meaning: str
    values: tuple[str, ...] = ()


SNAPSHOT = (
    Column("snapshot", "str", "id of the snapshot, `domain@date`; the source's name where it has no id"),
    Column("domain", "str", "domain of the policy's owner"),
    Column("captured", "datetime64[s]", "day of the capture"),
)

PRACTICE_COLUMNS = (
    *SNAPSHOT,
    Column("practice", "str", "id of the practice within the snapshot"),
    Column("action", "category", "what is done", ACTIONS),
    Column("polarity", "category", "affirmed or denied; silence makes no row", POLARITIES),
    Column("actor", "str", "who does it: `first_party`, or the class of another party"),
    Column("data", "str", "quote of the data mention; missing where the practice names no data"),
    Column("data_category", "category", "codebook category of the data mention", CATEGORIES["data"]),
    Column("data_concept", "str", "concept of the data mention; missing where the lexicon does not know the phrase"),
    Column("data_mention", "str", "id of the data mention within the snapshot"),
    Column("purposes", "str", f"quotes of the purposes, joined by `{SEPARATOR.strip()}`"),
    Column("purpose_categories", "str", "codebook categories of the purposes, each once, joined in the same way"),
    Column("recipients", "str", "quotes of the parties that get, send or are denied the data, joined in the same way"),
    Column("recipient_categories", "str", "codebook categories of these parties, each once, joined in the same way"),
    Column("condition", "str", "words that limit when it happens; missing where there are none"),
    Column("section", "str", "heading that the practice stands under"),
    Column("start", "Int64", "first character of the evidence (sentence, list item or table row) in the decoded source"),
    Column("end", "Int64", "character after the evidence in the decoded source"),
    Column("data_start", "Int64", "first character of the data mention in the decoded source"),
    Column("data_end", "Int64", "character after the data mention in the decoded source"),
    Column("confidence", "float64", "how sure the practice is, 0 to 1"),
    Column("data_confidence", "float64", "how sure the data mention is, 0 to 1"),
    Column("tier", "category", "which reader found it", ("rules", "trained")),
)

MENTION_COLUMNS = (
    *SNAPSHOT,
    Column("mention", "str", "id of the mention within the snapshot"),
    Column("kind", "category", "data, purpose or party", MENTION_KINDS),
    Column("quote", "str", "the words, as the reading text has them"),
    Column("category", "str", "codebook category"),
    Column("concept", "str", "concept; missing where the lexicon does not know the phrase"),
    Column("practices", "str", "ids of the practices that it fills, joined by a space"),
    Column("start", "Int64", "first character in the decoded source"),
    Column("end", "Int64", "character after it in the decoded source"),
    Column("block", "Int64", "number of the block in the document"),
    Column("confidence", "float64", "how sure the mention is, 0 to 1"),
)

SNAPSHOT_COLUMNS = (
    *SNAPSHOT,
    Column("url", "str", "where the page was"),
    Column("media_type", "str", "text/html, text/markdown or text/plain"),
    Column("sha256", "str", "digest of the bytes on disk"),
    Column("text_digest", "str", "digest of the words of the reading text: equal for captures of one text"),
    Column("words", "Int64", "words of the reading text"),
    Column("coverage", "float64", "share of the source's visible characters that was read, 0 to 1"),
    Column("practices", "Int64", "number of practices found"),
    Column("mentions", "Int64", "number of mentions found"),
    Column("tier", "category", "which reader was used", ("rules", "trained")),
    Column("note", "str", "why nothing was read, where that is so"),
)

OPPOSITION_COLUMNS = (
    *SNAPSHOT,
    Column("class", "category", "`conflict` or `definition` (real), or how the pair is told apart", get_args(ConflictClass)),
    Column("real", "bool", "whether both statements cannot hold as they are worded"),
    Column("action", "category", "what is denied and affirmed", ACTIONS),
    Column("denial", "str", "id of the denied practice; missing for a definition"),
    Column("statement", "str", "id of the affirmed practice"),
    Column("denied", "str", "words of the denial: data → parties [condition]"),
    Column("affirmed", "str", "words of the affirmed practice, in the same way"),
    Column("denied_start", "Int64", "first character of the denial's evidence in the decoded source"),
    Column("affirmed_start", "Int64", "first character of the other evidence"),
    Column("reason", "str", "the finding in a sentence; missing for further pairs of the same denial"),
)

TABLES: Mapping[str, tuple[Column, ...]] = {
    "practice_table": PRACTICE_COLUMNS, "mention_table": MENTION_COLUMNS, "snapshot_table": SNAPSHOT_COLUMNS,
    "opposition_table": OPPOSITION_COLUMNS,
}


def frame_of(rows: Iterable[Mapping[str, Any]], columns: tuple[Column, ...]) -> pd.DataFrame:
    """Rows as a frame with exactly these columns and types, also where there are no rows.

    Raises: KeyError for a row that lacks a column; ValueError for a value outside a column's closed list.
    """
    rows = list(rows)
    made: dict[str, pd.Series] = {}
    for column in columns:
        values = [row[column.name] for row in rows]
        if column.values:
            if foreign := set(values) - set(column.values) - {None}:
                raise ValueError(f"{column.name}: {sorted(foreign)} is not in the closed list {column.values}")
            made[column.name] = pd.Series(pd.Categorical(values, categories=column.values))
        elif column.dtype.startswith("datetime"):
            days = pd.Series(pd.to_datetime(values, format="%Y-%m-%d", errors="coerce"))
            made[column.name] = days.astype(column.dtype)
        else:
            made[column.name] = pd.Series(values, dtype=column.dtype)
    return pd.DataFrame(made)


def data_dictionary(tables: Mapping[str, tuple[Column, ...]] = TABLES) -> str:
    """The columns of tables as Markdown: the part of the documentation that cannot fall behind."""
    parts = []
    for table, columns in tables.items():
        rows = (
            f"| `{c.name}` | {c.dtype} | {c.meaning}"
            + (f" ({', '.join(f'`{v}`' for v in c.values)})" if c.values else "")
            + " |"
            for c in ((c._replace(meaning=c.meaning.replace("|", "\\|"))) for c in columns)
        )
        parts.append("\n".join([f"### `{table}`", "", "| column | type | meaning |", "|---|---|---|", *rows]))
    return "\n\n".join(parts) + "\n"
