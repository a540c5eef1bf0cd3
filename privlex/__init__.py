"""privlex reads archived privacy policies: which data, for what, with whom, each claim tied to its words.

    import privlex

    policy = privlex.read("corpus/pages/qnap.com/2008-05-16.md")
    found = privlex.extract(policy)
    found.to_frame()

The names below are all there is at the top; each is loaded when it is first used, so that importing privlex is quick.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType

# public name -> (stage, name there)
_PUBLIC = {
    "read": ("flow", "read"),
    "extract": ("flow", "extract"),
    "Extraction": ("flow", "Extraction"),
    "load_pipeline": ("pipeline", "load_pipeline"),
    "load_corpus": ("corpus", "load_corpus"),
    "Corpus": ("corpus", "Corpus"),
    "Comparison": ("compare", "Comparison"),
    "PolicyDocument": ("records", "PolicyDocument"),
    "Findings": ("records", "Findings"),
    "PrivlexError": ("errors", "PrivlexError"),
    "NotAPolicyError": ("errors", "NotAPolicyError"),
}
__all__ = [*_PUBLIC, "__version__", "compare"]


class _CallableStage(ModuleType):
    """``privlex.compare`` is a stage (a folder) and, by contract, a function: calling it calls ``privlex.flow.compare``."""

    def __call__(self, before, after, **options):
        return import_module("privlex.flow").compare(before, after, **options)


class _Package(ModuleType):
    def __setattr__(self, name, value):
        # Whoever imports the stage first, under whatever name: it becomes callable as it is bound to the package.
        if name == "compare" and isinstance(value, ModuleType):
            value.__class__ = _CallableStage
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str):
    if name == "compare":
        return import_module("privlex.compare")
    if name == "__version__":
        return _version()
    if name not in _PUBLIC:
        raise AttributeError(f"module 'privlex' has no attribute {name!r}")
    stage, there = _PUBLIC[name]
    value = globals()[name] = getattr(import_module(f"privlex.{stage}"), there)
    return value


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("privlex")
    except PackageNotFoundError:  # a checkout that is not installed
        return "0+unknown"


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
