"""A predicate and what is attached to it, to claims: the sense that fits, the action, who receives, what is denied."""

from __future__ import annotations

from privlex.practices.attachment import condition_of
from privlex.practices.claims import TRACKERS, Claim
from privlex.practices.clauses import Predicate, Sentence
from privlex.practices.context import SentenceContext
from privlex.practices.exceptions import ELSEWHERE, outside_claims, spared_claims
from privlex.practices.knowledge import pattern, word_class
from privlex.practices.references import has_pronoun_object, points_back
from privlex.practices.roles import preposition_before, recipients_of
from privlex.practices.verbs import Sense

WEAK_GIVERS = word_class("weak_givers")
PUBLISHING = word_class("publishing")
DEVICES = word_class("devices")
DELETION_TIMES = word_class("deletion_times")
NEEDING = word_class("needing")
DENIED_FILLERS = word_class("denied_object_fillers")
NO_OBJECT = word_class("no_object")
BEFORE_US, OUR_MACHINES = word_class("before_us"), word_class("our_machines")
SEEING, PASSING_ON = word_class("seeing"), word_class("passing_on")
EXCEPTION_ELSEWHERE = pattern("exception_elsewhere")
ABOUT_CHILDREN = pattern("about_children")
IMPROPER = pattern("improper_manner")
# kinds of frames in which a party that acts gets the data
TAKING = ("act", "place", "keep", "nominal", "access", "subject")
US_REACH = 16  # units after a verb of giving in which "to us" belongs to it
TOLD = 60  # characters of the denying words that ``because`` tells


def claims_of(
    here: SentenceContext, p: Predicate, data: list[int], purposes: list[int], parties: list[int]
) -> list[Claim]:
    """Claims of a predicate with the units attached to it: none, one, or one and what it denies or spares."""
    data = sorted(set(data))
    sense = _fitting_sense(here, p, [here.category(i) for i in data], parties)
    if sense is None or _denies_no_practice(here, p, sense):
        return []
    if p.object_before >= 0 and here.sentence.subordinate_at(p.object_before):
        return []
    _inherit_subject(here.sentence, p)
    recipients = recipients_of(here.sentence, p, sense.action, parties)
    action, recipients = _action_of(here.sentence, p, sense, recipients)
    if action == "use" and data and all(here.category(i) == TRACKERS for i in data):
        action = "collect"  # the codebook: trackers are not used but set and read
    if p.object_before >= 0 and p.object_before not in data:
        data = sorted({*data, p.object_before})
    denied = p.negated or _has_denied_object(here.sentence, p, data)
    claim = Claim(
        action, "denied" if denied else "affirmed", here.block, here.start, here.stop, here.refs(data),
        here.refs(purposes), here.refs(recipients), condition_of(here, p), because=_reasons(here, p, sense, denied),
        sentence=here.number,
    )  # fmt: skip
    claim.data += [(here.block, x) for i in data for x in here.inner_data(i)]
    _refer(here, p, claim, data, recipients)
    return outside_claims(here, claim, recipients) or spared_claims(here, claim, data) or [claim]


def _inherit_subject(s: Sentence, p: Predicate) -> None:
    """ "Advertisers may use cookies to collect X": who uses them collects."""
    if p.role != "infinitive" or p.governor or p.subject:
        return
    before = [q for q in s.predicates if q.at < p.at and q.clause == p.clause and q.role == "main" and q.voice == "active"]
    if before and before[-1].subject in ("party", "they"):
        p.subject, p.subject_units = before[-1].subject, before[-1].subject_units


def _fitting_sense(here: SentenceContext, p: Predicate, categories: list[str], parties: list[int]) -> Sense | None:
    """The first sense whose slots the sentence fills."""
    return next((x for x in p.senses if _fits(here.sentence, p, x, categories, parties)), None)


def _fits(s: Sentence, p: Predicate, sense: Sense, categories: list[str], parties: list[int]) -> bool:
    if sense.only_data:
        if not categories or categories[0] not in sense.only_data:
            return False
        return sense.lemma != "store" or any(s.low(k) in DEVICES for k in range(p.at, len(s.units)))
    if sense.kind == "give" and sense.lemma in WEAK_GIVERS:
        if not parties and not (p.voice == "passive" and categories):
            return bool(sense.lemma in PUBLISHING and categories)
        return not (p.voice == "active" and _gives_user(s, p))
    if sense.lemma in SEEING and (p.voice == "passive" and not parties or p.role == "gerund" and p.governor == "by"):
        return False  # "can be viewed", "by viewing your profile": nobody is said to process it
    if sense.kind == "allow":
        return bool(parties)
    if sense.kind == "user_gives":
        return not (p.voice == "passive" and (parties or p.subject == "party"))
    if sense.kind == "drop":
        return not p.negated and any(u.low in DELETION_TIMES for u in s.units)
    if sense.kind == "access":
        return any(s.low(k) == "access" for k in range(p.at, min(len(s.units), p.at + 6)))
    return True


