"""What failed, said at once and counted: one line on standard error for each input."""

from __future__ import annotations

import os
import sys
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from privlex.errors import OutputError, PrivlexError, PrivlexWarning


def say(message: str) -> None:
    """One message for the user, on standard error, above any progress bar."""
    from tqdm import tqdm

    tqdm.write(f"privlex: {message}", file=sys.stderr)


@contextmanager
def warnings_said() -> Iterator[None]:
    """Say the warnings of privlex in the block as every other message is said, each once; others go their own way."""
    said, others = set(), warnings.showwarning

    def show(message, category, *where, **more):
        if not issubclass(category, PrivlexWarning):
            others(message, category, *where, **more)
        elif str(message) not in said:
            said.add(str(message))
            say(str(message))

    with warnings.catch_warnings():
        warnings.simplefilter("always", PrivlexWarning)
        warnings.showwarning = show
        yield


class NothingRead(Exception):
    """Every input failed; there is nothing to write."""


class Faults:
    """Collects the inputs that failed; ``code`` is the exit code they make."""

    def __init__(self) -> None:
        self.labels: list[str] = []

    @property
    def code(self) -> int:
        return 1 if self.labels else 0

    def add(self, label: str, reason: str) -> None:
        """Name an input and why it failed."""
        self.labels.append(label)
        say(reason if label in reason else f"{label}: {reason}")

    @contextmanager
    def catching(self, label: str) -> Iterator[None]:
        """Turn whatever goes wrong with one input into one line, and go on with the next.

        A fault of the output goes through: it is no input's fault, and no other input could be written either.
        """
        try:
            yield
        except (OutputError, OSError) as fault:
            if isinstance(fault, OutputError | BrokenPipeError):
                raise
            self.add(label, f"{label}: cannot be read ({fault.strerror or fault})")
        except PrivlexError as fault:
            self.add(label, str(fault))
        except Exception as fault:
            if os.environ.get("PRIVLEX_DEBUG"):
                traceback.print_exc()
            self.add(label, (
                f"{label}: not read, because of a fault in privlex ({type(fault).__name__}: {_one_line(fault)}); "
                "please report it together with this file (PRIVLEX_DEBUG=1 shows where it happened)"
            ))

    def summary(self, total: int) -> None:
        """Say how many failed, where more than one input was given."""
        if self.labels and total > 1:
            say(f"{len(self.labels)} of {total} inputs failed, each named above")


def _one_line(fault: BaseException) -> str:
    return " ".join(str(fault).split())[:200]
