"""Is it a privacy policy, and is it English: said of the whole text, never used to change it."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE = 60_000  # characters from the middle and the start; enough for a share of words
# The commonest words of English running text; none is common in the other languages of the archive's policies.
_ENGLISH = frozenset(
    ["the", "of", "and", "to", "that", "is", "you", "we", "your", "our", "or", "for", "may", "with", "this", "are", "by", "be", "it", "as", "from", "not", "will", "information", "use", "any", "have", "if", "such", "which", "can"]
)
_MIN_WORDS = 25          # under it a language cannot be told
_ENGLISH_SHARE = 0.18    # English policies of the archive have 0.30 to 0.50, other languages under 0.08
_PRIVACY = (
    re.compile(r"\bprivacy\b|\bdata protection\b|\bdatenschutz|\bconfidentialit|\bprivacidad\b|\bprivacidade\b", re.I),
    re.compile(r"\bpersonal(?:ly)?[ -](?:identif\w+ )?(?:information|data|details)\b|\bpersonenbezogen|\bdonn[ée]es (?:à caract[èe]re )?personnel|\bdatos personales\b|\bdados pessoais\b|\bdati personali\b", re.I),
    re.compile(r"\bcollect(?:s|ed|ing|ion)?\b", re.I),
    re.compile(r"\bcookies?\b", re.I),
    re.compile(r"\b(?:shar(?:e|ed|ing)|disclos(?:e|ed|ure)|third part(?:y|ies)|sell|sold)\b", re.I),
    re.compile(r"\b(?:your|user|customer|account|registration) (?:information|data|details)\b|\binformation (?:about|you|we)\b", re.I),
)


def language_of(text: str) -> str:
    """Return "en", "other", or "unknown" where there are too few words to tell.

    >>> language_of("We keep your name for as long as you have an account with us. " * 4)
    'en'
    >>> language_of("Wir speichern Ihren Namen, solange Sie ein Konto bei uns haben. " * 4)
    'other'
    """
    sample = text if len(text) <= _SAMPLE else text[: _SAMPLE // 2] + text[len(text) // 2 : len(text) // 2 + _SAMPLE // 2]
    words = _WORD.findall(sample.lower())
    if len(words) < _MIN_WORDS:
        # Scripts without spaces between words still have many letters.
        letters = sum(1 for character in sample if ord(character) > 0x2E7F)
        return "other" if letters > 40 else "unknown"
    share = sum(1 for word in words if word in _ENGLISH) / len(words)
    return "en" if share >= _ENGLISH_SHARE else "other"


def is_policy(text: str) -> bool:
    """Whether it shows signs of a privacy policy: three different kinds of its vocabulary, one of them twice.

    >>> is_policy("Our privacy notice. We collect personal data and set cookies. We collect little.")
    True
    >>> is_policy("Add two eggs to the flour and stir until smooth.")
    False
    """
    kinds = total = 0
    for pattern in _PRIVACY:
        found = sum(1 for _ in _limited(pattern, text))
        kinds += found > 0
        total += found
    return kinds >= 3 and total >= 4


def _limited(pattern: re.Pattern[str], text: str, limit: int = 5):
    for number, found in enumerate(pattern.finditer(text)):
        if number >= limit:
            return
        yield found
