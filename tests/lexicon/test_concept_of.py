"""Any phrase to its concept: whole, by its head, by its complement, by verb and object."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privlex.lexicon import load_lexicon
from privlex.lexicon.normal import normal, singular
from privlex.records import CATEGORIES

CASES = [
    pytest.param("data", "e-mail addresses", "contact/email_address", id="hyphen and plural"),
    pytest.param("data", "E-MAIL ADDRESS", "contact/email_address", id="capitals"),
    pytest.param("data", "work e-mail", "contact/email_address", id="term with a modifier"),
    pytest.param("data", "IP address", "ip_and_device_id/ip_address", id="longest ending wins over 'address'"),
    pytest.param("data", "Internet Protocol (IP) address", "ip_and_device_id/ip_address", id="parenthesis inside"),
    pytest.param("data", "type of Internet browser", "computer/browser", id="light head: the complement names it"),
    pytest.param("data", "information about your visit", "online_activity/visits", id="plain head, complement"),
    pytest.param(
        "data", "billing information", "financial/payment_information", id="plain head, modifier in the lexicon"
    ),
    pytest.param("data", "GPS location data", "location/location", id="plain head takes its modifier's concept"),
    pytest.param("data", "non-personal information", "generic/non_personal_information", id="denial inside the term"),
    pytest.param("data", "how you use the site", "online_activity/browsing", id="wh-clause"),
    pytest.param("data", "pages that you access", "online_activity/page_views", id="relative clause"),
    pytest.param("data", "driver's license number", "identifier/government_id", id="possessive inside"),
    pytest.param("data", "legitimate interests", None, id="looks like interests and is none"),
    pytest.param("data", "owl post", "user_content/communications", id="unknown modifier, known head"),
    pytest.param("data", "quidditch", None, id="unknown"),
    pytest.param("party", "worldwide affiliates", "affiliate/affiliate", id="modifier kept, head known"),
    pytest.param("party", "competent governmental or judicial authorities", "authority/authority", id="coordinated"),
    pytest.param("party", "third-party advertising companies", "advertiser/advertiser", id="head of two words"),
    pytest.param("party", "Google Analytics", "analytics_provider/named", id="named company"),
    pytest.param("party", "family of companies", "affiliate/affiliate", id="term with a preposition"),
    pytest.param("purpose", "improve our services", "analytics_research/improve", id="verb"),
    pytest.param("purpose", "improving the site", "analytics_research/improve", id="gerund"),
    pytest.param("purpose", "help us improve the site", "analytics_research/improve", id="helper verb"),
    pytest.param("purpose", "send you newsletters", "additional_service/newsletter", id="verb with its object"),
    pytest.param("purpose", "serve ads", "advertising/advertising", id="the object decides"),
    pytest.param("purpose", "comply with the law", "legal/comply", id="law"),
    pytest.param("purpose", "enforce our terms", "security_operation/enforce_terms", id="terms"),
    pytest.param("purpose", "fraud prevention", "security_operation/security", id="noun"),
    pytest.param("purpose", "internal market research", "analytics_research/analytics", id="noun with a modifier"),
    pytest.param("purpose", "", None, id="nothing"),
]


@pytest.mark.parametrize(("kind", "phrase", "concept"), CASES)
def test_concept_of(kind, phrase, concept):
    found = load_lexicon().concept_of(kind, phrase)
    assert found == (concept and (concept, concept.split("/")[0]))


@given(st.text(max_size=60))
def test_any_text_gets_a_category_of_its_kind_or_none(phrase):
    for kind, categories in CATEGORIES.items():
        found = load_lexicon().concept_of(kind, phrase)
        assert found is None or found[1] in categories


@given(st.text(alphabet="abc esyix-'", max_size=20))
def test_normal_form_is_a_fixed_point(phrase):
    words = normal(phrase)
    assert normal(" ".join(words)) == words or any(singular(w) != w for w in words)


@pytest.mark.parametrize("plural, one", [("addresses", "address"), ("parties", "party"), ("cookies", "cookie"), ("ads", "ad"),
                                         ("status", "status"), ("searches", "search"), ("IDs", "id"), ("boxes", "box")])  # fmt: skip
def test_singular(plural, one):
    assert normal(plural) == (one,)
