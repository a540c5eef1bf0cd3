"""Purpose mentions: what the data are collected, used, kept or shared for, without the words that say "for"."""

from __future__ import annotations

from privlex.lexicon import Lexicon
from privlex.mentions.chunks import Chunk, finite_follows, joined_term
from privlex.mentions.tokens import Tagger, Tokens

# Words after which an infinitive says what a person wants, can or must, not what data are for.
NO_PURPOSE_BEFORE = frozenset(
    [
        "want",
        "wants",
        "wish",
        "wishes",
        "able",
        "unable",
        "ability",
        "right",
        "rights",
        "agree",
        "agrees",
        "choose",
        "chooses",
        "choice",
        "option",
        "options",
        "opportunity",
        "like",
        "decline",
        "declines",
        "refuse",
        "attempt",
        "attempts",
        "try",
        "continue",
        "continues",
        "intend",
        "intends",
        "how",
        "prefer",
        "hesitate",
        "advised",
        "encouraged",
        "plan",
        "plans",
        "permission",
        "committed",
        "promise",
        "elect",
        "elects",
        "going",
        "have",
        "has",
        "had",
        "ought",
        "due",
        "likely",
        "seek",
        "seeks",
        "entitled",
        "obliged",
        "obligated",
        "responsibility",
        "expect",
        "expects",
        "forget",
        "free",
        "need",
        "needs",
        "required",
        "refer",
        "applies",
        "apply",
        "agreed",
        "decide",
        "decides",
        "designed",
        "subject",
        "prior",
        "addition",
        "according",
        "respect",
        "regard",
        "reply",
        "responses",
        "access",
        "when",
        "where",
        "whether",
        "what",
        "allowed",
        "permitted",
        "allow",
        "permit",
        "request",
        "requests",
        "requested",
        "ask",
        "asks",
        "asked",
        "instruct",
        "liable",
        "careful",
        "sure",
        "unwilling",
        "willing",
        "taken",
        "fail",
        "fails",
        "failure",
        "steps",
        "effort",
        "efforts",
        "endeavor",
        "welcome",
        "similar",
        "authorized",
        "invite",
        "remember",
        "invited",
        "us",
    ]
)
# "allow us to improve", "help us to understand": the infinitive after us is one.
_US_BEFORE = frozenset(
    [
        "allow",
        "allows",
        "enable",
        "enables",
        "help",
        "helps",
        "permits",
        "permit",
        "lets",
        "let",
        "assist",
        "assists",
        "allowing",
        "enabling",
        "helping",
        "permitting",
    ]
)
_END_WORDS = frozenset(
    [
        "by",
        "through",
        "using",
        "without",
        "including",
        "unless",
        "if",
        "because",
        "while",
        "via",
        "based",
        "when",
        "whenever",
        "where",
        "once",
        "until",
        "whereby",
        "which",
        "who",
        "wherein",
        "except",
        "although",
        "though",
        "such",
        "unless",
        "whilst",
    ]
)
# Base forms that are nouns elsewhere but verbs in a row of verb phrases: before any noun, and before a plural.
_STRONG = frozenset("combat help display target".split())
_OFTEN = frozenset(
    "track process measure monitor market target report research test host answer address support design plan "
    "review update store view access offer request control balance rank group map shape".split()
)
_FILLERS = frozenset("but not limited to without limitation , e.g e.g. for example :".split())
# Verbs of what the user does on a site: never the next purpose after a clause about the user.
_USER_VERBS = frozenset(
    "use visit access register browse click purchase order submit view enter provide log sign read search choose "
    "request interact engage opt return contact download".split()
)
_SERVICE_HEADS = frozenset("service activity management function assistance program operation effort task need".split())
# Verbs that name a step of the practice itself ("use cookies to collect X"), not what it is for.
STEPS = frozenset("collect share disclose receive use access read obtain transfer sell combine merge".split())
_FOR_HEADS = frozenset(("purpose", "reason"))
_ASKS = (
    "purpose", "in order to", "following ways", "following way", "used to", "used for", "as follows", "used in", "use the",
    "use your", "use this", "uses", "may be used", "we use", "reasons", "following uses", "may use", " to:", "will use",
)  # fmt: skip


