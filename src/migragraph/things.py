"""Things as a reader meets them: names, types, description, facts, and for each fact where it comes from.

Entry point: :func:`describe_thing`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store

from migragraph.graph.assembly import AUTHORITY, CLAIMS_PREFIX, DERIVED_PREFIX, ONTOLOGY
from migragraph.iris import BASE, PREFIXES, shorten, term
from migragraph.store.engine import Batching, quads_about

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Triple

    from migragraph.store.engine import Engine

    Node = NamedNode | BlankNode | Literal | Triple

_FACTS: Final = DefaultGraph()
#: The properties that name a thing, the best first.
NAMES: Final = tuple(term(name) for name in ("skos:prefLabel", "rdfs:label", "dct:title"))
_CLAIMED: Final = (term("rdf:subject"), term("rdf:predicate"), term("rdf:object"))
_TYPE, _DESCRIPTION, _DEFINITION = term("rdf:type"), term("dct:description"), term("skos:definition")
_ALTERNATIVE, _SUBCLASS = term("skos:altLabel"), term("rdfs:subClassOf")
_PASSAGE, _PAGE = term("prov:wasDerivedFrom"), term("dct:source")
#: What stands in the head of a page and is not repeated among the facts.
_HEAD = {_TYPE, _DESCRIPTION, _DEFINITION, _ALTERNATIVE, *NAMES}


#: Rules that say a fact once more, in terms of wider vocabularies.
_GENERAL = {f"derived: {rule}" for rule in ("superclasses", "superproperties", "labels")}


@dataclass(frozen=True, slots=True)
class Link:
    """A term with its name: the IRI is None for a literal; ``note`` is its language or datatype."""

    text: str
    iri: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One claim: its source, the places in it, its status, the words that stand for it, what else is said of it."""

    claim: str
    source: Link
    places: tuple[str, ...]
    status: str
    is_negative: bool
    words: tuple[str, ...]
    pages: tuple[str, ...]
    comment: str


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a property, with the claims for it and what else put it there (a rule, an authority file)."""

    value: Link
    evidence: tuple[Evidence, ...] = ()
    origins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Property:
    """A property with its values."""

    property: Link
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """All that a page about a thing shows."""

    iri: str
    label: str
    types: tuple[Link, ...]
    names: tuple[Link, ...]
    description: str
    facts: tuple[Property, ...]
    implied: tuple[Property, ...]
    not_accepted: tuple[Property, ...]
    mentions: tuple[Property, ...]
    graphs: tuple[str, ...] = field(default=())


def label_of(store: Engine, node: Node) -> str:
    """Return the English name of a term, else any name of it, else the prefixed name; a literal's own text.

    A claim, which has no name, is called by what it says: names of subject, property and value.
    """
    if not isinstance(node, NamedNode):
        return node.value if isinstance(node, Literal) else str(node)
    for graph in (_FACTS, None):
        for predicate in NAMES:
            texts = [
                quad.object
                for quad in store.quads_for_pattern(node, predicate, None, graph)
                if isinstance(quad.object, Literal)
            ]
            if texts:
                return min(texts, key=lambda text: (text.language != "en", text.value)).value
    said = [next(store.quads_for_pattern(node, part, None, None), None) for part in _CLAIMED]
    if all(said):
        return " · ".join(label_of(store, quad.object) for quad in said if quad)
    return shorten(node.value).strip("<>")


def surroundings(store: Engine, node: NamedNode) -> Engine:
    """Return what can be asked for all that :func:`describe_thing` wants to know of a thing.

    That is the engine itself, unless it is asked over a network: then what is said of the thing, of its claims and
    their passages, and the names of all of these, fetched with a few requests where a request each would be hundreds.
    """
    if not isinstance(store, Batching):
        return store
    here = Store()
    about = list(store.quads_for_pattern(node, None, None, None))
    naming = list(store.quads_for_pattern(None, None, node, None))
    claimed = list(quads_about(store, [quad.subject for quad in naming if quad.predicate == _CLAIMED[0]]))
    passages = [quad.object for quad in claimed if quad.predicate == _PASSAGE]
    for quads in (about, naming, claimed, quads_about(store, passages, [_PAGE])):
        here.extend(quads)
    mentioned = {n for quad in about for n in (quad.predicate, quad.object)}
    mentioned |= {n for quad in naming if quad.graph_name == _FACTS for n in (quad.subject, quad.predicate)}
    mentioned |= {quad.object for quad in claimed if quad.predicate != _PASSAGE}
    mentioned |= {NamedNode(p.value.partition("#")[0]) for p in passages if isinstance(p, NamedNode)}
    _fetch_names(store, here, {node, *mentioned})
    return here


def with_names(store: Engine, nodes: Iterable[Node]) -> Engine:
    """Return what can be asked for the names of all these nodes: the engine, or a copy as in :func:`surroundings`."""
    if not isinstance(store, Batching):
        return store
    here = Store()
    _fetch_names(store, here, set(nodes))
    return here


def _fetch_names(store: Engine, here: Store, nodes: set[Node]) -> None:
    """Add to the store here what names the nodes and says which classes are wider; a claim is named by its parts."""
    facts = list(quads_about(store, nodes, [*NAMES, _SUBCLASS], _FACTS))
    here.extend(facts)
    unnamed = nodes - {quad.subject for quad in facts if quad.predicate in NAMES}
    elsewhere = list(quads_about(store, unnamed, [*NAMES, *_CLAIMED]))
    here.extend(elsewhere)
    if parts := {quad.object for quad in elsewhere if quad.predicate in _CLAIMED} - nodes:
        here.extend(quads_about(store, parts, NAMES, _FACTS))


def describe_thing(store: Engine, iri: str) -> Thing | None:
    """Return what the graph says of a thing, and in which properties others name it; None if nothing does."""
    node = NamedNode(iri)
    store = surroundings(store, node)
    said = list(store.quads_for_pattern(node, None, None, None))
    facts = [quad for quad in said if quad.graph_name == _FACTS] or said
    naming = [quad for quad in store.quads_for_pattern(None, None, node, _FACTS) if quad.predicate != _TYPE]
    if not facts and not naming:
        return None
    evidence = _evidence(store, node)
    origins: dict[tuple[NamedNode, Node], list[str]] = defaultdict(list)
    for quad in said:
        if origin := _origin(quad):
            origins[quad.predicate, quad.object].append(origin)
    stated = {(quad.predicate, quad.object) for quad in facts}
    about = {pair for pair in stated if pair[0] not in _HEAD}
    implied = {pair for pair in about if origins.get(pair) and set(origins[pair]) <= _GENERAL}
    texts = [
        q.object.value for q in facts if q.predicate in (_DESCRIPTION, _DEFINITION) and isinstance(q.object, Literal)
    ]
    others = ((q.object, q.predicate) for q in facts if q.predicate == _ALTERNATIVE)
    return Thing(
        iri=iri,
        label=label_of(store, node),
        types=tuple(_types(store, [q.object for q in facts if q.predicate == _TYPE])),
        names=tuple(sorted((_link(store, name) for name, _ in others), key=lambda name: (name.note, name.text))),
        description=" ".join(sorted(texts)),
        facts=tuple(_properties(store, about - implied, evidence, origins)),
        implied=tuple(_properties(store, implied, evidence, origins)),
        not_accepted=tuple(_properties(store, evidence.keys() - stated, evidence, origins)),
        mentions=tuple(_mentions(store, naming)),
        graphs=tuple(sorted({q.graph_name.value for q in said if isinstance(q.graph_name, NamedNode)})),
    )


def _properties(
    store: Engine,
    pairs: Iterable[tuple[NamedNode, Node]],
    evidence: dict[tuple[NamedNode, Node], list[Evidence]],
    origins: dict[tuple[NamedNode, Node], list[str]],
) -> Iterator[Property]:
    values: dict[NamedNode, list[Value]] = defaultdict(list)
    for predicate, node in pairs:
        key = predicate, node
        claims = sorted(evidence.get(key, ()), key=lambda e: (e.source.text, e.places))
        values[predicate].append(Value(_link(store, node), tuple(claims), tuple(sorted(set(origins.get(key, ()))))))
    for predicate in sorted(values, key=lambda p: label_of(store, p).casefold()):
        found = sorted(values[predicate], key=lambda v: (v.value.text.casefold(), v.value.iri or ""))
        yield Property(_link(store, predicate), tuple(found))


def _mentions(store: Engine, quads: Iterable[Quad]) -> Iterator[Property]:
    subjects: dict[NamedNode, list[Link]] = defaultdict(list)
    for quad in quads:
        told = {_origin(q) for q in store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)} - {""}
        if isinstance(quad.subject, NamedNode) and not (told and told <= _GENERAL):
            subjects[quad.predicate].append(_link(store, quad.subject))
    for predicate in sorted(subjects, key=lambda p: label_of(store, p).casefold()):
        found = sorted(set(subjects[predicate]), key=lambda link: (link.text.casefold(), link.iri or ""))
        yield Property(_link(store, predicate), tuple(Value(link) for link in found))


def _link(store: Engine, node: Node) -> Link:
    return Link(label_of(store, node), node.value) if isinstance(node, NamedNode) else plain_link(node)


def plain_link(node: object) -> Link:
    """Write a term that is not an IRI, with its language or datatype where that is not plain text."""
    if isinstance(node, Literal):
        datatype = node.datatype.value
        plain = {PREFIXES["xsd"] + "string", PREFIXES["rdf"] + "langString"}
        return Link(
            node.value, None, node.language or ("" if datatype in plain else shorten(datatype).partition(":")[2])
        )
    return Link(str(node))


def kinds_of(store: Engine, iris: Iterable[str]) -> dict[str, str]:
    """Return the names of the classes of each thing, the narrowest ones, as text; empty where it has none."""
    things = {iri: NamedNode(iri) for iri in iris}
    here: Engine = store
    if isinstance(store, Batching):
        here = Store()
        here.extend(quads_about(store, things.values(), [_TYPE], _FACTS))
        _fetch_names(store, here, {quad.object for quad in here})
    found: dict[str, str] = {}
    for iri, node in things.items():
        types = [quad.object for quad in here.quads_for_pattern(node, _TYPE, None, _FACTS)]
        found[iri] = ", ".join(link.text for link in _types(here, types))
    return found


def _types(store: Engine, types: Iterable[Node]) -> Iterator[Link]:
    """Return our classes (or all, where none is ours), without those of which another one is a subclass."""
    nodes = {node for node in types if isinstance(node, NamedNode)}
    ours = {node for node in nodes if node.value.startswith(BASE)} or nodes
    wider = {
        q.object for node in ours for q in store.quads_for_pattern(node, _SUBCLASS, None, _FACTS) if q.object != node
    }
    found = [_link(store, node) for node in ours - wider]
    return iter(sorted(found, key=lambda link: link.text))


def _origin(quad: Quad) -> str:
    graph = quad.graph_name
    if not isinstance(graph, NamedNode) or graph.value.startswith(CLAIMS_PREFIX):
        return ""
    if graph.value.startswith(DERIVED_PREFIX):
        return "derived: " + graph.value.removeprefix(DERIVED_PREFIX)
    return {AUTHORITY: "authority file", ONTOLOGY: "vocabulary"}.get(graph, "")


def _evidence(store: Engine, node: NamedNode) -> dict[tuple[NamedNode, Node], list[Evidence]]:
    found: dict[tuple[NamedNode, Node], list[Evidence]] = defaultdict(list)
    for quad in store.quads_for_pattern(None, term("rdf:subject"), node, None):
        claim = quad.subject
        if isinstance(claim, NamedNode) and isinstance(quad.graph_name, NamedNode):
            said: dict[str, list[Node]] = defaultdict(list)
            for about in store.quads_for_pattern(claim, None, None, quad.graph_name):
                said[shorten(about.predicate.value)].append(about.object)
            predicate = said["rdf:predicate"][0]
            if isinstance(predicate, NamedNode):
                found[predicate, said["rdf:object"][0]].append(_claim(store, claim, said))
    return found


def _claim(store: Engine, claim: NamedNode, said: dict[str, list[Node]]) -> Evidence:
    passages = [p for p in said["prov:wasDerivedFrom"] if isinstance(p, NamedNode)]
    sources = [p.value.partition("#")[0] for p in passages]
    pages = [
        q.object.value
        for p in passages
        for q in store.quads_for_pattern(p, _PAGE, None, None)
        if isinstance(q.object, NamedNode)
    ]
    return Evidence(
        claim=claim.value,
        source=Link(label_of(store, NamedNode(min(sources))), min(sources)) if sources else Link("no source"),
        places=tuple(sorted({_place(p.value) for p in passages})),
        status=", ".join(label_of(store, s) for s in said["mg:claimStatus"]),
        is_negative=any(isinstance(p, NamedNode) and p.value.endswith("negative") for p in said["mg:polarity"]),
        words=tuple(sorted(w.value for w in said["mg:wordedAs"] if isinstance(w, Literal))),
        pages=tuple(sorted(set(pages))),
        comment=" ".join(c.value for c in said["rdfs:comment"] if isinstance(c, Literal)),
    )


def _place(passage: str) -> str:
    """Write the fragment of a passage for people: RFC 5147 positions of characters, RFC 7111 rows and cells."""
    kind, _, at = passage.partition("#")[2].partition("=")
    start, _, end = at.partition(",")
    return {"char": f"characters {start}–{end}", "row": f"row {at}", "cell": f"row {start}, column {end}"}.get(
        kind, "the whole"
    )