def _gives_user(s: Sentence, p: Predicate) -> bool:
    """ "Provide you with support"."""
    return any(s.low(k) == "you" for k in range(p.at + 1, min(p.at + 3, len(s.units))))


def _denies_no_practice(here: SentenceContext, p: Predicate, sense: Sense) -> bool:
    """A denied need ("does not require an account"), or a limit on how ("not in improper ways")."""
    if not p.negated:
        return False
    if sense.lemma in NEEDING and p.subject not in ("first", "party"):
        return True
    return bool(IMPROPER.search(here.text, here.sentence.units[p.at].start, here.stop))


def _action_of(s: Sentence, p: Predicate, sense: Sense, recipients: list[int]) -> tuple[str, list[int]]:
    """The action and its recipients: what another party does with data, it was given."""
    action = sense.action
    if p.role == "gerund" and p.governor == "without":
        action = "collect"  # "visit us without revealing X": the user keeps it
    gives = sense.kind == "give" and action == "share" and p.subject != "first"
    if gives and _gives_us(s, p):
        return "collect", [u for u in recipients if u in p.subject_units]
    if p.subject == "party" or p.subject == "they" and p.voice == "active":
        if gives and sense.lemma in PASSING_ON and not p.negated and all(u in p.subject_units for u in recipients):
            return "collect", recipients  # "Facebook may share your age": with whom else is not said
        takes = sense.kind in TAKING and not (p.subject == "they" and sense.kind == "keep")  # "they", cookies, "store X"
        return "share" if takes else action, recipients
    if action == "share":
        return action, recipients
    leads = {preposition_before(s, i) for i in recipients}
    if p.voice == "passive" and "by" in leads:
        return "share", recipients
    if action == "collect":
        caused = sense.kind == "act" and recipients and p.role == "infinitive" and p.governor
        return "share" if caused else action, recipients
    if action == "retain" and leads & {"with", "by"}:
        return "share", recipients
    return action, [] if leads & {"with", "to", "by"} else recipients


def _gives_us(s: Sentence, p: Predicate) -> bool:
    """ "Is transmitted to us", "to our servers", "may share X with us"."""
    return any(
        s.low(k) in BEFORE_US and (s.low(k + 1) == "us" or s.low(k + 1) == "our" and s.low(k + 2) in OUR_MACHINES)
        for k in range(p.at + 1, min(len(s.units), p.at + US_REACH))
    )  # fmt: skip


def _has_denied_object(s: Sentence, p: Predicate, data: list[int]) -> bool:
    """ "We collect no X" ("no X is collected" is read with the subject)."""
    if p.negated:
        return False
    if p.form.lemma == "have":
        return s.low(p.at + 1) == "no"
    k = next((i for i in data if i > p.at), 0) - 1
    while s.is_word(k) and s.low(k) in DENIED_FILLERS:
        k -= 1
    return s.low(k) in NO_OBJECT


def _reasons(here: SentenceContext, p: Predicate, sense: Sense, denied: bool) -> list[str]:
    """Why the claim is made, for ``because``: verb, subject, and what bears on a denial."""
    found = [f"verb {sense.lemma} ({p.voice}, {p.role})"]
    if p.subject:
        found.append(f"subject {p.subject}")
    if not denied:
        return found
    if EXCEPTION_ELSEWHERE.search(here.text, here.start, here.stop):
        found.append(ELSEWHERE)
    if ABOUT_CHILDREN.search(here.text, here.start, here.stop):
        found.append("about children")
    units = here.sentence.units
    return [*found, "denied: " + here.text[units[p.clause].start : units[p.at].end][:TOLD]]


def _refer(here: SentenceContext, p: Predicate, claim: Claim, data: list[int], recipients: list[int]) -> None:
    """Mark what in the claim points back."""
    pointing = next((i for i in data if points_back(here, i)), None)
    if pointing is not None:
        claim.refers, claim.refers_to = True, here.category(pointing)
    elif not data:
        claim.refers = p.voice == "passive" and p.subject in ("they", "it") or has_pronoun_object(here.sentence, p)
    claim.party_refers = p.subject == "they" and p.voice == "active" or any(points_back(here, i) for i in recipients)
