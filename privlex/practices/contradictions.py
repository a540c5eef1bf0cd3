"""Denied here, affirmed there: what contradicts, what only seems to, and why.

PolicyLint (Andow et al., USENIX Security 2019) raised every pair of a denied and an affirmed tuple; few were real. Here
each pair is first explained away where the words allow it; what remains is reported once for each denial.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from privlex.practices.knowledge import pattern, word_class
from privlex.practices.limits import limits_in
from privlex.practices.subsumption import BARE, PERSONAL, covers_data, covers_party, is_impersonal
from privlex.records import Findings, Mention, Practice

ConflictClass = Literal[
    "conflict", "definition", "exception", "consent", "different_purpose", "different_actor", "impersonal_only",
    "children_only", "on_behalf", "legal_duty", "business_transfer", "sale_only", "other_means", "one_service", "manner",
    "unsure",
]  # fmt: skip
REAL: tuple[ConflictClass, ...] = ("conflict", "definition")
CONSENT, CHILDREN, LAW = pattern("case_consent"), pattern("case_children"), pattern("case_law")
IMPERSONAL, TRANSFER = pattern("case_impersonal"), pattern("case_transfer")
ORDINARY = pattern("case_ordinary")
CALLED_IMPERSONAL = pattern("called_impersonal")
SALE, JOINING = word_class("sale"), word_class("joining")
# Kinds of data whose handling as "non-personal" moves them out of what the policy protects (GDPR recital 30 counts
# online identifiers as personal data).
IDENTIFYING = ("ip_and_device_id", "contact", "identifier", "location")
# limits under which an affirmed practice may be about another thing than an unlimited denial
BLURRING = frozenset(("consent", "children", "recipient", "service", "impersonal", "law"))
# reasons of a denial that rests on no plain statement of its own
UNCLEAR = ("reader", "denied: but not", "reference", "copula", "data with", "lead-in", "exception")
# practices below are right in less than half of the cases (``data/confidence.json``)
CONFIDENT = 0.5
ACTS = {"collect": "collected", "use": "used", "share": "shared", "retain": "kept"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Opposition:
    """A denied practice with what stands against it, told once.

    ``kind`` says whether it is real (``REAL``) or how it is explained; ``affirmed`` are the practices that make it so;
    ``narrowed`` are further affirmed practices that the same denial meets and that are explained, each with its class.
    A ``definition`` has no denial: ``denied`` is None and ``affirmed`` holds the practice that calls identifying data
    non-personal.
    """

    kind: ConflictClass
    reason: str
    denied: Practice | None
    affirmed: tuple[Practice, ...]
    narrowed: tuple[tuple[ConflictClass, Practice], ...] = ()

    @property
    def is_real(self) -> bool:
        """Whether a reader of both places is left with two claims that cannot both hold as they are worded."""
        return self.kind in REAL


def _mentions(findings: Findings, ids: Sequence[str]) -> list[Mention]:
    return [findings.mention(i) for i in ids]


def _listed(words: Sequence[str]) -> str:
    quoted = [f"“{w}”" for w in dict.fromkeys(words)]
    if len(quoted) > 4:
        quoted = [*quoted[:4], f"{len(quoted) - 4} more"]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " and " + quoted[-1] if quoted else ""


def _verbs(practice: Practice) -> set[str]:
    return {w.split()[1] for w in practice.because if w.startswith("verb ") and len(w.split()) > 1}


def _general(findings: Findings, practice: Practice) -> bool:
    """Whether a bare "information" of the practice stands for all of a person's: beside personal data, or told to nobody."""
    mentions = _mentions(findings, practice.data)
    if not any(BARE.fullmatch(m.quote.strip()) for m in mentions) or any("reference" in w for w in practice.because):
        return False
    return any(m.category in PERSONAL and m.category != "generic" for m in mentions)


def _meet(findings: Findings, denied: Practice, affirmed: Practice) -> bool:
    """Whether the denial takes in the affirmed practice: same action, covered data, covered recipients."""
    if denied.action != affirmed.action:
        return False
    broad, narrow = _mentions(findings, denied.data), _mentions(findings, affirmed.data)
    if any("reference" in w for w in denied.because):  # "this information": what it points to, not the noun
        broad = [m for m in broad if m.category != "generic"] or broad
    covered = any(covers_data(b, n) for b in broad for n in narrow)
    if not covered and _general(findings, denied):
        covered = any(n.category in PERSONAL and not is_impersonal(n) for n in narrow)
    if not covered:
        # impersonal data against a personal denial is told apart below; it still has to be the same generic thing
        covered = any(b.category == "generic" for b in broad) and bool(narrow) and all(is_impersonal(n) for n in narrow)
    if not covered:
        return False
    if denied.action != "share" or not denied.recipients:
        return True
    parties, gets = _mentions(findings, denied.recipients), _mentions(findings, affirmed.recipients)
    if not gets:  # nobody named: only a stated case or a condition says that somebody gets it
        return affirmed.condition is not None or "listed case" in affirmed.because
    return any(covers_party(p, g) for p in parties for g in gets)


