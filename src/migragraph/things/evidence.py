"""Why a fact is there: the claims of sources for it, the rule that derived it and what it was derived from.

Entry points: :func:`evidence_of`, :func:`origins_of`, :func:`premises_of`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from pyoxigraph import Literal, NamedNode, Quad

from migragraph.graph.assembly import AUTHORITY, DERIVED_PREFIX, ONTOLOGY
from migragraph.graph.rules import RULES
from migragraph.iris import ID, PREFIXES, shorten, term
from migragraph.store.engine import quads_about
from migragraph.things.names import CLAIMED, Link, Node, label_of, link_to, with_names
from migragraph.things.premises import ask_for_premises

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import QuerySolutions

    from migragraph.store.engine import Engine

Fact = tuple[Node, NamedNode, Node]

PASSAGE: Final = term("prov:wasDerivedFrom")
#: What is said of a passage: the page that it stands on, the moment it holds for.
PAGE: Final = term("dct:source")
AS_OF: Final = term("mg:asOf")
#: Title, reason and query of a rule.
DESCRIBING_A_RULE: Final = (term("rdfs:label"), term("rdfs:comment"), term("sh:construct"))
#: Rules that say a fact once more, in terms of wider vocabularies.
GENERAL: Final = frozenset(DERIVED_PREFIX + rule for rule in ("superclasses", "superproperties", "labels"))
_OTHERS: Final = {AUTHORITY.value: "named in a file of the curators", ONTOLOGY.value: "part of the vocabulary"}
#: Of how many facts of a page that one rule derived the premises are looked up.
_MOST_FACTS: Final = 1000
_DATE: Final = re.compile(r"\d{4}(-\d\d){0,2}")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One claim: its source, the places in it, its status, the words that stand for it, what else is said of it.

    ``as_of`` says for when each passage holds, as far as that is known: ``as of 2016``, ``undated``.
    """

    claim: str
    source: Link
    places: tuple[str, ...]
    status: str
    is_negative: bool
    words: tuple[str, ...]
    pages: tuple[str, ...]
    comment: str
    as_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Premise:
    """A thing that a derived fact follows from, such as a membership; its sources, and for when they hold."""

    thing: Link
    sources: tuple[Link, ...] = ()
    as_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """What beside a claim put a fact into the graph: a rule with its reason, or a file.

    ``query`` shows what the rule derived the fact from, where that can be asked.
    """

    name: str
    why: str = ""
    query: str = ""
    premises: tuple[Premise, ...] = ()


def evidence_of(store: Engine, node: NamedNode) -> dict[Fact, list[Evidence]]:
    """Return the claims about facts that the node is subject or value of."""
    found: dict[Fact, list[Evidence]] = defaultdict(list)
    claims = {
        (quad.subject, quad.graph_name)
        for end in (CLAIMED[0], CLAIMED[2])
        for quad in store.quads_for_pattern(None, end, node, None)
    }
    for claim, graph in claims:
        if isinstance(claim, NamedNode) and isinstance(graph, NamedNode):
            said: dict[str, list[Node]] = defaultdict(list)
            for about in store.quads_for_pattern(claim, None, None, graph):
                said[shorten(about.predicate.value)].append(about.object)
            (subject,), (predicate,), (value,) = (said[part] for part in ("rdf:subject", "rdf:predicate", "rdf:object"))
            if isinstance(predicate, NamedNode):
                found[subject, predicate, value].append(_read(store, claim, said))
    for claimed in found.values():
        claimed.sort(key=lambda claim: (claim.source.text, claim.places, claim.claim))
    return found


def _read(store: Engine, claim: NamedNode, said: dict[str, list[Node]]) -> Evidence:
    passages = [p for p in said["prov:wasDerivedFrom"] if isinstance(p, NamedNode)]
    sources = [p.value.partition("#")[0] for p in passages]
    about = [q for p in passages for what in (PAGE, AS_OF) for q in store.quads_for_pattern(p, what, None, None)]
    return Evidence(
        claim=claim.value,
        source=Link(label_of(store, NamedNode(min(sources))), min(sources)) if sources else Link("no source"),
        places=tuple(sorted({_place(p.value) for p in passages})),
        status=", ".join(label_of(store, s) for s in said["mg:claimStatus"]),
        is_negative=any(isinstance(p, NamedNode) and p.value.endswith("negative") for p in said["mg:polarity"]),
        words=tuple(sorted(w.value for w in said["mg:wordedAs"] if isinstance(w, Literal))),
        pages=tuple(sorted({q.object.value for q in about if isinstance(q.object, NamedNode)})),
        comment=" ".join(c.value for c in said["rdfs:comment"] + said["mg:statusReason"] if isinstance(c, Literal)),
        as_of=tuple(sorted({as_of(q.object.value) for q in about if isinstance(q.object, Literal)})),
    )


def as_of(text: str) -> str:
    """Write for when a passage holds: a date gets its words, other text stands for itself.

    >>> as_of("2016-04"), as_of("undated, before 2016")
    ('as of 2016-04', 'undated, before 2016')
    """
    return f"as of {text}" if _DATE.fullmatch(text) else text


