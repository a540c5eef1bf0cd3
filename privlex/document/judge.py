"""Is it a privacy policy, and is it English: said of the whole text, never used to change it."""

from __future__ import annotations

import re

from privlex.document.words import word_set

_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE = 20_000  # characters, half from the start, half from the middle; enough for a share of words
_POLICY_SAMPLE = 200_000  # characters
# The commonest words of English running text; none is common in the other languages of the archive's policies.
_ENGLISH = word_set("""
    the of and to that is you we your our or for may with this are by be it as from not will information use
    any have if such which can
""")
# The commonest words of the other languages met in the archive, without those that English has too.
_FOREIGN = word_set("""
    de la le les des et du que en los las el y por der die und das ist nicht mit von ein eine zu auf il di che per
    non un una van het een voor niet zijn os da em não para com och att är som på til af jest nie się na и в не на
    si nous vous votre vos ihre sie wir su sus se o e
""")
_MIN_WORDS = 25  # under it a language cannot be told
_MENU_SHARE = 0.05
_ENGLISH_SHARE = 0.18  # English policies of the archive have 0.30 to 0.50, other languages under 0.08
# Kinds of a policy's vocabulary; each is looked for as it stands in the lower-cased text.
_PRIVACY = (
    (
        "privacy",
        "data protection",
        "datenschutz",
        "confidentialit",
        "privacidad",
        "vie privée",
        "個人情報",
        "隐私",
        "隱私",
    ),
    (
        "personal information",
        "personal data",
        "personally identif",
        "personenbezogen",
        "données personnelles",
        "caractère personnel",
        "datos personales",
        "dados pessoais",
        "dati personali",
    ),
    ("collect", "gather", "erheb", "recopil", "raccog"),
    ("cookie",),
    ("share", "sharing", "disclos", "third part", "third-part", "sell ", "sold "),
    ("your information", "your data", "information about", "information you", "information we", "user data"),
)


_SHORT = 3_000  # characters
_PLAIN_STATEMENT = re.compile(
    r"\b(?:collect|gather|obtain|record|log|receive|stor|retain|keep|us(?=e|ing)|process|shar|disclos|sell|sold|rent|track)\w*"
    r"\b[^.!?]{0,80}?\b(?:(?:your|users?['’]?s?|visitors?['’]?s?|customers?['’]?s?|personal(?:ly)?)\s+(?:[\w-]+[\s,]+){0,3}?"
    r"(?:information|data|names?|e-?mails?|addresse?s?|phone|locations?|payments?|details|browsers?|birth\w*|age|identity)"
    r"|ip address|e-?mail address)"
    r"|\byour\s+(?:[\w-]+[\s,]+){0,6}?(?:is|are|be|been|was|were)\s+(?:\w+\s+){0,3}?(?:collect|kept|shar|disclos|sold|us|stor|record)",
    re.I,
)


# A short page that calls itself a policy and says what "we" do with anything.
_TITLED = re.compile(r"\bprivacy (?:policy|statement|notice)\b", re.I)
_WE_DO = re.compile(
    r"\bwe\b(?:\s+[\w']+){0,4}?\s+(?:collect|gather|ask|obtain|record|log|receive|store|keep|retain|use|process|share|disclose|"
    r"sell|rent|track)\b",
    re.I,
)


def language_of(text: str) -> str:
    """Return "en", "other", or "unknown" where there are too few words to tell.

    >>> language_of("We keep your name for as long as you have an account with us. " * 4)
    'en'
    >>> language_of("Wir speichern Ihren Namen, solange Sie ein Konto bei uns haben. " * 4)
    'other'
    """
    half, middle = _SAMPLE // 2, len(text) // 2
    sample = text if len(text) <= _SAMPLE else text[:half] + text[middle : middle + half]
    words = _WORD.findall(sample.lower())
    if len(words) < _MIN_WORDS:
        # Scripts without spaces between words still have many letters.
        letters = sum(1 for character in sample if ord(character) > 0x2E7F)
        return "other" if letters > 40 else "unknown"
    share = sum(map(_ENGLISH.__contains__, words)) / len(words)
    if share >= _ENGLISH_SHARE:
        return "en"
    # Menus and product lists have few such words in any language; what there are decides.
    foreign = sum(1 for word in words if word in _FOREIGN) / len(words)
    return "en" if share > _MENU_SHARE and share > 2 * foreign else "other"


def is_policy(text: str) -> bool:
    """Whether it shows signs of a privacy policy: three different kinds of its vocabulary, one of them twice.

    In a short text one plain statement about the reader's own data is enough, or a title and a word of what is done.

    >>> is_policy("Our privacy notice. We collect personal data and set cookies. We collect little.")
    True
    >>> is_policy("Add two eggs to the flour and stir until smooth.")
    False
    """
    lower = text[:_POLICY_SAMPLE].lower()
    kinds = total = 0
    for cues in _PRIVACY:
        before = total
        for cue in cues:
            total += lower.count(cue)
            if kinds + (total > before) >= 3 and total >= 4:  # an English policy is known after its first cues
                return True
        kinds += total > before
    if len(text) > _SHORT:
        return False
    return bool(_PLAIN_STATEMENT.search(text) or _TITLED.search(text) and _WE_DO.search(text))
