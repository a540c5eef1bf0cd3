"""Hand-made findings for tests: a row states only what differs, in the field's words.

>>> found = policy("nas.example@2010-01-02", claim("collect", "email address, postal address", purposes="ship orders"))
>>> [m.quote for m in found.mentions]
['email address', 'postal address', 'ship orders']
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from itertools import pairwise

from privlex.records import (
    CATEGORIES,
    Alignment,
    Block,
    Condition,
    Extent,
    Findings,
    Mention,
    Piece,
    PolicyDocument,
    Practice,
    Snapshot,
    SnapshotInfo,
    Wording,
)

# phrase -> concept; the category is the first part. A phrase that is not here is written "phrase/category".
CONCEPTS = {
    "name": "contact/name",
    "email address": "contact/email_address",
    "e-mail address": "contact/email_address",
    "postal address": "contact/postal_address",
    "phone number": "contact/phone_number",
    "contact information": "contact/contact_information",
    "birth date": "demographic/birth_date",
    "gender": "demographic/gender",
    "IP address": "ip_and_device_id/ip_address",
    "pages viewed": "online_activity/page_views",
    "cookies": "cookies_and_trackers/cookie",
    "location": "location/location",
    "credit card number": "financial/payment_card",
    "personal information": "generic/personal_information",
    "information": "generic/information",
    "ship orders": "basic_service/orders",
    "answer requests": "basic_service/support",
    "send newsletters": "additional_service/newsletter",
    "send offers": "marketing/marketing",
    "show advertisements": "advertising/advertising",
    "improve our products": "analytics_research/improve",
    "obey the law": "legal/comply",
    "business partners": "business_partner/business_partner",
    "distributors": "business_partner/business_partner",
    "affiliates": "affiliate/affiliate",
    "third parties": "third_party/third_party",
    "anyone": "third_party/third_party",
    "advertisers": "advertiser/advertiser",
    "courts": "authority/authority",
    "hosting providers": "service_provider/hosting",
}


def wording(sentence: str) -> Wording:
    """The wording of a sentence, by the definition in the records (written a second time, to check the first)."""
    words = ["".join(c for c in w if c.isalnum()) for w in sentence.casefold().split()]
    words = [w for w in words if w]
    grams = [" ".join(pair) for pair in pairwise(words)] or words
    hashes = [int.from_bytes(hashlib.sha256(gram.encode()).digest()[:8], "big") for gram in grams]
    bits = sum(1 << bit for bit in range(64) if sum(1 if h >> bit & 1 else -1 for h in hashes) > 0)
    return Wording(
        digest=hashlib.sha256(" ".join(words).encode()).hexdigest()[:16], sketch=f"{bits:016x}", words=len(words)
    )


@dataclass(frozen=True)
class Claim:
    """One practice to be, its phrases still unplaced."""

    action: str
    data: tuple[str, ...]
    purposes: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    condition: str | None = None
    polarity: str = "affirmed"
    actor: str = "first_party"
    section: str = ""
    sentence: str | None = None
    confidence: float = 0.9

    def words(self) -> str:
        """The sentence given, or one made from the parts."""
        if self.sentence is not None:
            return self.sentence
        denied = "do not " if self.polarity == "denied" else ""
        data = ", ".join(map(phrase, self.data))
        parts = [self.condition and f"{self.condition},", f"we {denied}{self.action}", data]
        if self.recipients:
            parts += ["with", ", ".join(map(phrase, self.recipients))]
        if self.purposes:
            parts += ["to", ", ".join(map(phrase, self.purposes))]
        return " ".join(p for p in parts if p) + "."


def phrase(item: str) -> str:
    return item.split("/")[0]


def _items(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def claim(
    action: str, data: str = "email address", *, purposes: str = "", recipients: str = "", **rest: object
) -> Claim:
    """A practice in words: ``claim("share", "email address", recipients="affiliates", polarity="denied")``."""
    return Claim(action, _items(data), _items(purposes), _items(recipients), **rest)  # type: ignore[arg-type]


def info(id: str, **rest: object) -> SnapshotInfo:
    """``"nas.example@2010-01-02"`` as a snapshot; the digest is made from the id."""
    domain, _, captured = id.partition("@")
    given = {
        "source": f"{domain}/{captured}.md", "sha256": hashlib.sha256(id.encode()).hexdigest(),
        "media_type": "text/markdown", "domain": domain, "captured": captured[:10], "id": id,
        "url": f"https://{domain}/privacy",
    }
    return SnapshotInfo(**(given | rest))  # type: ignore[arg-type]


def policy(id: str, *claims: Claim, offset: int = 100, coverage: float = 1.0, title: str = "Privacy") -> Findings:
    """Findings of a policy that says ``claims`` in this order, one block each, with its document.

    Source characters stand ``offset`` after text characters, as behind a provenance preface.
    """
    text, blocks = title, [Block(index=0, kind="title", extent=Extent(0, len(title)), level=1)]
    mentions: list[Mention] = []
    practices: list[Practice] = []
    for number, item in enumerate(claims, 1):
        sentence, start = item.words(), len(text) + 2
        text += "\n\n" + sentence
        extent = Extent(start, len(text))
        blocks.append(Block(index=number, kind="paragraph", extent=extent, section=0))

        def place(quote: str, extent: Extent = extent, sentence: str = sentence) -> Extent:
            at = sentence.casefold().find(quote.casefold())
            if at < 0:  # not in the sentence: it stands in the lead-in, here the title
                return Extent(0, min(len(quote), len(title)))
            return Extent(extent.start + at, extent.start + at + len(quote))

        def mention(kind: str, written: str, item: Claim = item, number: int = number, place=place) -> str:
            quote, _, category = written.partition("/")
            concept = None if category else CONCEPTS[quote]
            category = category or concept.split("/")[0]
            assert category in CATEGORIES[kind], f"{written}: no {kind} category {category}"
            at = place(quote)
            mentions.append(Mention(
                id=f"m{len(mentions) + 1}", kind=kind, category=category, concept=concept, quote=quote, extent=at,
                source=shifted(at, offset), block=number, confidence=item.confidence,
            ))
            return mentions[-1].id

        condition = item.condition and Condition(
            quote=item.condition, extent=place(item.condition), source=shifted(place(item.condition), offset)
        )
        practices.append(Practice(
            id=f"p{number}", action=item.action, polarity=item.polarity, actor=item.actor,
            data=tuple(mention("data", d) for d in item.data),
            purposes=tuple(mention("purpose", d) for d in item.purposes),
            recipients=tuple(mention("party", d) for d in item.recipients),
            condition=condition, extent=extent, source=shifted(extent, offset), block=number,
            section=item.section or title, wording=wording(sentence), confidence=item.confidence,
            because=(f"verb:{item.action}",),
        ))
    about = info(id)
    source = "-" * offset + text
    document = PolicyDocument(
        snapshot=Snapshot(info=about, text=source, encoding="utf-8"), text=text, blocks=tuple(blocks),
        alignment=Alignment((
            *([Piece(0, 0, 0, offset, False)] if offset else []), Piece(0, len(text), offset, len(source), True)
        )),
        coverage=coverage,
    )
    return Findings(snapshot=about, coverage=coverage, mentions=tuple(mentions), practices=tuple(practices),
                    document=document)


def shifted(extent: Extent, by: int) -> Extent:
    return Extent(extent.start + by, extent.end + by)


def without_document(findings: Findings) -> Findings:
    """The same findings as released tables give them."""
    return replace(findings, document=None)
