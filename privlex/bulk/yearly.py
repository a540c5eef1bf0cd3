"""An archive year by year: how often it was captured, how much of that was new, and what its policies answered.

Three small files made of a dataset that ``privlex bulk`` wrote (``python -m privlex.bulk.release``): ``policies.parquet`` (one row for each policy and year),
``states.parquet`` (what the policy answered that year) and ``archive.json`` (the archive as a whole). Counts and states
only, no word of any policy. Those that come with privlex are read by ``read_yearly()``.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from privlex.bulk.parts import write_file
from privlex.bulk.schema import dataset_facts, read_dataset
from privlex.compare.series import SHARE_COLUMNS, wilson
from privlex.corpus import load_corpus
from privlex.errors import FindingsError
from privlex.practices.states import READABLE, oppositions
from privlex.records import ACTIONS, CATEGORIES, Action, Findings
from privlex.tables.columns import Column, frame_of
from privlex.tables.states import KIND_OF, STATES, By, state_of

#: What is asked of each policy and year: (which categories, action or None for any).
QUESTIONS: tuple[tuple[By, Action | None], ...] = (
    *(("data_category", action) for action in ACTIONS), ("data_category", None), ("party_category", "share"),
    ("purpose_category", None),
)  # fmt: skip
#: States in which a policy states the practice, with or without a condition.
STATED = ("yes", "conditional", "contradictory")
# A capture with fewer words than this share of the fullest of its year is taken to be cut, and passed over.
WHOLE = 0.5

POLICY_COLUMNS = (
    Column("service", "str", "who the policy belongs to, as the archive calls it"),
    Column("path", "str", "which of the service's texts"),
    Column("media_type", "str", "of its captures; in the archive that comes with privlex HTML is TOSBack, Markdown "
                                "Open Terms Archive"),
    Column("year", "Int64", "calendar year of the captures"),
    Column("captures", "Int64", "captures that were read"),
    Column("failures", "Int64", "captures that could not be read"),
    Column("texts", "Int64", "distinct texts among them"),
    Column("new_texts", "Int64", "texts that no earlier capture of the archive has"),
    Column("blocks", "Int64", "blocks of all captures"),
    Column("new_blocks", "Int64", "blocks that no earlier capture of the archive has"),
    Column("words", "Int64", "words of all captures"),
    Column("new_words", "Int64", "words of the new blocks"),
    Column("captured", "datetime64[s]", "day of the capture that stands for the year: the last that is whole"),
    Column("readable", "boolean", "whether silence of that capture means anything"),
    Column("policy_words", "Int64", "its words"),
    Column("practices", "Int64", "practices found in it"),
    Column("denied", "Int64", "of these, denied"),
    Column("contradictions", "Int64", "denials that something affirmed contradicts"),
)
YEARLY_STATE_COLUMNS = (
    Column("service", "str", "who the policy belongs to"),
    Column("path", "str", "which of the service's texts"),
    Column("year", "Int64", "calendar year"),
    Column("by", "category", "which categories are asked for", tuple(KIND_OF)),
    Column("action", "category", "what is done; missing where any action counts", ACTIONS),
    Column("category", "category", "codebook category that is asked for",
           tuple(dict.fromkeys(c for kind in CATEGORIES.values() for c in kind))),
    Column("state", "category", "what the policy answers", STATES),
)
CHANGE_COLUMNS = (
    Column("label", "str", "codebook category"),
    Column("n", "Int64", "policies read in both years"),
    Column("before", "Int64", "of these, policies that state the practice in the first year"),
    Column("after", "Int64", "policies that state it in the second year"),
    Column("gained", "Int64", "policies that state it in the second year only"),
    Column("lost", "Int64", "policies that state it in the first year only"),
)
_POLICY = ["service", "path"]


@dataclass(frozen=True, kw_only=True)
class Yearly:
    """The yearly tables of an archive: ``policies`` (``POLICY_COLUMNS``), ``states`` (``YEARLY_STATE_COLUMNS``; one row for
    each policy, year and question) and ``about``, counts of the archive as a whole and what read it."""

    policies: pd.DataFrame
    states: pd.DataFrame
    about: Mapping[str, Any]


# --------------------------------------------------------------------------- dataset -> tables


def yearly_tables(dataset: str | Path) -> Yearly:
    """The yearly tables of a dataset of ``privlex bulk``.

    For each policy (a text of a service) and year, the last capture of the year stands; one with less than half the words of
    the fullest of the year is passed over where there is another.

    Raises: FindingsError when the folder holds no dataset, or its captures have no service and date.
    """
    dataset = Path(dataset)
    about = dataset_facts(dataset)
    captures = _captures(dataset)
    blocks = _blocks(dataset, captures)
    chosen = _chosen(captures)
    states, said = [], {}
    for found in read_dataset(dataset, snapshots=frozenset(chosen["snapshot"])):
        states += _answers(found)
        said[found.snapshot.source] = {
            "readable": found.coverage >= READABLE, "practices": len(found.practices),
            "denied": sum(p.polarity == "denied" for p in found.practices),
            "contradictions": sum(o.is_real and o.denied is not None for o in oppositions(found)),
        }
    counts = captures.groupby([*_POLICY, "year"], sort=True).agg(
        media_type=("media_type", "first"), captures=("read", "sum"), failures=("read", lambda r: int((~r).sum())),
        texts=("text_digest", "nunique"), new_texts=("new_text", "sum"), blocks=("blocks", "sum"),
        new_blocks=("new_blocks", "sum"), words=("words", "sum"), new_words=("new_words", "sum"),
    ).reset_index()  # fmt: skip
    standing = chosen[[*_POLICY, "year", "snapshot", "captured", "words"]].rename(columns={"words": "policy_words"})
    policies = counts.merge(standing, how="left", on=[*_POLICY, "year"])
    told = pd.DataFrame.from_dict(said, orient="index", columns=["readable", "practices", "denied", "contradictions"])
    policies = policies.merge(told, how="left", left_on="snapshot", right_index=True)
    policies = frame_of(policies.astype(object).where(policies.notna(), None).to_dict("records"), POLICY_COLUMNS)
    frame = pd.DataFrame(states, columns=["snapshot", "by", "action", "category", "state"]).merge(standing[[*_POLICY, "year", "snapshot"]], on="snapshot")
    return Yearly(policies=policies, states=_sorted(frame), about=_about(about, captures, blocks))


def _table(dataset: Path, name: str, columns: Sequence[str]) -> pd.DataFrame:
    parts = sorted((dataset / name).glob("*.parquet"))
    return pa.concat_tables([pq.read_table(p, columns=list(columns)) for p in parts]).to_pandas()


def _captures(dataset: Path) -> pd.DataFrame:
    """Every capture, read or not, in order of time; ``read`` tells which."""
    place = ["snapshot", "service", "path", "captured", "sha256"]
    found = _table(dataset, "snapshots", [*place, "media_type", "text_digest", "words", "blocks"]).assign(read=True)
    failed = _table(dataset, "failures", [*place, "kind"]).assign(read=False)
    every = pd.concat([found, failed], ignore_index=True)
    lacking = every[["service", "captured"]].isna().any(axis=1)
    if lacking.any() or every.empty:
        raise FindingsError(
            f"{dataset}: {int(lacking.sum())} of {len(every)} captures have no service or date; years need both"
        )
    every["path"] = every["path"].fillna("")
    every["year"] = every["captured"].str[:4].astype(int)
    # Rows of a Parquet file are numbered: "row-10" comes after "row-9".
    number = every["snapshot"].str.extract(r"(\d+)$")[0].astype(float).fillna(0)
    every = every.assign(number=number).sort_values(["captured", "number", "snapshot"], kind="stable", ignore_index=True)
    every["new_text"] = ~every["text_digest"].duplicated() & every["read"]
    return every.drop(columns="number")


def _blocks(dataset: Path, captures: pd.DataFrame) -> dict[str, int]:
    """Count blocks of the captures (new columns) and of the archive (returned)."""
    rank = dict(zip(captures["snapshot"], captures.index, strict=True))
    service = captures["service"].astype("category").cat.codes.to_numpy()
    parts = []
    for path in sorted((dataset / "blocks").glob("*.parquet")):
        part = pq.read_table(path, columns=["snapshot", "digest", "words"]).to_pandas()
        # 64 bits of the digest tell some millions of blocks apart, at a quarter of the memory.
        parts.append(pd.DataFrame({
            "rank": part["snapshot"].map(rank).astype("int32"), "words": part["words"],
            "digest": part["digest"].str[:16].map(lambda d: int(d, 16)).astype("uint64"),
        }))  # fmt: skip
    blocks = pd.concat(parts, ignore_index=True).sort_values("rank", kind="stable", ignore_index=True)
    new = ~blocks["digest"].duplicated()
    per = blocks[new].groupby("rank")["words"].agg(["size", "sum"]).reindex(captures.index, fill_value=0)
    captures["new_blocks"], captures["new_words"] = per["size"], per["sum"]
    owners = pd.DataFrame({"digest": blocks["digest"], "service": service[blocks["rank"]]}).drop_duplicates()
    return {
        "blocks": len(blocks), "distinct_blocks": int(new.sum()), "words": int(blocks["words"].sum()),
        "distinct_words": int(blocks.loc[new, "words"].sum()),
        "blocks_of_several_services": int((owners["digest"].value_counts() > 1).sum()),
    }


def _chosen(captures: pd.DataFrame) -> pd.DataFrame:
    """The capture that stands for each policy and year."""
    read = captures[captures["read"]]
    fullest = read.groupby([*_POLICY, "year"])["words"].transform("max")
    return read[read["words"] >= WHOLE * fullest].groupby([*_POLICY, "year"], sort=True).tail(1)


def _answers(found: Findings) -> list[tuple[Any, ...]]:
    return [
        (found.snapshot.source, by, action, category, state_of(found, by, category, action))
        for by, action in QUESTIONS for category in CATEGORIES[KIND_OF[by]]
    ]


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    """The states with their types, question by question: neighbours are alike, and the file is small."""
    frame = frame.reset_index(drop=True)
    made = pd.DataFrame({
        c.name: pd.Categorical(frame[c.name], categories=c.values) if c.values else frame[c.name].astype(c.dtype)
        for c in YEARLY_STATE_COLUMNS
    })
    return made.sort_values(["by", "action", "category", *_POLICY, "year"], kind="stable", ignore_index=True)


def _about(facts: Mapping[str, Any], captures: pd.DataFrame, blocks: Mapping[str, int]) -> dict[str, Any]:
    read = captures[captures["read"]]
    return {
        "source": facts["source"], "tier": facts["tier"], "reader": facts["model"],
        "first": captures["captured"].min(), "last": captures["captured"].max(),
        "services": int(captures["service"].nunique()), "policies": len(captures[_POLICY].drop_duplicates()),
        "captures": len(captures), "pages": int(captures["sha256"].nunique()),
        "texts": int(read["text_digest"].nunique()), **blocks,
        "failures": {kind: int(n) for kind, n in captures["kind"].value_counts().sort_index().items()},
    }  # fmt: skip


# --------------------------------------------------------------------------- tables <-> files


def write_yearly(tables: Yearly, folder: str | Path) -> None:
    """Write the three files. Raises: OutputError naming the file that cannot be written."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in (("policies", tables.policies), ("states", tables.states)):
        sink = io.BytesIO()
        table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
        pq.write_table(table, sink, compression="zstd", compression_level=19)
        write_file(folder / f"{name}.parquet", sink.getvalue())
    about = json.dumps(dict(tables.about), indent=1, ensure_ascii=False) + "\n"
    write_file(folder / "archive.json", about.encode("utf-8"))


