"""Short quotes: released tables carry the words that fill a practice, never a sentence."""

from __future__ import annotations

import re

from privlex.tables.profile import digest_of, words_of

# A released quote has at most this many words and characters. Twelve words hold 95 % and more of the mentions of the
# annotated windows; a sentence of a policy has some 25.
MAX_QUOTE_WORDS = 12
MAX_QUOTE_CHARS = 120

_PART = re.compile(r"[^\W_]+")  # "third-party" and "don't" count as two words: the count errs on the short side
_MARK = re.compile(r" …\[([0-9a-f]{8})\]$")


def short_quote(quote: str) -> str:
    """``quote``, or its beginning and a digest of all of its words, so that equal quotes stay equal.

    >>> short_quote("email address")
    'email address'
    >>> short_quote("a b c d e f g h i j k l m n")
    'a b c d e f g h i j k l …[f8da283e]'
    >>> short_quote("ads that third-party apps show you so you don't get the same ad again")
    "ads that third-party apps show you so you don't get …[a519d56c]"
    """
    if _MARK.search(quote):
        return quote
    pieces = quote.split()
    kept, count = [], 0
    for piece in pieces:
        count += len(_PART.findall(piece)) or 1
        if kept and count > MAX_QUOTE_WORDS:
            break
        kept.append(piece)
    if kept == pieces and len(quote) <= MAX_QUOTE_CHARS:
        return quote
    kept = " ".join(kept)[:MAX_QUOTE_CHARS].rstrip()
    return f"{kept} …[{digest_of(words_of(quote), 8)}]"


def quote_words(quote: str) -> str:
    """The casefolded words of a quote as far as a released quote shows them; the same for both forms of it.

    >>> quote_words("E-mail  Address")
    'e mail address'
    """
    return " ".join(words_of(_MARK.sub("", short_quote(quote))))


def quote_key(quote: str) -> str:
    """What makes two quotes the same words; the same for a quote and its short form."""
    mark = _MARK.search(short_quote(quote))
    return quote_words(quote) + (f" #{mark[1]}" if mark else "")