class PurposeFinder:
    """Finds purpose spans; a pure function of the tokens, the lexicon and the lead-in."""

    def __init__(self, lexicon: Lexicon, tagger: Tagger) -> None:
        self._look = lexicon.lookups
        self._tagger = tagger

    def find(self, tokens: Tokens, chunks: list[Chunk], lead_in: str, heading: str) -> list[tuple[int, int, str]]:
        """(first token, end token, concept) of each purpose mention, in order, not nested."""
        tags, low = tokens.tags, tokens.low
        count = len(tags)
        found: list[tuple[int, int, str]] = []
        by_start = {chunk.start: chunk for chunk in chunks}
        done = 0
        first = 0
        while first < count and tags[first] in '-;."(':
            first += 1
        for i in range(count):
            if i < done:
                continue
            tag, word = tags[i], low[i]
            begin = None
            if word == "to" and tag == "P":
                begin = self._infinitive(tokens, i)
            elif word == "for" and tag == "P":
                if "ask" in low[max(0, i - 3) : i] or "asked" in low[max(0, i - 3) : i]:
                    continue  # "ask you for your name"
                done = max(done, self._for(tokens, i + 1, by_start, found))
                continue
            elif word in _US_BEFORE and i + 2 < count and low[i + 1] == "us" and "you" not in low[max(0, i - 3) : i]:
                k = i + 2
                while k < count and (low[k] == "to" or tags[k] == "R" or low[k] in ("in", "better")):
                    k += 1
                if k < count and (
                    tags[k] in "VG" or (tags[k] == "N" and low[k] in self._look.lemma and low[k - 1] == "us")
                ):
                    begin = k
            elif word == "so" and i + 1 < count:
                k = i + 1
                if low[k] == "that":
                    k += 1
                if k + 1 < count and (tags[k] in "EDO" or tags[k] == "N") and low[k] != "as":
                    begin = self._so_that(tokens, k, low[i + 1] == "that")
            elif i == first and lead_in and tag in "VGN":
                begin = self._item(tokens, i, lead_in, by_start, found)
                if begin is not None and begin < 0:
                    done = -begin
                    continue
            elif word in ("as", "including", "like") and (word != "as" or (i and low[i - 1] == "such")):
                k = self._past_fillers(tokens, i + 1)
                if (
                    k < count
                    and tags[k] in "GNDOV"
                    and (self._lists_services(tokens, i) or (found and found[-1][1] >= i - 3))
                ):
                    if low[k] == "to":
                        continue
                    done = max(done, self._series(tokens, k, by_start, found))
                    continue
            elif (
                word in ("who", "that", "which")
                and i + 2 < count
                and low[i + 1] in ("help", "helps")
                and tags[i + 2] == "V"
            ):
                begin = i + 2
            elif word in ("connection", "part", "course", "event") and i + 1 < count and low[i + 1] in ("with", "of"):
                done = max(done, self._series(tokens, i + 2, by_start, found, only=("merger", "legal")))
                continue
            if begin is not None:
                done = max(done, self._phrases(tokens, begin, by_start, found))
        return found

    # ------------------------------------------------------------------ where a purpose begins

    def _infinitive(self, tokens: Tokens, i: int) -> int | None:
        """First token of the verb phrase after "to" at ``i``, or None where the infinitive is no purpose."""
        tags, low = tokens.tags, tokens.low
        count = len(tags)
        k = begin = self._past_marks(tokens, i + 1)
        while k < count and (tags[k] == "R" or low[k] in ("better", "and/or")):
            k += 1
        if k >= count or tags[k] != "V":
            return None
        if low[k] in ("be", "have"):
            return None
        before = low[i - 1] if i else ""
        if before in NO_PURPOSE_BEFORE:
            if before == "us" and i > 1 and low[i - 2] in _US_BEFORE:
                return begin
            if before in ("need", "needs", "required", "access", "designed", "have") and self._comply(low, k):
                return begin
            return None
        if before in ("you", "users", "visitors") and i > 1 and tags[i - 2] in "V" and low[i - 2] not in ("contact",):
            # "enable you to X" keeps the verb of enabling, which stands before it
            return None
        return begin

    def _past_marks(self, tokens: Tokens, k: int) -> int:
        """Past a colon and enumerators: "to: (a) comply", "to (1) protect"."""
        tags, low = tokens.tags, tokens.low
        count = len(tags)
        while k + 1 < count:
            if tags[k] in ":;" or (tags[k] == "," and tags[k + 1] == "("):
                k += 1
            elif tags[k] == "(" and k + 2 < count and len(low[k + 1]) <= 4 and tags[k + 2] == ")":
                k += 3
            elif len(low[k]) <= 3 and tags[k] == "N" and tags[k + 1] == ")":
                k += 2
            else:
                break
        return k

    def _comply(self, low: list[str], k: int) -> bool:
        return low[k] in ("comply", "perform", "respond", "protect", "provide", "fulfill", "complete", "enforce")

    def _verbal(self, tokens: Tokens, k: int) -> bool:
        after = tokens.tags[k + 1] if k + 1 < len(tokens) else "."
        return after in "DOEQ" or after == "N"

    def _so_that(self, tokens: Tokens, k: int, that: bool) -> int | None:
        """After "so (that) we can": the verb; after "so that OTHER ...": the whole clause."""
        tags, low = tokens.tags, tokens.low
        count = len(tags)
        if low[k] in ("we", "they", "it"):
            j = k + 1
            while j < count and tags[j] in "XR":
                j += 1
            if j < count and tags[j] in "VN" and j > k + 1:
                return j
            return None
        return k if that and tags[k] in "EDON" and finite_follows(tokens, k) else None

    def _past_fillers(self, tokens: Tokens, k: int) -> int:
        """Past "but not limited to", "without limitation" and commas."""
        low = tokens.low
        while k < len(low) and low[k] in _FILLERS:
            k += 1
        return k

    def _lists_services(self, tokens: Tokens, i: int) -> bool:
        low = tokens.low
        return any(word in ("services", "functions", "purposes", "purpose", "tasks", "activities", "service", "support")
                   for word in low[max(0, i - 9) : i])  # fmt: skip

    def _item(
        self, tokens: Tokens, i: int, lead_in: str, by_start: dict[int, Chunk], found: list[tuple[int, int, str]]
    ) -> int | None:
        """Start of a list item that is a purpose by its lead-in; negative: noun purposes were found up to there."""
        tags, low = tokens.tags, tokens.low
        asks = lead_in.lower().rstrip(" :")
        wants = any(word in asks + ":" for word in _ASKS) or asks.endswith((" to", "for"))
        lemma = self._look.lemma.get(low[i])
        if tags[i] == "V" or (tags[i] == "N" and lemma == low[i] and self._verbal(tokens, i)):
            return i if wants or asks.endswith("to") else None
        if tags[i] == "G":
            return i if wants else None
        if wants:
            end = self._series(tokens, i, by_start, found)
            return -end if end > i else None
        return None

    # ------------------------------------------------------------------ nouns of purpose

    def _for(self, tokens: Tokens, k: int, by_start: dict[int, Chunk], found: list[tuple[int, int, str]]) -> int:
        """Purposes after "for" at ``k - 1``; returns the first token not looked at."""
        tags, low = tokens.tags, tokens.low
        count = len(tags)
        at = k
        while at < count and tags[at] in "DOQ":
            at += 1
        if at >= count:
            return k
        chunk = by_start.get(at)
        if chunk is not None and chunk.words[-1] in _FOR_HEADS and chunk.end < count:
            after = chunk.end
            if low[after] in ("of", "to") and len(chunk.words) <= 2:
                j = after + 1
                if low[after] == "to" or (j < count and tags[j] in "G"):
                    return self._phrases(tokens, j, by_start, found)
                return self._series(tokens, j, by_start, found)
            if tags[after] == ":":
                return k
        if tags[at] == "G":
            if low[at] in ("providing",) and low[max(0, k - 2)] in ("responsible",):
                return k
            return self._phrases(tokens, at, by_start, found)
        return self._series(tokens, k, by_start, found)

    def _series(
        self,
        tokens: Tokens,
        k: int,
        by_start: dict[int, Chunk],
        found: list[tuple[int, int, str]],
        only: tuple[str, ...] = (),
    ) -> int:
        """Coordinated nouns or gerunds of purpose from ``k`` on, while the lexicon knows them."""
        tags, low = tokens.tags, tokens.low
        count = len(tags)
        end = k
        known = len(found)
        pending: list[tuple[int, int]] = []
        while k < count:
            at = k
            while at < count and (tags[at] in "DOQ" or tags[at] == "R"):
                at += 1
            after = tags[at + 1] if at + 1 < count else "."
            named = self._look.whole["purpose"].get(self._tagger.normal(low[at])) if at < count else None
            if at < count and tags[at] == "G" and named and after in ",.;:C)" and not only:
                found.append((at, at + 1, named))  # a gerund by itself: "for auditing, billing and other purposes"
                end = k = at + 1
                pending.clear()
            elif at < count and tags[at] == "G":
                reached = self._phrases(tokens, at, by_start, found)
                if reached <= at:
                    break
                end = k = reached
                pending.clear()
            else:
                chunk = by_start.get(at)
                if chunk is None:
                    break
                concept, _ = self._look.ending("purpose", chunk.words)
                joined = joined_term(tokens, self._tagger, self._look.joined["purpose"], chunk)
                if joined is not None and not (only and not joined[1].startswith(only)):
                    found.append((chunk.start, *joined))
                    end = k = joined[0]
                    moved = self._past_joints(tokens, k)
                    if moved == k:
                        break
                    k = moved
                    continue
                if concept is None and len(chunk.words) > 1:
                    concept = self._service(chunk.words, listed=len(found) > known)
                start, stop = chunk.start, chunk.end
                if (
                    concept is None
                    and stop < count
                    and low[stop] == "of"
                    and self._look.whole["purpose"].get(chunk.words[-1:])
                ):
                    concept = self._look.whole["purpose"][chunk.words[-1:]]
                if concept is None and chunk.words[-1] == "purpose":
                    named = self._look.purpose(chunk.words[:-1]) if len(chunk.words) > 1 else None
                    concept = named or "other/unspecified"
                elif concept == "other/unspecified" and chunk.words[-1] == "purpose" and len(chunk.words) > 1:
                    named = self._look.purpose(chunk.words[:-1])
                    concept = named or concept
                if (
                    chunk.words[-1] in ("purpose", "reason", "use")
                    and len(chunk.words) == 1
                    and start
                    and low[start - 1]
                    in ("other", "any", "another", "following", "these", "such", "specific", "this", "limited", "those")
                ):
                    if low[start - 1] in ("other", "any", "another", "specific"):
                        start -= 1
                    else:
                        concept = None
                        if stop < count and tags[stop] in ".:;":
                            return max(end, k)
                if only and concept is not None and not concept.startswith(only):
                    concept = None
                if concept is None:
                    if stop < count and tags[stop] in "C," and len(pending) < 4:
                        pending.append((start, stop))
                        k = stop
                    else:
                        break
                else:
                    stop = self._noun_tail(tokens, stop)
                    if pending and chunk.words[-1] == "purpose":
                        for a, b in pending:
                            words = tuple(w for t in range(a, b) for w in self._tagger.normal(low[t]))
                            named = self._look.purpose(words) or self._look.purpose((*words, "purpose"))
                            if named:
                                found.append((a, b, named))
                    pending.clear()
                    if chunk.words[-1] in ("purpose", "reason"):
                        while start and (
                            low[start - 1] in ("other", "any", "another", "above") or tags[start - 1] in "QR"
                        ):
                            start -= 1
                        stop = self._purpose_tail(tokens, stop)
                    found.append((start, stop, concept))
                    end = k = stop
            moved = k
            while moved < count and (tags[moved] in "C," or (low[moved] in ("for", "as", "well") and moved > k)):
                moved += 1
            if moved == k or moved - k > 4:
                break
            if any(low[t] == "for" for t in range(k, moved)):
                found_before = len(found)
                reached = self._for(tokens, moved, by_start, found)
                return max(end, reached) if len(found) > found_before else end
            k = moved
        return end

    def _past_joints(self, tokens: Tokens, k: int) -> int:
        """Past commas and conjunctions."""
        while k < len(tokens) and tokens.tags[k] in "C,":
            k += 1
        return k

    def _service(self, words: tuple[str, ...], listed: bool) -> str | None:
        """Concept of "maintenance services", "hosting websites"; of any service noun in a row of known ones."""
        if (
            self._look.lemma.get(words[0]) in self._look.verbs
            and words[0].endswith("ing")
            and self._look.ending("data", words)[0] is None
        ):
            return self._look.purpose(words)
        if words[-1] in _SERVICE_HEADS:
            concept, _ = self._look.ending("purpose", words[:-1])
            return concept or ("basic_service/provide_service" if listed else None)
        if listed and words[-1].endswith(("ing", "tion", "ment", "ance", "sis", "sion")):
            return self._look.purpose(words) or "other/unspecified"
        return None

    def _purpose_tail(self, tokens: Tokens, stop: int) -> int:
        """ "purposes described in this policy", "purpose for which it was given"."""
        tags, low = tokens.tags, tokens.low
        count = len(tags)
        if stop >= count or not (
            low[stop] in ("described", "outlined", "set", "stated", "specified", "mentioned", "listed", "disclosed", "consistent",
                          "identified", "permitted", "authorized", "explained", "indicated")
            or (low[stop] == "for" and stop + 1 < count and low[stop + 1] == "which")
            or (low[stop] == "other" and stop + 1 < count and low[stop + 1] == "than")
        ):  # fmt: skip
            return stop
        i = stop + 1
        while i < count and tags[i] not in ".;:,()SC" and not (low[i] == "to" and i + 1 < count and tags[i + 1] == "V"):
            i += 1
        return i

    def _noun_tail(self, tokens: Tokens, stop: int) -> int:
        """ "administration of contests and sweepstakes": the complement of a noun of purpose."""
        tags, low = tokens.tags, tokens.low
        count = len(tags)
        i = stop
        for _ in range(2):
            if i < count and low[i] in ("of", "with", "about", "to") and i + 1 < count and tags[i + 1] in "DOQNG":
                if low[i] in ("with", "about", "to") and tags[i + 1] not in "DON":
                    break
                if low[i] in ("to", "with") and low[stop - 1] not in (
                    "compliance",
                    "communications",
                    "communication",
                    "response",
                    "responses",
                    "access",
                ):
                    break
                k = i + 1
                while k < count and tags[k] in "DOQ":
                    k += 1
                while k < count and tags[k] in "NG":
                    k += 1
                i = k
            else:
                break
        return i

    # ------------------------------------------------------------------ verb phrases

    def _phrases(
        self,
        tokens: Tokens,
        begin: int,
        by_start: dict[int, Chunk],
        found: list[tuple[int, int, str]],
    ) -> int:
        """Coordinated verb phrases from ``begin`` on; returns the first token not looked at."""
        following: int | None = begin
        end = begin
        while following is not None:
            end, following = self._phrase(tokens, following, found)
        return end

    def _phrase(self, tokens: Tokens, begin: int, found: list[tuple[int, int, str]]) -> tuple[int, int | None]:
        """One verb phrase (or verbs that share an object) from ``begin``: its end and where the next one begins."""
        tags, low = tokens.tags, tokens.low
        count = len(tags)
        k = begin
        while k < count and tags[k] == "R" and low[k] not in ("otherwise",):
            k += 1
        lead = k if k < count else begin
        gerund = tags[lead] == "G" if lead < count else False
        lemma = self._look.lemma.get(low[lead], "") if lead < count else ""
        if lemma in ("enable", "allow", "permit", "let") and lead + 2 < count and low[lead + 1] in ("us", "them"):
            inner = lead + 2
            while inner < count and (low[inner] == "to" or tags[inner] == "R"):
                inner += 1
            if inner < count and tags[inner] in "VN" and self._look.lemma.get(low[inner]) == low[inner]:
                begin = lead = inner
                gerund = False
        verbs = [begin]
        j = lead + 1
        # verbs that share one object: "provide, operate and improve our services"
        while True:
            m = j
            while m < count and tags[m] in "C,R":
                m += 1
            if m == j or m >= count:
                break
            if tags[m] == ("G" if gerund else "V") or (
                not gerund
                and tags[m] == "N"
                and self._look.lemma.get(low[m]) == low[m]
                and m + 1 < count
                and tags[m + 1] in "DOC,"
                and any(tags[t] == "C" for t in range(j, m))
                and tags[m + 1] in "DO"
            ):
                if any(low[t] == "to" for t in range(j, m)):
                    break
                verbs.append(m)
                j = m + 1
            else:
                break
        end, following = self._end(tokens, j, gerund, step=self._look.lemma.get(low[verbs[-1]]) in STEPS)
        self._add(tokens, verbs, end, found)
        return max(end, begin + 1), following if following is None or following > begin else None

    def _add(self, tokens: Tokens, verbs: list[int], end: int, found: list[tuple[int, int, str]]) -> None:
        """One mention, or one per verb where the verbs fall in different categories."""
        low = tokens.low
        normal = self._tagger.normal
        rest = tuple(w for t in range(verbs[-1] + 1, end) for w in normal(low[t]))

        def concept_of(words: tuple[str, ...]) -> str:
            return self._look.purpose(words) or "other/unspecified"

        if len(verbs) == 1:
            head = tuple(w for w in normal(low[verbs[0]]))
            found.append((verbs[0], end, concept_of(head + rest)))
            return
        concepts = [concept_of((*normal(low[v]), *rest)) for v in verbs]
        run = 0
        for at in range(1, len(verbs) + 1):
            if at == len(verbs) or concepts[at].split("/")[0] != concepts[run].split("/")[0]:
                stop = end if at == len(verbs) else verbs[at - 1] + 1
                found.append((verbs[run], stop, concepts[run]))
                run = at

    def _end(self, tokens: Tokens, i: int, gerund: bool, step: bool = False) -> tuple[int, int | None]:
        """End of the verb phrase whose verb stands before ``i``, and where a coordinated one begins.

        ``step``: the verb is a step of the practice, so a purpose of its own may follow in the phrase.
        """
        tags, low = tokens.tags, tokens.low
        count = len(tags)
        start = i
        clause = False  # inside a clause of its own ("determine whether ... and ... were")
        while i < count:
            tag, word = tags[i], low[i]
            if tag == "W" or word == "that":
                clause = True
            if (
                step
                and tag == "P"
                and i > start
                and (word == "for" or (word == "to" and i + 1 < count and tags[i + 1] == "V"))
            ):
                return i, None
            if tag in ".;:":
                return i, self._after_semicolon(tokens, i, gerund)
            if tag == "(":
                # an aside: the phrase ends before it unless it goes on after it
                close = next((t for t in range(i + 1, min(count, i + 12)) if tags[t] == ")"), None)
                if close is not None and close + 1 < count and tags[close + 1] in "NPDO":
                    i = close + 1
                    continue
                if close is not None and close + 1 < count and tags[close + 1] in ",C;":
                    if tags[close + 1] == ";":
                        return i, self._after_semicolon(tokens, close + 1, gerund)
                    return i, self._next(tokens, close + 1, gerund)
                return i, None
            if tag == "-" and i > start:
                if i + 1 < count and tokens.starts[i] == tokens.ends[i - 1] and tokens.starts[i + 1] == tokens.ends[i]:
                    i += 1
                    continue
                return i, None
            if word == "using" and i and tags[i - 1] == "X":
                i += 1
                continue
            if tag == "S" or (tag in "PWRXG" and word in _END_WORDS and i > start):
                if (
                    tag == "W"
                    and i
                    and (tags[i - 1] in "VGP" or low[i - 1] in ("of",))
                    and word in ("which", "when", "where", "who")
                ):
                    i += 1
                    continue
                return i, self._beyond(tokens, i, gerund)
            if word in ("based", "using", "tailored", "such", "intended", "according") and i > start:
                if word != "such" or (i + 1 < count and low[i + 1] == "as"):
                    return i, self._beyond(tokens, i, gerund)
            if (
                word == "as"
                and i > start
                and i + 1 < count
                and low[i + 1]
                in (
                    "described",
                    "well",
                    "part",
                    "set",
                    "otherwise",
                    "required",
                    "necessary",
                    "permitted",
                    "follows",
                    "long",
                    "needed",
                    "stated",
                    "outlined",
                )
            ):
                return i, self._next(tokens, i + 3, gerund) if low[i + 1] == "well" else None
            if (
                word == "in"
                and i + 1 < count
                and low[i + 1] in ("order", "accordance", "connection", "which", "compliance")
            ):
                return i, None
            if tag == "C" or tag == ",":
                following = self._next(tokens, i, gerund)
                if following is not None:
                    return i, following
                k = i + 1
                while k < count and tags[k] in "C,R":
                    k += 1
                if k >= count:
                    return i, None
                if tags[k] in "SWX" or (
                    tags[k] == "P"
                    and (tag == "," or low[k] in ("for", "to", "in", "as"))
                    and low[k] not in ("of", "about")
                ):
                    return i, None
                if tag == "," and k + 1 < count and low[k] == "such" and low[k + 1] == "as":
                    return i, None
                if tags[k] in "EDON" and not (clause and tag == "C" and tags[k] != "E") and finite_follows(tokens, k):
                    return i, None
                if tag == "," and tags[k] in "VK" and low[k - 1] == ",":
                    return i, None
                if tag == "," and k == i + 1 and tags[k] == "G" and not gerund:
                    return i, None
                i = k
                continue
            i += 1
        return count, None

    def _next(self, tokens: Tokens, i: int, gerund: bool) -> int | None:
        """First token of a verb phrase coordinated at the comma or conjunction ``i``, or None."""
        tags, low = tokens.tags, tokens.low
        count = len(tags)
        k = i
        seen_to = False
        while k < count and (
            tags[k] in "C,R"
            or low[k] in ("to", "better", "in", "order", "(", ")", "also")
            or (tags[k] == "N" and len(low[k]) <= 3 and k and tags[k - 1] == "(")
        ):
            if low[k] == "to":
                seen_to = True
            if (
                low[k] in ("in", "order")
                and not (low[k] == "in" and k + 1 < count and low[k + 1] == "order")
                and low[k - 1] != "in"
            ):
                return None
            k += 1
        if k >= count:
            return None
        if seen_to:
            return k if tags[k] == "V" or (tags[k] == "N" and self._look.lemma.get(low[k]) == low[k]) else None
        if gerund:
            return k if tags[k] == "G" else None
        if tags[k] == "V" and low[k] in self._look.lemma and self._look.lemma[low[k]] == low[k]:
            after = tags[k + 1] if k + 1 < count else "."
            return k if after in "DOEQNPRJWKGVC," else None
        if tags[k] == "N" and self._look.lemma.get(low[k]) == low[k]:
            return k if self._verb_for_noun(tokens, k, i) else None
        return None

    def _verb_for_noun(self, tokens: Tokens, k: int, i: int) -> bool:
        """Is the base form at ``k``, which the tagger took for a noun, the verb of a coordinated phrase?"""
        tags, low = tokens.tags, tokens.low
        count = len(tags)
        after = tags[k + 1] if k + 1 < count else "."
        if after in "DOE":
            return True
        if tags[k - 1] == ")" or (k and tags[k - 1] == "C" and tags[max(0, k - 2)] == ")"):
            return after not in ".,C"
        if after == "N":
            if low[k] in _STRONG:
                return True
            pair = self._tagger.normal(low[k]) + self._tagger.normal(low[k + 1])
            return low[k] in _OFTEN and pair not in self._look.whole["purpose"] and pair not in self._look.pairs
        return after in "GK" and low[k] in _STRONG

    def _beyond(self, tokens: Tokens, i: int, gerund: bool) -> int | None:
        """Start of a coordinated verb phrase after an inserted clause or "based on ..." that begins at ``i``."""
        tags, low = tokens.tags, tokens.low
        for k in range(i + 1, min(len(tags), i + 25)):
            if tags[k] in ".;:":
                return self._after_semicolon(tokens, k, gerund) if tags[k] == ";" else None
            if tags[k] == ",":
                if finite_follows(tokens, k + 1):
                    return None
                following = self._next(tokens, k, gerund)
                if (
                    following is not None
                    and low[following] not in _USER_VERBS
                    and self._look.lemma.get(low[following]) in self._look.verbs
                ):
                    return following
        return None

    def _after_semicolon(self, tokens: Tokens, i: int, gerund: bool) -> int | None:
        """Lists within one paragraph: "...; to measure use; and (c) enforce our terms", also cut at full stops."""
        tags = tokens.tags
        count = len(tags)
        if i + 1 >= count or tags[i] == ":":
            return None
        k = i + 1
        while k < count and tags[k] in ";-.":
            k += 1
        after = self._next(tokens, k, gerund)
        if after is None:
            return None
        # A sentence of its own begins with a capital; items cut at full stops go on in small letters.
        if tags[i] == "." and tokens.text[tokens.starts[k]].isupper():
            return None
        return after