def read_yearly(folder: str | Path | None = None) -> Yearly:
    """The yearly tables of a folder; by default those that come with privlex.

    Raises: FindingsError when they are not there.
    """
    folder = Path(folder) if folder else shipped()
    try:
        about = json.loads((folder / "archive.json").read_text("utf-8"))
        frames = {name: pq.read_table(folder / f"{name}.parquet").to_pandas() for name in ("policies", "states")}
    except (OSError, ValueError, pa.ArrowInvalid) as fault:
        raise FindingsError(f"{folder}: no yearly tables of an archive (python -m privlex.bulk.release makes them)") from fault
    for name, columns in (("policies", POLICY_COLUMNS), ("states", YEARLY_STATE_COLUMNS)):
        frames[name] = frames[name].astype({c.name: c.dtype for c in columns if not c.values})
    return Yearly(about=about, **frames)


def shipped() -> Path:
    """Where the yearly tables lie that come with privlex."""
    return load_corpus().folder / "released" / "archive"


# --------------------------------------------------------------------------- answers


def _asked(states: pd.DataFrame, by: By, action: Action | None) -> pd.DataFrame:
    if (by, action) not in QUESTIONS:
        raise ValueError(f"the tables hold no answer to by={by!r}, action={action!r}; they hold {QUESTIONS}")
    right = states["action"].isna() if action is None else states["action"] == action
    asked = states[(states["by"] == by) & right & (states["state"] != "not_readable")]
    return asked.assign(stated=asked["state"].isin(STATED), category=asked["category"].astype(str))


