"""Claims that no verb of action states: "cookies help us to P", "the information includes X", data inside purposes."""

from __future__ import annotations

from privlex.practices.claims import Claim
from privlex.practices.clauses import Predicate, Sentence
from privlex.practices.context import SentenceContext
from privlex.practices.knowledge import word_class
from privlex.practices.references import points_back
from privlex.practices.roles import preposition_before

WEAK_GIVERS = word_class("weak_givers")
COPULAS = word_class("copulas")
LISTING = word_class("listing")
LIST_SUBJECTS = word_class("list_subjects")
DENIALS = word_class("verbless_denials")
LIST_DENIALS = word_class("list_denials")
HELPING = word_class("helping")
NEEDED = word_class("helping") | word_class("needed")
USER_MODALS = word_class("advised_modals")
OBTAINING = word_class("obtaining")
MEANS = word_class("means_prepositions")
BASES = word_class("bases")
COOKIES = "cookies_and_trackers"


def verbless_claims(here: SentenceContext, left: list[int]) -> list[Claim]:
    """The claim of a sentence whose predicates state none, from the units ``left``; empty where it has none."""
    if any(p.described for p in here.sentence.predicates):
        return []
    kind = lambda k: [i for i in left if here.sentence.units[i].kind == k]  # noqa: E731
    data, purposes, parties = kind("data"), kind("purpose"), kind("party")
    if not data:
        return _inside_purposes(here, purposes, parties)
    return (
        _listed_after_reference(here, data, purposes)
        or _identified(here, data, purposes, parties)
        or _with_purpose(here, data, purposes, parties)
    )


def nested_claims(here: SentenceContext, claims: list[Claim]) -> list[Claim]:
    """Data inside a purpose: obtained by its verb ("to track your movements"), or what the purpose is about.

    The latter joins the claim of the purpose where that has no data.
    """
    made: list[Claim] = []
    for i, unit in enumerate(here.sentence.units):
        inner = [(here.block, x) for x in here.inner_data(i)] if unit.kind == "purpose" else []
        if not inner:
            continue
        owner = next((c for c in claims if (here.block, unit.span) in c.purposes), None)
        if unit.low.split()[0] in OBTAINING:
            polarity, condition = (owner.polarity, owner.condition) if owner else ("affirmed", None)
            made.append(_claim(here, "collect", polarity, inner, condition=condition,
                               because=["obtaining verb inside a purpose"]))  # fmt: skip
        elif owner is not None and not owner.data:
            owner.data += inner
    return made


def pending_claim(here: SentenceContext) -> Claim | None:
    """Parties and purposes of a sentence without data, for the sentence after it; None where there are none."""
    s = here.sentence
    of = lambda *kinds: here.refs(i for i, u in enumerate(s.units) if u.kind in kinds)  # noqa: E731
    if of("party") and not any(p.described for p in s.predicates):
        return _claim(here, "share", purposes=of("purpose"), recipients=of("party"))
    if of("party", "purpose") and not of("data"):
        return _claim(here, "", purposes=of("party", "purpose"))
    return None


def _claim(here: SentenceContext, action: str, polarity: str = "affirmed", data: list | None = None, **slots) -> Claim:
    return Claim(action, polarity, here.block, here.start, here.stop, data or [], sentence=here.number, **slots)


def _inside_purposes(here: SentenceContext, purposes: list[int], parties: list[int]) -> list[Claim]:
    """ "Our vendors help us to analyse your browsing": the only data stand inside a purpose."""
    inner = [(here.block, x) for i in purposes for x in here.inner_data(i)]
    if not inner:
        return []
    denied = any(u.kind == "word" and u.low in DENIALS for u in here.sentence.units)
    claim = _claim(
        here, "share" if parties else "use", "denied" if denied else "affirmed", inner, purposes=here.refs(purposes),
        recipients=here.refs(parties), condition=here.first_condition(), because=["data inside a purpose"],
    )  # fmt: skip
    return [claim]


def _copula(s: Sentence, first: int) -> int | None:
    """The copula after the first data span."""
    return next((k for k in range(first + 1, len(s.units)) if s.is_word(k) and s.low(k) in COPULAS), None)


