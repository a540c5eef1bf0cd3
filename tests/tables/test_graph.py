"""A policy as a graph: evidence on each edge, subsumption of the policy and of the ontology told apart."""

from __future__ import annotations

import json
from dataclasses import replace

import networkx as nx
import pytest

from privlex.lexicon import load_lexicon
from privlex.tables.graph import FIRST_PARTY, graph_to_graphml, graph_to_json, policy_graph
from tests.practices.marked import findings

TEXT = (
    "We share [g personal information], such as your [d email address] and [d phone number], with our [r partners] to "
    "[p ship parcels] when you order. ¶ We do not collect your [d email address]. ¶ We receive your [d email address] from "
    "[r partners]."
)


@pytest.fixture(scope="module")
def found():
    plain = findings(TEXT)
    lexicon = load_lexicon()
    known = tuple(replace(m, concept=(lexicon.concept_of(m.kind, m.quote) or (None,))[0]) for m in plain.mentions)
    return replace(plain, mentions=known)


@pytest.fixture(scope="module")
def graph(found):
    return policy_graph(found)


def edges(graph, **wanted):
    return [(a, b, e) for a, b, e in graph.edges(data=True) if all(e.get(k) == v for k, v in wanted.items())]


def test_every_practice_edge_leads_to_its_evidence(graph, found):
    practices = {p.id: p for p in found.practices}
    told = [e for _, _, e in graph.edges(data=True) if e["relation"] != "subsumes"]
    assert {e["practice"] for e in told} == set(practices)
    for e in told:
        p = practices[e["practice"]]
        assert (e["start"], e["end"], e["polarity"]) == (p.source.start, p.source.end, p.polarity)
        assert e["condition"] == (p.condition.quote if p.condition else "")


def test_relations(graph):
    assert len(edges(graph, relation="share")) == 3
    assert all(a == FIRST_PARTY for a, _, _ in edges(graph, relation="share"))
    assert len(edges(graph, relation="to")) == 3 and len(edges(graph, relation="for")) == 3
    assert [e["polarity"] for _, _, e in edges(graph, relation="collect")] == ["denied", "affirmed"]
    [(source, data, _)] = edges(graph, relation="from")
    assert graph.nodes[source]["kind"] == "party" and graph.nodes[data]["label"] == "email address"


def test_subsumption_of_policy_and_ontology_marked_apart(graph, found):
    policy = {
        (graph.nodes[a]["label"], graph.nodes[b]["label"])
        for a, b, _ in edges(graph, relation="subsumes", origin="policy")
    }
    assert policy == {("personal information", "email address"), ("personal information", "phone number")}
    ontology = edges(graph, relation="subsumes", origin="ontology")
    assert ontology and all("practice" not in e for _, _, e in ontology)
    concepts = [m.concept for m in found.mentions if m.quote == "email address"]
    assert any(b == f"data:{concepts[0]}" for _, b, _ in ontology)


def test_without_the_text_only_the_ontology_subsumes(found):
    bare = policy_graph(replace(found, document=None))
    assert not edges(bare, relation="subsumes", origin="policy")
    assert edges(bare, relation="subsumes", origin="ontology")


def test_written_and_read_again(graph):
    again = nx.parse_graphml(graph_to_graphml(graph), force_multigraph=True)
    assert again.number_of_edges() == graph.number_of_edges() and set(again) == set(graph)
    form = json.loads(json.dumps(graph_to_json(graph)))
    assert nx.utils.graphs_equal(nx.node_link_graph(form, edges="edges"), graph)