def _place(passage: str) -> str:
    """Write the fragment of a passage for people: RFC 5147 positions of characters, RFC 7111 rows and cells."""
    kind, _, at = passage.partition("#")[2].partition("=")
    start, _, end = at.partition(",")
    return {"char": f"characters {start}–{end}", "row": f"row {at}", "cell": f"row {start}, column {end}"}.get(
        kind, "the whole"
    )


def origins_of(quads: Iterable[Quad]) -> dict[Fact, set[str]]:
    """Return the graphs beside those of claims that hold each fact."""
    found: dict[Fact, set[str]] = defaultdict(set)
    for quad in quads:
        graph = quad.graph_name
        if isinstance(graph, NamedNode) and graph.value.startswith((DERIVED_PREFIX, *_OTHERS)):
            found[quad.subject, quad.predicate, quad.object].add(graph.value)
    return found


def explain_origins(store: Engine, near: Engine, origins: dict[Fact, set[str]]) -> dict[Fact, tuple[Origin, ...]]:
    """Say of each fact what put it there, a rule with its reason and with what the fact follows from.

    ``store`` is asked for the premises, ``near`` for the rest. Cost: two queries for each rule and property.
    """
    by_rule: dict[str, list[Fact]] = defaultdict(list)
    for fact, graphs in origins.items():
        for graph in graphs:
            by_rule[graph].append(fact)
    found: dict[Fact, list[Origin]] = defaultdict(list)
    for graph, facts in sorted(by_rule.items()):
        if graph in _OTHERS:
            for fact in facts:
                found[fact].append(Origin(_OTHERS[graph]))
            continue
        rule = NamedNode(graph)
        title, why, query = (
            next((cast("Literal", q.object).value for q in near.quads_for_pattern(rule, said, None, RULES)), "")
            for said in DESCRIBING_A_RULE
        )
        name = f"follows by the rule “{title or graph.removeprefix(DERIVED_PREFIX)}”"
        # what a rule reads in the graphs of claims are claims, no things
        looked_up = query and "GRAPH" not in query and len(facts) <= _MOST_FACTS
        premises = premises_of(store, query, facts) if looked_up else {}
        for fact in facts:
            asked = ask_for_premises(query, [fact]) if query else None
            found[fact].append(Origin(name, why, asked.text if asked else "", premises.get(fact, ())))
    return {fact: tuple(why) for fact, why in found.items()}


def premises_of(store: Engine, query: str, facts: Iterable[Fact]) -> dict[Fact, tuple[Premise, ...]]:
    """Return the things that stand between subject and value in the rule that derived each fact.

    A membership, for who is a member of what; an authority, for what its territory does. ``query`` is the rule's.
    """
    by_predicate: dict[NamedNode, list[Fact]] = defaultdict(list)
    for fact in facts:
        by_predicate[fact[1]].append(fact)
    things: dict[Fact, set[NamedNode]] = defaultdict(set)
    for group in by_predicate.values():
        asked = ask_for_premises(query, group)
        if asked is None:
            continue
        rows = cast("QuerySolutions", store.query(asked.text, prefixes=PREFIXES))
        shown = {variable.value for variable in rows.variables}.intersection(asked.between)
        for row in rows:
            ends = cast("Node", row[asked.subject]), cast("Node", row[asked.value])
            between = {row[name] for name in shown} - {*ends, None}
            fact = ends[0], group[0][1], ends[1]
            things[fact] |= {n for n in between if isinstance(n, NamedNode) and n.value.startswith(ID)}
    sources = _sources_of(store, set().union(*things.values()) if things else set())
    return {
        fact: tuple(sorted((sources[node] for node in nodes), key=lambda premise: premise.thing.text))
        for fact, nodes in things.items()
    }


def _sources_of(store: Engine, nodes: set[NamedNode]) -> dict[NamedNode, Premise]:
    """Return each node with the sources of the claims that describe it, and for when they hold."""
    if not nodes:
        return {}
    text = f"""SELECT DISTINCT ?node ?passage WHERE {{
  VALUES ?node {{ {" ".join(sorted(str(node) for node in nodes))} }}
  GRAPH ?graph {{ ?claim rdf:subject ?node ; prov:wasDerivedFrom ?passage }}
}}"""
    passages: dict[NamedNode, set[NamedNode]] = {node: set() for node in nodes}
    for row in cast("QuerySolutions", store.query(text, prefixes=PREFIXES)):
        passages[cast("NamedNode", row["node"])].add(cast("NamedNode", row["passage"]))
    moments: dict[Node, str] = {
        quad.subject: as_of(quad.object.value)
        for quad in quads_about(store, set().union(*passages.values()), [AS_OF])
        if isinstance(quad.object, Literal)
    }
    sources = {node: {NamedNode(p.value.partition("#")[0]) for p in found} for node, found in passages.items()}
    near = with_names(store, nodes.union(*sources.values()))
    links = {node: link_to(near, node) for node in nodes.union(*sources.values())}
    return {
        node: Premise(
            links[node],
            tuple(sorted((links[source] for source in sources[node]), key=lambda link: link.text)),
            tuple(sorted({moments[passage] for passage in passages[node] if passage in moments})),
        )
        for node in nodes
    }