def _is_sure(findings: Findings, denied: Practice, affirmed: Practice) -> bool:
    """Whether nothing in the words leaves room for both statements to hold.

    A pair is raised only where the denial is the first party's own and unlimited, and the affirmed practice is stated
    as plainly. On 122 policies of 2012-2026 the pairs that this holds back were nearly all about another thing: a cookie's
    means, one product, one purpose, somebody else's data.
    """
    if limits_in(denied.because) or limits_in(affirmed.because) & BLURRING:
        return False
    if denied.condition is not None or denied.purposes or affirmed.confidence < CONFIDENT:
        return False
    subjects = {reason for reason in denied.because if reason.startswith("subject ")}
    plain = subjects <= ({"subject first", "subject data"} if denied.action == "share" else {"subject first"})
    if not plain or any(reason.startswith(UNCLEAR) for reason in denied.because):
        return False
    data = [
        (b, n)
        for b in _mentions(findings, denied.data)
        for n in _mentions(findings, affirmed.data)
        if "cookies_and_trackers" not in (b.category, n.category)
        and (covers_data(b, n) or b.category == "generic" and n.category in PERSONAL and _general(findings, denied))
        and not is_impersonal(n)
    ]
    if _verbs(denied) and _verbs(denied) <= JOINING:  # to what, decides
        return False
    if denied.action in ("use", "retain"):
        data = [(b, n) for b, n in data if b.category != "generic" and b.concept is not None and b.concept == n.concept]
    return bool(data)


def _class(findings: Findings, denied: Practice, affirmed: Practice) -> ConflictClass:
    limits = denied.condition.quote if denied.condition else ""
    when = affirmed.condition.quote if affirmed.condition else ""
    data = _mentions(findings, affirmed.data)
    denial, statement = limits_in(denied.because), limits_in(affirmed.because)
    if CHILDREN.search(limits) or "children" in denial or "about children" in denied.because:
        return "children_only"
    if CONSENT.search(limits) or CONSENT.search(when) or "consent" in denial | statement:
        return "consent"
    if affirmed.extent == denied.extent and affirmed.data == denied.data:
        return "exception"
    if affirmed.actor != denied.actor:
        return "different_actor"
    if (
        any(is_impersonal(m) for m in data)
        and not any(is_impersonal(m) for m in _mentions(findings, denied.data))
        or IMPERSONAL.search(when)
    ):
        return "impersonal_only"
    if "impersonal" in statement and "impersonal" not in denial:
        return "impersonal_only"
    if "recipient" in denial:
        return "different_actor"
    if "service" in denial or "subject other" in denied.because:
        return "one_service"
    if "purpose" in denial and not denied.purposes:
        return "different_purpose"
    if denial & {"manner", "time", "place"}:
        return "manner"
    if any(w.startswith(("subject data", "copula")) for w in denied.because) and denied.action == "collect":
        return "other_means"
    if denied.action == "collect" and _verbs(denied) and _verbs(denied) <= {"request", "require"}:
        return "other_means"
    parties = _mentions(findings, affirmed.recipients)
    purposes = _mentions(findings, affirmed.purposes)
    if any(w.startswith("exception") or w == "listed case" for w in affirmed.because):
        return "exception"
    if denied.purposes:
        ruled_out = {m.category for m in _mentions(findings, denied.purposes)}
        if not purposes or not ruled_out & {m.category for m in purposes}:
            return "different_purpose"
    if denied.action == "use" and (not denied.purposes or purposes) and not any(
        m.category != "generic" and n.concept == m.concept for m in _mentions(findings, denied.data) for n in data
    ):  # fmt: skip
        return "different_purpose"  # a general term is denied a use, never all use
    if any(w.startswith("exception") for w in denied.because) or limits and not when:
        return "exception"
    if "exception" in denial:
        return "exception"
    if parties and all(m.category == "authority" for m in parties) or LAW.search(when) or "law" in statement or (
        purposes and all(m.category == "legal" for m in purposes)
    ):  # fmt: skip
        return "legal_duty"
    if any(m.category == "merger" for m in purposes) or any(m.category == "acquirer" for m in parties) or (
        TRANSFER.search(when)
    ):  # fmt: skip
        return "business_transfer"
    denied_parties = _mentions(findings, denied.recipients)
    named = {m.category for m in denied_parties} - {"third_party", "public"}
    if parties and all(m.category in ("service_provider", "employee", "affiliate") for m in parties) and not named:
        return "on_behalf"
    if _verbs(denied) and _verbs(denied) <= SALE and not _verbs(affirmed) & SALE:
        return "sale_only"
    if when and not ORDINARY.search(when):
        return "exception"
    return "conflict" if _is_sure(findings, denied, affirmed) else "unsure"


