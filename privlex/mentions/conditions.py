"""Condition mentions: the words that limit when, for whom and in which form a practice happens."""

from __future__ import annotations

from privlex.lexicon import Lexicon
from privlex.mentions.chunks import finite_follows
from privlex.mentions.tokens import Tagger, Tokens


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

    def _clause(self, tokens: Tokens, i: int, start: int) -> int:
        """Up to the comma before the main clause, or to the end of the sentence."""
        tags, low = tokens.tags, tokens.low
        count = len(tags)
        verb = False
        first = start == 0 or tags[start - 1] in ".;:-"
        depth = 0
        while i < count:
            tag = tags[i]
            if tag in ".;:" and depth == 0:
                return i
            if tag == "(":
                depth += 1
            elif tag == ")":
                if depth == 0:
                    return i
                depth -= 1
            elif tag in "VXKG":
                verb = True
            elif tag == "," and depth == 0:
                k = i + 1
                while k < count and tags[k] == "R":
                    k += 1
                if first and finite_follows(tokens, k) and verb:
                    return i
                if not first and (
                    finite_follows(tokens, k)
                    or (k < count and tags[k] in "WS" and low[k] not in ("that",))
                    or (k < count and tags[k] == "P" and low[k] in ("to", "for", "in", "with"))
                ):
                    return i
                if verb and k < count and tags[k] == "C" and k + 1 < count and low[k + 1] in ("we", "to"):
                    return i
            elif tag == "C" and depth == 0 and verb and i + 1 < count and low[i + 1] == "we" and low[i] != "or":
                return i
            i += 1
        return count

    def _phrase(self, tokens: Tokens, i: int) -> int:
        """Up to the end of the noun phrase with its complements."""
        tags, low = tokens.tags, tokens.low
        count = len(tags)
        while i < count:
            tag = tags[i]
            if tag in ".;:()," or tag in "ES" or (tag == "X"):
                if tag == "X" and i + 1 < count and tags[i + 1] in "VK" and False:
                    i += 1
                    continue
                break
            if tag == "C" and i + 1 < count and (tags[i + 1] in "EXV" or low[i + 1] in ("to", "for")):
                break
            if low[i] == "to" and i + 1 < count and tags[i + 1] == "V":
                break
            i += 1
        return i
