"""Denied here, affirmed there: the class of each case, and the words it is told in."""

from __future__ import annotations

import pytest

from privlex.practices.contradictions import REAL, find_oppositions
from tests.practices.marked import findings

DENIED = "We do not share your [g personal information] with [r third parties]."
CASES = [
    pytest.param(f"{DENIED} ¶ We share your [g personal information] with [r advertisers].", "conflict", id="same-data-covered-recipient"),
    pytest.param(f"{DENIED} ¶ We share your [d phone number] with [r advertisers].", "conflict", id="narrower-data"),
    pytest.param(f"{DENIED} ¶ We share your [d phone number] with [r advertisers] if a court orders it.", "legal_duty", id="law"),
    pytest.param(f"{DENIED} ¶ With your consent, we share your [d phone number] with [r advertisers].", "consent", id="consent-affirmed"),
    pytest.param("We do not sell your [d phone number] without your consent. ¶ We sell your [d phone number] to [r lenders].", "consent", id="consent-denied"),
    pytest.param(f"{DENIED} ¶ We share [g aggregated information] with [r advertisers].", "impersonal_only", id="aggregate"),
    pytest.param(f"{DENIED} ¶ We share your [g personal information] in aggregate form with [r advertisers].", "impersonal_only", id="aggregate-form"),
    pytest.param("We do not collect [g personal information] from children. ¶ We collect your [d phone number].", "children_only", id="children"),
    pytest.param("We do not use your [d phone number] for [p telemarketing]. ¶ We use your [d phone number].", "different_purpose", id="other-purpose"),
    pytest.param("We do not share your [d phone number] with [r third parties], except if a driver needs it.", "exception", id="exception-in-one-sentence"),
    pytest.param("We do not sell your [d phone number] to [r third parties]. ¶ We share your [d phone number] with [r magazines].", "sale_only", id="sale-is-not-sharing"),
    pytest.param("Before 2019 we have not linked your [d phone number]. ¶ We use your [d phone number].", "unsure", id="linking-is-one-use"),
    pytest.param("[c Cookies] do not collect your [d phone number]. ¶ We collect your [d phone number].", "other_means", id="cookies-do-not"),
]  # fmt: skip


@pytest.mark.parametrize("text, kind", [pytest.param(*c.values, id=c.id) for c in CASES])
def test_class(text, kind):
    found = find_oppositions(findings(text))
    assert [o.kind for o in found] == [kind]
    assert found[0].is_real == (kind in REAL)


@pytest.mark.parametrize("text", [
    pytest.param("We do not share your [d phone number] with [r lenders]. ¶ We share your [d phone number] with [r florists].", id="other-recipients"),
    pytest.param("We do not share your [d phone number] with [r lenders]. ¶ We share your [d photo] with [r lenders].", id="other-data"),
    pytest.param("We do not share your [d phone number]. ¶ We collect your [d phone number].", id="other-action"),
    pytest.param(f"{DENIED}", id="denial-alone"),
])  # fmt: skip
def test_no_opposition(text):
    assert find_oppositions(findings(text)) == ()


def test_one_denial_is_told_once_with_every_place():
    text = (
        "We do not give your [g personal information] to [r anyone]. ¶ We share your [d phone number] with [r florists]. ¶ "
        "We share your [d phone number] with [r bakers]. ¶ With your consent, we share your [d phone number] with [r lenders]."
    )
    found = [o for o in find_oppositions(findings(text)) if o.denied is not None]
    assert len(found) == 1
    assert (found[0].kind, len(found[0].affirmed), [k for k, _ in found[0].narrowed]) == ("conflict", 2, ["consent"])
    for words in ("“personal information”", "“anyone”", "“florists”", "“bakers”"):
        assert words in found[0].reason


def test_identifying_data_called_non_personal():
    found = find_oppositions(findings("We collect [g non-personal information], such as your [i IP address]."))
    assert [o.kind for o in found] == ["definition"]
    assert "“IP address”" in found[0].reason and found[0].denied is None
    assert find_oppositions(findings("We collect [g personal information], such as your [i IP address].")) == ()


def test_a_list_of_stated_cases_is_an_exception():
    text = (
        "We never disclose your [d phone number] to [r others]. ¶ In the following cases, we may disclose your [d phone number] to "
        "[r others]: ¶ - to [p sign a contract with you]; ¶ - to [p repair our products]."
    )
    found = find_oppositions(findings(text))
    assert [o.kind for o in found] == ["exception"]
