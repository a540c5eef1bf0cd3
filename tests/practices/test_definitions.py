"""Terms that a policy defines, and what follows from them for its practices and its graph."""

from __future__ import annotations

import pytest

from privlex.flow import extract, read
from privlex.practices.definitions import defined_terms
from privlex.tables.graph import policy_graph

# (text, term, kind, members) of the first term; None: no term
CASES = [
    pytest.param("We ask for your name and e-mail address (collectively, “Contact Data”).",
                 "Contact Data", "data", ["name", "e-mail address"], id="list in brackets"),
    pytest.param('We may log the pages you visit and your IP address ("Usage Data").',
                 "Usage Data", "data", ["pages you visit", "IP address"], id="run that ends at the bracket"),
    pytest.param("We use vendors, contractors and agents (the “Service Team”) to host the site.",
                 "Service Team", "party", ["vendors", "contractors", "agents"], id="parties"),
    pytest.param("We ask for information such as your name or postal address (“Personal Data”).",
                 "Personal Data", "data", ["information", "name", "postal address"], id="head of a list"),
    pytest.param("“Usage Data” means your IP address and browser type. We log it.",
                 "Usage Data", "data", ["IP address", "browser type"], id="by a sentence"),
    pytest.param("Lantern Ltd (“Lantern,” “we” or “our”) runs this shop.", "Lantern", "first_party", [], id="own name"),
    pytest.param("Lantern Electronics and its affiliated companies (collectively “Lantern”) run this shop.",
                 "Lantern", "first_party", [], id="own group"),
    pytest.param("This page is our privacy statement (the “Privacy Statement”).", None, None, None, id="a notice"),
    pytest.param("You may visit lantern.example (the “Site”) at any time.", None, None, None, id="neither data nor party"),
    pytest.param("We ask for your name (see section 2).", None, None, None, id="a plain bracket"),
    pytest.param("This statement is for visitors (“you”).", None, None, None, id="the user"),
]


def document(text: str):
    return read(f"# Privacy policy\n\n{text}\n".encode(), media_type="text/markdown", name="lantern")


@pytest.mark.parametrize(("text", "term", "kind", "members"), CASES)
def test_a_defined_term_and_what_it_takes_in(text, term, kind, members):
    policy = document(text)
    found = defined_terms(policy)
    if term is None:
        assert not found
        return
    first = found[0]
    assert (first.term, first.kind, [m.quote for m in first.members]) == (term, kind, members)
    assert policy.text[first.extent.start : first.extent.end] == first.term
    assert all(policy.text[m.extent.start : m.extent.end] == m.quote for m in first.members)


POLICY = (
    "We collect your name and e-mail address (collectively, “Contact Data”) when you register.\n\n"
    "We share Contact Data with our couriers."
)


def test_a_practice_says_what_its_defined_term_takes_in():
    found = extract(document(POLICY), tier="rules", force=True)
    (shared,) = [p for p in found.practices if p.action == "share"]
    (said,) = [reason for reason in shared.because if "defined term" in reason]
    assert said == f"{shared.data[0]} is a defined term: contact/name, contact/email_address"
    assert not any("defined term" in reason for p in found.practices if p.action == "collect" for reason in p.because)


def test_the_graph_has_the_policy_s_own_subsumption():
    graph = policy_graph(extract(document(POLICY), tier="rules", force=True))
    edges = {(a, b) for a, b, facts in graph.edges(data=True)
             if facts["relation"] == "subsumes" and facts["origin"] == "policy"}
    term = next(n for n, facts in graph.nodes(data=True) if facts["label"] == "Contact Data")
    assert edges == {(term, "data:contact/name"), (term, "data:contact/email_address")}


def test_the_first_party_is_known_by_the_name_it_gives_itself():
    text = "Privacy of our guests. Mill & Hart LLP (“Mill & Hart,” “we”) runs the shop.\n\nMill & Hart collects your name."
    found = extract(document(text), tier="rules", force=True)
    (collected,) = [p for p in found.practices if p.action == "collect"]
    assert collected.actor == "first_party"
    assert "subject first" in collected.because
