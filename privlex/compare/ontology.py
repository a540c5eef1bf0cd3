"""Which concept is a case of which: what makes a data type more general or more specific between two texts."""

from __future__ import annotations

# Whole-category concepts: "contact information" covers every concept of its category.
_OVERALL = ("_information", "_data", "_details")
# "Third parties" covers these classes; affiliates, employees and users are not third parties in a policy's words.
_THIRD_PARTIES = frozenset({
    "service_provider", "business_partner", "advertiser", "analytics_provider", "social_network", "authority",
    "acquirer", "third_party",
})
_ANYONE = frozenset({"third_party/anyone", "public/anyone", "public/everyone"})
_ALL_DATA = ("generic/information", "generic/personal_information", "generic/personal_data")


def covers_concept(kind: str, broad: str | None, narrow: str | None, narrow_category: str) -> bool:
    """``broad`` names a class that what is named by ``narrow`` (or, unknown, by its category) belongs to.

    >>> covers_concept("data", "contact/contact_information", "contact/email_address", "contact")
    True
    >>> covers_concept("data", "contact/email_address", "contact/contact_information", "contact")
    False
    """
    if broad is None or broad == narrow:
        return False
    if narrow is not None and narrow.startswith(broad + "/"):
        return True
    category, _, name = broad.partition("/")
    if kind == "data":
        if broad in _ALL_DATA:
            return narrow_category != "generic"
        return category == narrow_category and name.startswith(category) and name.endswith(_OVERALL)
    if kind == "party":
        if broad in _ANYONE:
            return narrow not in _ANYONE
        return broad == "third_party/third_parties" and narrow_category in _THIRD_PARTIES and narrow not in _ANYONE
    return False