def yearly_shares(
    states: pd.DataFrame, by: By = "data_category", action: Action | None = None, answers: Sequence[str] = STATED
) -> pd.DataFrame:
    """Share of policies that answer so, by year and category, for ``privlex.figures.share_per_year``.

    Args:
        states: of ``read_yearly()``, or rows of it.
        answers: states that count; by default those in which the policy states the practice.

    Returns: the columns of ``privlex.compare.series.SHARE_COLUMNS``; intervals are Wilson's. Policies of which too little
    was read count nowhere.
    """
    asked = _asked(states, by, action)
    asked = asked.assign(counts=asked["state"].isin(answers))
    rows = []
    for (category, year), part in asked.groupby(["category", "year"], sort=False):
        stating, n = int(part["counts"].sum()), len(part)
        low, high = wilson(stating, n)
        rows.append({"label": category, "year": int(year), "stating": stating, "n": n, "share": stating / n,
                     "low": low, "high": high})  # fmt: skip
    order = CATEGORIES[KIND_OF[by]]
    return frame_of(sorted(rows, key=lambda r: (order.index(r["label"]), r["year"])), SHARE_COLUMNS)


def yearly_changes(
    states: pd.DataFrame, before: int, after: int, by: By = "data_category", action: Action | None = None
) -> pd.DataFrame:
    """What the same policies state in two years: only those that were read in both count.

    Returns: the columns of ``CHANGE_COLUMNS``, in the codebook's order. Where ``gained`` and ``lost`` are alike, policies moved
    but their share did not.
    """
    asked = _asked(states, by, action)
    wide = asked[asked["year"].isin((before, after))].pivot(index=["category", *_POLICY], columns="year", values="stated")
    wide = wide.reindex(columns=[before, after]).dropna().astype(bool)
    rows = []
    for category in CATEGORIES[KIND_OF[by]]:
        part = wide[wide.index.get_level_values("category") == category]
        first, second = part[before], part[after]
        rows.append({"label": category, "n": len(part), "before": int(first.sum()), "after": int(second.sum()),
                     "gained": int((second & ~first).sum()), "lost": int((first & ~second).sum())})  # fmt: skip
    return frame_of(rows, CHANGE_COLUMNS)