_WHY: dict[ConflictClass, str] = {
    "exception": "the second statement names a case that narrows the denial",
    "consent": "the user's consent makes the difference",
    "different_purpose": "the denial is about another purpose",
    "different_actor": "another party does it",
    "impersonal_only": "one of the two is about aggregate or anonymous data only",
    "children_only": "the denial is about children only",
    "on_behalf": "the recipients act for the first party",
    "legal_duty": "the law or a protection of rights makes the difference",
    "business_transfer": "a sale or merger of the business makes the difference",
    "sale_only": "the denial is about selling or renting, not about sharing at large",
    "other_means": "the denial is about one means, such as a cookie, not about the first party",
    "one_service": "the denial is about one service, feature or part of the data that its sentence points at",
    "unsure": "the words leave open whether both places are about the same data, parties and circumstances",
    "manner": "the denial is about a manner, a place or a time, not about the practice at large",
}


def _reason(
    findings: Findings,
    denied: Practice,
    affirmed: Sequence[Practice],
    narrowed: Sequence[tuple[ConflictClass, Practice]],
) -> str:
    data = _listed([m.quote for m in _mentions(findings, denied.data)])
    act = ACTS[denied.action]
    first = f"The policy says that {data} is not {act}"
    barred = _listed([m.quote for m in _mentions(findings, denied.recipients)])
    if barred:
        first += f" with {barred}" if denied.action == "share" else f" by or from {barred}"
    gets = _listed([m.quote for p in affirmed for m in _mentions(findings, p.recipients)])
    given = _listed([m.quote for p in affirmed for m in _mentions(findings, p.data)])
    second = f"and elsewhere that {given} is {act}" + (f" with {gets}" if gets and denied.action == "share" else "")
    text = f"{first}, {second}; neither statement names the other as its exception."
    if narrowed:
        kinds = list(dict.fromkeys(k for k, _ in narrowed))
        text += (
            f" {len(narrowed)} further statement{'s' if len(narrowed) > 1 else ''} can be told apart: "
            + "; ".join(_WHY[k] for k in kinds)
            + "."
        )
    return text


def find_oppositions(findings: Findings) -> tuple[Opposition, ...]:
    """Every denial that an affirmed practice meets, in text order, each once, and definitions that unprotect data.

    A denial whose every counterpart is explained is told with the class of the first; filter by ``is_real`` for the
    contradictions and tensions worth a person's time. The result is a function of mentions and practices alone.
    """
    found: list[Opposition] = []
    seen: set[tuple] = set()
    for denied in findings.practices:
        if denied.polarity != "denied" or not denied.data:
            continue
        pairs = [(_class(findings, denied, a), a) for a in findings.practices
                 if a.polarity == "affirmed" and a.data and _meet(findings, denied, a)]  # fmt: skip
        if not pairs:
            continue
        real = tuple(a for kind, a in pairs if kind == "conflict")
        rest = tuple((kind, a) for kind, a in pairs if kind != "conflict")
        key = (denied.action, tuple(sorted(p.id for p in real)), tuple(sorted(p.id for _, p in rest)))
        if key in seen:  # two denials in other words of one thing, against the same statements
            continue
        seen.add(key)
        if real:
            found.append(
                Opposition(
                    kind="conflict",
                    reason=_reason(findings, denied, real, rest),
                    denied=denied,
                    affirmed=real,
                    narrowed=rest,
                )
            )
        else:
            kind = rest[0][0]
            chosen = tuple(a for k, a in rest if k == kind)
            found.append(Opposition(
                kind=kind, reason=f"No contradiction: {_WHY[kind]}.", denied=denied, affirmed=chosen,
                narrowed=tuple((k, a) for k, a in rest if k != kind),
            ))  # fmt: skip
    return tuple(found) + _definitions(findings)


def _definitions(findings: Findings) -> tuple[Opposition, ...]:
    """Identifying data that the policy counts as non-personal; told once for each set of words."""
    found: dict[tuple[str, ...], tuple[list[str], list[Practice]]] = {}
    for practice in findings.practices:
        if practice.polarity != "affirmed":
            continue
        data = _mentions(findings, practice.data)
        home = [m for m in data if m.block == practice.block]
        general = [
            m
            for m in home
            if m.category == "generic"
            and CALLED_IMPERSONAL.search(m.quote)
        ]
        cases = [m for m in home if m.category in IDENTIFYING and general and m.extent.start > general[0].extent.start]
        if general and cases and all(m.extent.start - general[0].extent.start < 400 for m in cases):
            key = (general[0].id,)
            words, practices = found.setdefault(key, ([], []))
            words += [m.quote for m in cases if m.quote not in words]
            practices.append(practice)
    made = []
    for (general,), (words, practices) in found.items():
        made.append(Opposition(
            kind="definition", denied=None, affirmed=tuple(practices),
            reason=f"The policy counts {_listed(words)} as “{findings.mention(general).quote}”; what it promises for personal "
            "information does not reach them, though they can identify a person or a device.",
        ))  # fmt: skip
    return tuple(made)
