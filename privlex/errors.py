"""What can go wrong, as a small tree; each message names the file and says what to do."""

from __future__ import annotations


class PrivlexError(Exception):
    """Base of every error that privlex raises on purpose; its text is one sentence for a user."""


class SnapshotError(PrivlexError):
    """A snapshot could not be read: missing, empty, binary, too large, or of an unknown type."""


class NotAPolicyError(SnapshotError):
    """The snapshot was read, but it is no English privacy policy; nothing was extracted."""


class LexiconError(PrivlexError):
    """The lexicon breaks its own law; the text lists every fault with file, line and remedy."""


class ModelError(PrivlexError):
    """The trained weights are missing, damaged or of another version."""


class NoModelError(ModelError):
    """There is no trained tier in this installation: no weights, or nothing to run them with."""


class CorpusError(PrivlexError):
    """The manifest, a corpus name or a fetched page is wrong; the text says which and what to do."""


class GoldError(PrivlexError):
    """A gold data set could not be read in the form that its authors publish."""


class OutputError(PrivlexError):
    """The output could not be written; nothing half-written is left behind."""


class FindingsError(PrivlexError):
    """Stored findings (JSON Lines or released tables) are damaged; the text names file and line."""


class PrivlexWarning(UserWarning):
    """What a result should be read with; on the command line it stands on standard error, once."""
