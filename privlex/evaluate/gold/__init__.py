"""Readers of gold data, each in the form that its authors publish. No model is needed to read them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from privlex.errors import GoldError
from privlex.evaluate.gold.codebook import read_codebook
from privlex.evaluate.gold.gdpr import read_gdpr_transparency_200
from privlex.evaluate.gold.opp115 import read_opp115
from privlex.evaluate.gold.piextract import read_piextract
from privlex.evaluate.gold.policyie import read_policyie

READERS: dict[str, Callable[[str | Path], Sequence[Any]]] = {
    "piextract": read_piextract,
    "opp115": read_opp115,
    "gdpr_transparency_200": read_gdpr_transparency_200,
    "policyie": read_policyie,
    "codebook": read_codebook,
}
DATASETS = tuple(READERS)

__all__ = [
    "DATASETS", "READERS", "read_codebook", "read_gdpr_transparency_200", "read_gold", "read_opp115", "read_piextract",
    "read_policyie",
]


def read_gold(dataset: str, path: str | Path) -> Sequence[Any]:
    """The records of a gold set.

    Raises: GoldError for an unknown name, or whatever its reader finds wrong.
    """
    if dataset not in READERS:
        raise GoldError(f"there is no data set {dataset!r}; one of {', '.join(DATASETS)} is expected")
    return READERS[dataset](path)
