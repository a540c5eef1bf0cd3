"""A policy as a graph of parties, data and purposes; every edge leads back to the words that make it."""

from __future__ import annotations

import re
from typing import Any

import networkx as nx

from privlex.practices.definitions import defined_terms
from privlex.practices.subsumption import broader
from privlex.records import Extent, Findings, Mention
from privlex.tables.quotes import quote_key

SUCH_AS = re.compile(r"\b(?:such as|including|include[sd]?|for example|e\.g\.?|like|consists? of|namely)\b", re.I)
FIRST_PARTY = "party:first_party"


def policy_graph(findings: Findings) -> nx.MultiDiGraph:
    """Graph of one snapshot.

    Nodes: ``kind`` (party, data, purpose), ``label``, ``category``, ``concept`` ("" where the lexicon knows none).
    Edges, told apart by ``relation``:

    * ``collect``, ``use``, ``share``, ``retain``: from the actor to the data, one for each practice and data mention;
      ``polarity``, ``condition`` ("" for none), ``practice`` (its id), ``start`` and ``end`` of the evidence in the source
      and ``confidence``.
    * ``to`` (share) or ``from`` (other actions): between data and each party; ``for``: from data to each purpose; both
      with the same evidence.
    * ``subsumes``: from the broader to the narrower data or party node; ``origin`` is ``policy`` ("information such as your
      name", or a term that the policy defines, with "" as its practice; needs the document's text) or ``ontology`` (the
      lexicon's hierarchy), with no evidence for the latter.
    """
    graph = nx.MultiDiGraph(snapshot=findings.snapshot.id or findings.snapshot.source, sha256=findings.snapshot.sha256)
    graph.add_node(FIRST_PARTY, kind="party", label="first party", category="first_party", concept="")
    nodes = {m.id: _node(graph, m) for m in findings.mentions}
    for p in findings.practices:
        evidence: dict[str, Any] = {
            "polarity": p.polarity, "condition": p.condition.quote if p.condition else "", "practice": p.id,
            "start": p.source.start, "end": p.source.end, "confidence": p.confidence,
        }  # fmt: skip
        for d in p.data:
            graph.add_edge(FIRST_PARTY, nodes[d], relation=p.action, **evidence)
            for r in p.recipients:
                if p.action == "share":
                    graph.add_edge(nodes[d], nodes[r], relation="to", **evidence)
                else:
                    graph.add_edge(nodes[r], nodes[d], relation="from", **evidence)
            for q in p.purposes:
                graph.add_edge(nodes[d], nodes[q], relation="for", **evidence)
    _policy_subsumption(graph, findings, nodes)
    _defined_subsumption(graph, findings, nodes)
    _ontology_subsumption(graph)
    return graph


def _node(graph: nx.MultiDiGraph, mention: Mention) -> str:
    name = f"{mention.kind}:{mention.concept or quote_key(mention.quote)}"
    if name not in graph:
        graph.add_node(
            name, kind=mention.kind, label=mention.quote, category=mention.category, concept=mention.concept or ""
        )
    return name


def _policy_subsumption(graph: nx.MultiDiGraph, findings: Findings, nodes: dict[str, str]) -> None:
    if findings.document is None:
        return
    text = findings.document.text
    done: set[tuple[str, str]] = set()
    for p in findings.practices:
        mentions = [findings.mention(i) for ids in (p.data, p.recipients) for i in ids]
        for kind in ("data", "party"):
            line = sorted(
                (m for m in mentions if m.kind == kind and m.extent in p.extent), key=lambda m: m.extent.start
            )
            general: Mention | None = None
            for before, after in zip(line, line[1:], strict=False):
                gap = text[before.extent.end : after.extent.start]
                if SUCH_AS.search(gap) and len(gap) < 80:
                    general = before
                elif re.search(r"[.;]\s", gap):
                    general = None
                if (
                    general is None
                    or nodes[general.id] == nodes[after.id]
                    or (nodes[general.id], nodes[after.id]) in done
                ):
                    continue
                done.add((nodes[general.id], nodes[after.id]))
                graph.add_edge(nodes[general.id], nodes[after.id], relation="subsumes", origin="policy", practice=p.id,
                               start=general.source.start, end=after.source.end)  # fmt: skip


def _defined_subsumption(graph: nx.MultiDiGraph, findings: Findings, nodes: dict[str, str]) -> None:
    """What a term that the policy defines takes in, where some practice names the term."""
    if findings.document is None:
        return
    source = findings.document.alignment.to_source
    for term in defined_terms(findings.document):
        named = {nodes[m.id] for m in findings.mentions
                 if m.kind == term.kind and m.quote.casefold() == term.term.casefold()}  # fmt: skip
        for wide in sorted(named):
            for member in term.members:
                narrow = f"{term.kind}:{member.concept or quote_key(member.quote)}"
                if narrow not in graph:
                    graph.add_node(narrow, kind=term.kind, label=member.quote, category=member.category,
                                   concept=member.concept or "")  # fmt: skip
                if narrow != wide:
                    graph.add_edge(wide, narrow, relation="subsumes", origin="policy", practice="",
                                   **_stretch(source(member.extent), source(term.extent)))  # fmt: skip


def _stretch(one: Extent, other: Extent) -> dict[str, int]:
    """From the first character of both to the last."""
    return {"start": min(one.start, other.start), "end": max(one.end, other.end)}


def _ontology_subsumption(graph: nx.MultiDiGraph) -> None:
    for name, data in sorted(graph.nodes(data=True)):
        if not data["concept"]:
            continue
        narrow = name
        for concept in broader(data["concept"]):
            wide = f"{data['kind']}:{concept}"
            if wide not in graph:
                graph.add_node(wide, kind=data["kind"], label=concept.partition("/")[2].replace("_", " "),
                               category=concept.partition("/")[0], concept=concept)  # fmt: skip
            if not any(e.get("origin") == "ontology" for e in (graph.get_edge_data(wide, narrow) or {}).values()):
                graph.add_edge(wide, narrow, relation="subsumes", origin="ontology")
            narrow = wide


def graph_to_graphml(graph: nx.MultiDiGraph) -> str:
    """The graph as GraphML text (Gephi, yEd, igraph read it)."""
    return "\n".join(nx.generate_graphml(graph, named_key_ids=True)) + "\n"


def graph_to_json(graph: nx.MultiDiGraph) -> dict[str, Any]:
    """The graph in networkx's node-link form: lists of nodes and edges that JSON can hold."""
    return nx.node_link_data(graph, edges="edges")
