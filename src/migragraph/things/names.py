"""Names of things and terms, and the classes they belong to.

Entry points: :func:`label_of`, :func:`with_names`, :func:`kinds_of`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Store, Triple

from migragraph.iris import BASE, PREFIXES, shorten, term
from migragraph.store.engine import Batching, quads_about

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migragraph.store.engine import Engine

Node = NamedNode | BlankNode | Literal | Triple

_FACTS: Final = DefaultGraph()
#: The properties that name a thing, the best first.
NAMES: Final = tuple(term(name) for name in ("skos:prefLabel", "rdfs:label", "dct:title"))
CLAIMED: Final = (term("rdf:subject"), term("rdf:predicate"), term("rdf:object"))
#: What an annotation of a property says it is called on the page about its value.
INVERSE: Final = term("mg:inverseLabel")
TYPE: Final = term("rdf:type")
_SUBCLASS = term("rdfs:subClassOf")
_DURATION = term("xsd:duration")
#: A duration in whole years, months and days; https://www.w3.org/TR/xmlschema11-2/#duration
_SPAN = re.compile(r"P(?=\d)(?:(?P<year>\d+)Y)?(?:(?P<month>\d+)M)?(?:(?P<day>\d+)D)?")


@dataclass(frozen=True, slots=True)
class Link:
    """A term with its name: the IRI is None for a literal; ``note`` is its language or datatype."""

    text: str
    iri: str | None = None
    note: str = ""


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
    said = [next(store.quads_for_pattern(node, part, None, None), None) for part in CLAIMED]
    if all(said):
        return " · ".join(label_of(store, quad.object) for quad in said if quad)
    return shorten(node.value).strip("<>")


def inverse_label_of(store: Engine, predicate: NamedNode) -> str:
    """Return what a property is called on the page about its value; without such words, what names the value there."""
    texts = [
        q.object for q in store.quads_for_pattern(predicate, INVERSE, None, _FACTS) if isinstance(q.object, Literal)
    ]
    if texts:
        return min(texts, key=lambda text: (text.language != "en", text.value)).value
    return f"named as “{label_of(store, predicate)}” by"


def with_names(store: Engine, nodes: Iterable[Node]) -> Engine:
    """Return what can be asked for the names of all these nodes: the engine, or a copy where it is far away."""
    if not isinstance(store, Batching):
        return store
    here = Store()
    fetch_names(store, here, set(nodes))
    return here


def fetch_names(store: Engine, here: Store, nodes: set[Node]) -> None:
    """Add to the store here names and classes of the nodes, and the wider classes; a claim is named by its parts."""
    facts = list(quads_about(store, nodes, [*NAMES, INVERSE, TYPE, _SUBCLASS], _FACTS))
    here.extend(facts)
    unnamed = nodes - {quad.subject for quad in facts if quad.predicate in NAMES}
    elsewhere = list(quads_about(store, unnamed, [*NAMES, *CLAIMED]))
    here.extend(elsewhere)
    if parts := {quad.object for quad in elsewhere if quad.predicate in CLAIMED} - nodes:
        here.extend(quads_about(store, parts, NAMES, _FACTS))


def link_to(store: Engine, node: Node) -> Link:
    """Return a term with its name."""
    return Link(label_of(store, node), node.value) if isinstance(node, NamedNode) else plain_link(node)


def plain_link(node: object) -> Link:
    """Write a term that is not an IRI, with its language or datatype where that is not plain text.

    >>> plain_link(Literal("P1Y6M", datatype=term("xsd:duration"))).text
    '1 year 6 months'
    """
    if isinstance(node, Literal):
        if node.datatype == _DURATION and (span := _SPAN.fullmatch(node.value)):
            return Link(" ".join(f"{n} {unit}{'s' * (n != '1')}" for unit, n in span.groupdict().items() if n))
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
        here.extend(quads_about(store, things.values(), [TYPE], _FACTS))
        fetch_names(store, here, {quad.object for quad in here})
    found: dict[str, str] = {}
    for iri, node in things.items():
        types = [quad.object for quad in here.quads_for_pattern(node, TYPE, None, _FACTS)]
        found[iri] = ", ".join(link.text for link in narrowest(here, types))
    return found


def narrowest(store: Engine, types: Iterable[Node]) -> Iterator[Link]:
    """Return our classes (or all, where none is ours), without those of which another one is a subclass."""
    nodes = {node for node in types if isinstance(node, NamedNode)}
    ours = {node for node in nodes if node.value.startswith(BASE)} or nodes
    wider = {
        q.object for node in ours for q in store.quads_for_pattern(node, _SUBCLASS, None, _FACTS) if q.object != node
    }
    found = [link_to(store, node) for node in ours - wider]
    return iter(sorted(found, key=lambda link: link.text))
