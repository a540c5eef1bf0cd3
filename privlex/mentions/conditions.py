"""Condition mentions: the words that limit when, for whom and in which form a practice happens."""

from __future__ import annotations

from privlex.lexicon import Lexicon
from privlex.mentions.chunks import finite_follows
from privlex.mentions.tokens import Tagger, Tokens

# Before an infinitive these end a condition: "if necessary to protect our rights" (the infinitive is the purpose).
_NEED = frozenset("necessary appropriate needed required reasonable".split())
_TIME_UNITS = frozenset("day days week weeks month months year years hours minutes".split())


class ConditionFinder:
    """Finds condition spans by the cues of ``conditions.jsonl``."""

    def __init__(self, lexicon: Lexicon, tagger: Tagger) -> None:
        self._cues: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for cue in lexicon.conditions:
            words = tuple(tagger.read(cue.cue).low)
            self._cues.setdefault(words[0], []).append((words[1:], cue.ends))
        for rows in self._cues.values():
            rows.sort(key=lambda row: -len(row[0]))

    def find(self, tokens: Tokens) -> list[tuple[int, int]]:
        """(first token, end token) of each condition, in order, not nested."""
        low, tags = tokens.low, tokens.tags
        cues = self._cues
        found: list[tuple[int, int]] = []
        done = 0
        for i, word in enumerate(low):
            if i < done or word not in cues:
                continue
            if word == "for" and (end := self._span_of_time(low, i)):
                found.append((i, end))
                done = end
                continue
            for rest, ends in cues[word]:
                size = len(rest)
                if size and tuple(low[i + 1 : i + 1 + size]) != rest:
                    continue
                if (
                    not size
                    and word in ("where", "when")
                    and i
                    and (tags[i - 1] == "P" or low[i - 1] in ("determine", "know", "see", "about"))
                ):
                    break
                if (
                    not size
                    and word in ("once", "while", "after", "before", "within", "until")
                    and i + 1 < len(low)
                    and tags[i + 1] in ".,;"
                ):
                    break
                start = i - 1 if i and low[i - 1] in ("only", "even", "except") and i - 1 >= done else i
                after = i + 1 + size
                end = self._clause(tokens, after, start) if ends == "clause" else self._phrase(tokens, after)
                if end > after - 1:
                    found.append((start, end))
                    done = end
                break
        return found

    def _span_of_time(self, low: list[str], i: int) -> int | None:
        """End of "for 24 months", "for two (2) years" at ``i``, or None."""
        for k in range(i + 2, min(len(low), i + 7)):
            if low[k] in _TIME_UNITS:
                return k + 1
            if low[k] in (",", ".", ";", ":"):
                return None
        return None

    def _clause(self, tokens: Tokens, i: int, start: int) -> int:
        """Up to the comma before the main clause, or to the end of the sentence."""
        tags, low = tokens.tags, tokens.low
        count = len(tags)
        first = start == 0 or tags[start - 1] in ".;:-"  # the condition stands before its main clause
        verb = any(tag in "VXKG" for tag in tags[start:i])
        depth = 0
        begin = i
        while i < count:
            tag = tags[i]
            if depth == 0 and tag in ".;:":
                return i
            if tag == "(":
                if verb and i + 1 < count and tags[i + 1] == '"':
                    return i
                if verb and i + 2 < count and tags[i + 2] == ")" and len(low[i + 1]) <= 4:  # "..., (ii) ..."
                    end = i
                    while end > begin and tags[end - 1] in ",C":
                        end -= 1
                    return end
                depth += 1
            elif tag == ")":
                if depth == 0:
                    return i
                depth -= 1
            elif tag in "VXKG":
                verb = True
            elif depth == 0 and tag == "," and verb:
                k = i + 1
                while k < count and tags[k] == "R":
                    k += 1
                if finite_follows(tokens, k, through="P"):
                    return i
                if k < count and (low[k] in ("including", "such", "for") or (not first and self._leaves(tokens, k))):
                    return i
                if k + 1 < count and tags[k] == "C" and low[k + 1] in ("we", "to"):
                    return i
            elif depth == 0 and tag == "C" and verb and i + 1 < count and low[i + 1] == "we" and low[i] != "or":
                return i
            elif depth == 0 and first and verb and low[i] == "we" and i > begin and tags[i - 1] in "NJR":
                return i
            elif low[i] == "to" and i and low[i - 1] in _NEED and i + 1 < count and tags[i + 1] in "VN" and i > begin:
                return i
            i += 1
        return count

    def _leaves(self, tokens: Tokens, k: int) -> bool:
        """Does what follows the comma at ``k - 1`` no longer belong to a condition after its main clause?"""
        tags, low = tokens.tags, tokens.low
        return (tags[k] in "WS" and low[k] != "that") or (tags[k] == "P" and low[k] in ("to", "in", "with"))

    def _phrase(self, tokens: Tokens, i: int) -> int:
        """Up to the end of the noun phrase with its complements and the clauses that hang on it."""
        tags, low = tokens.tags, tokens.low
        count = len(tags)
        begin = i
        while i < count:
            tag = tags[i]
            if tag in ".;:(),SE":
                break
            if tag == "W":
                return self._clause(tokens, i + 1, i)
            if tag == "X" and i > begin:
                break
            if tag == "C" and i + 1 < count:
                if low[i + 1] in ("when", "if", "where", "unless"):
                    return self._clause(tokens, i + 2, i)
                if tags[i + 1] in "EXV" or low[i + 1] in ("to", "for"):
                    break
            if low[i] == "to" and i + 1 < count and tags[i + 1] == "V":
                break
            i += 1
        return i