def _listed_after_reference(here: SentenceContext, data: list[int], purposes: list[int]) -> list[Claim]:
    """ "These include your name and address": data of what was said before."""
    s = here.sentence
    copula = _copula(s, data[0])
    if copula is not None and data[-1] > copula:
        return []
    listing = next((k for k in range(min(data[0], 12)) if s.is_word(k) and s.low(k) in LISTING
                    and not any(s.low(j) in LIST_DENIALS for j in range(max(0, k - 3), k))), 0)  # fmt: skip
    if not any(s.low(k) in LIST_SUBJECTS for k in range(listing)):
        return []
    claim = _claim(here, "collect", data=here.refs(data), purposes=here.refs(purposes), refers=True, merge=not purposes,
                   because=["copula after a reference"])  # fmt: skip
    return [claim]


def _identified(here: SentenceContext, data: list[int], purposes: list[int], parties: list[int]) -> list[Claim]:
    """ "(The) information we collect includes X": a relative or participle says what is done, the copula with what."""
    s = here.sentence
    first, copula = data[0], _copula(s, data[0])
    if copula is None or data[-1] <= copula or s.low(copula) == ":":
        return []
    identifying = [p for p in s.predicates if p.role in ("relative", "reduced") and not p.described
                   and first < p.at < min(first + 9, copula)]  # fmt: skip
    refers = points_back(here, first)
    if not identifying and not refers:
        return []
    denied = "not" in (s.low(copula - 1), s.low(copula + 1))
    claim = _claim(
        here, _identified_action(identifying), "denied" if denied else "affirmed", here.refs(data),
        purposes=here.refs(purposes), recipients=here.refs(parties), because=[f"copula {s.low(copula)}"], refers=refers,
        merge=refers and not identifying and not denied and not purposes,
    )  # fmt: skip
    return [claim]


def _identified_action(identifying: list[Predicate]) -> str:
    """The last action that an identifying clause names; collection where it names none."""
    action = "collect"
    for p in identifying:
        named = (x.action for x in p.form.senses if x.action in ("share", "use", "retain") and x.kind in ("give", "act", "keep")
                 and x.lemma not in WEAK_GIVERS and not x.only_data)  # fmt: skip
        action = next(named, action)
    return action


def _with_purpose(here: SentenceContext, data: list[int], purposes: list[int], parties: list[int]) -> list[Claim]:
    """ "Cookies help us to P", "based on your location, P"."""
    if not purposes:
        return []
    chosen = [i for i in data if i < purposes[0]] or data
    if not here.trained and not _serves(here.sentence, chosen, purposes):
        return []
    worked = [i for i in parties if i < purposes[0] and preposition_before(here.sentence, i) not in ("from", "of")]
    category = here.category(chosen[0])
    # no verb of ours to negate: a "not" here is about something else ("so that you do not see it twice")
    claim = _claim(
        here, "share" if worked else "collect" if category == COOKIES else "use", data=here.refs(chosen),
        purposes=here.refs(purposes), recipients=here.refs(worked), condition=here.first_condition(),
        because=["data with a purpose, no action verb"], refers=any(points_back(here, i) for i in chosen),
        refers_to=category,
    )  # fmt: skip
    return [claim]


def _serves(s: Sentence, data: list[int], purposes: list[int]) -> bool:
    """ "Cookies help us P", "X is necessary to P", "P based on X", "P using X"."""
    if any(u.kind == "word" and u.low == "you" and s.low(k + 1) in USER_MODALS for k, u in enumerate(s.units)):
        return False
    if data[-1] < purposes[0] < data[-1] + 10:
        between = [s.low(k) for k in range(data[-1] + 1, purposes[0])]
        if s.low(purposes[0]).split()[0] in HELPING or any(w in NEEDED for w in between):
            return True
    led = any(s.low(k) in MEANS for k in range(max(0, data[0] - 3), data[0]))
    return led and any(s.low(k) in BASES for k in range(max(0, data[0] - 5), data[0]))
