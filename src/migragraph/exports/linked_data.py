"""JSON-LD: the network as RDF, with the IRIs of the graph and terms that others use too.

A tie is a ``dct:relation`` from the first to the second node, and beside it an ``rdf:Statement`` with an IRI of its
own that carries weight, dates, sources and the claims it comes from (``prov:wasDerivedFrom``). A node has the class
of its ``kind`` and its labels by language. Every other attribute is a property of the network's own,
``here:node-country`` for ``…/networks/{name}#node-country``, described in the same file by ``rdfs:label``. A list
becomes several values: RDF keeps neither order nor repetition.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple

from migragraph.errors import UnwritableGraph
from migragraph.exports.columns import Column, Type, written
from migragraph.exports.texts import as_json, first_day
from migragraph.formats import GRAPH_FORMATS
from migragraph.iris import PREFIXES, mint_attribute, mint_network, mint_tie, term
from migragraph.json_ld import compacted
from migragraph.representations import write_triples

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migragraph.exports.columns import Value
    from migragraph.exports.look import Look
    from migragraph.exports.table import Table

_JSON_LD: Final = next(form for form in GRAPH_FORMATS if form.engine is RdfFormat.JSON_LD)
#: The prefix of the network's own names in its file.
_OWN: Final = "here"
# terms of every node or tie are made once
_TYPE: Final = term("rdf:type")
_LABEL: Final = term("rdfs:label")
_HAS_PART: Final = term("dct:hasPart")
_IS_PART_OF: Final = term("dct:isPartOf")
_RELATION: Final = term("dct:relation")
_STATEMENT: Final = term("rdf:Statement")
_SUBJECT: Final = term("rdf:subject")
_PREDICATE: Final = term("rdf:predicate")
_OBJECT: Final = term("rdf:object")
_DERIVED_FROM: Final = term("prov:wasDerivedFrom")
_DATATYPES: Final = {
    Type.BOOLEAN: term("xsd:boolean"),
    Type.INTEGER: term("xsd:integer"),
    Type.DOUBLE: term("xsd:double"),
    Type.STRING: term("xsd:string"),
}


def write_json_ld(table: Table, look: Look) -> bytes:
    """Write a network as JSON-LD, IRIs by our prefixes; raises ``UnwritableGraph`` where the id of a node is no IRI."""
    expanded = json.loads(write_triples(triples(table), _JSON_LD))
    return as_json(compacted(expanded, {**PREFIXES, _OWN: f"{_network(table).value}#"}), levels=2)


def triples(table: Table) -> Iterator[Triple]:
    """Return all that is said of the network, its nodes and its ties; the look is not said."""
    table = table.fitted(edge_names=("weight",))
    network = _network(table)
    nodes = [_iri(id_) for id_ in table.ids]
    yield from _about(network, table)
    node_properties = _properties(network, "node", table.nodes)
    weight = mint_attribute(network, "tie", "weight")
    edge_properties = _properties(network, "tie", table.edges)
    for name, property_ in (("weight", weight), *node_properties, *edge_properties):
        yield Triple(property_, _TYPE, term("rdf:Property"))
        yield Triple(property_, _LABEL, Literal(name))
        yield Triple(property_, term("rdfs:isDefinedBy"), network)
    for n, node in enumerate(nodes):
        yield Triple(network, _HAS_PART, node)
        yield from _about_node(table, node_properties, n, node)
    for n, (a, b) in enumerate(table.ties):
        tie = mint_tie(network, table.ids[a], table.ids[b])
        yield Triple(nodes[a], _RELATION, nodes[b])
        yield Triple(tie, _TYPE, _STATEMENT)
        yield Triple(tie, _SUBJECT, nodes[a])
        yield Triple(tie, _PREDICATE, _RELATION)
        yield Triple(tie, _OBJECT, nodes[b])
        yield Triple(tie, _IS_PART_OF, network)
        yield Triple(tie, weight, _literal(table.weights[n], Type.DOUBLE))
        for column, (_, property_) in zip(table.edges, edge_properties, strict=True):
            for member in _members(column.values[n]):
                claim = _iri_or_none(member) if column.name == "evidence" else None
                if claim is not None:
                    yield Triple(tie, _DERIVED_FROM, claim)
                else:
                    yield Triple(tie, property_, _literal(member, column.type))


def _about(network: NamedNode, table: Table) -> Iterator[Triple]:
    facts = table.all_facts()
    yield Triple(network, _TYPE, term("dcat:Dataset"))
    yield Triple(network, term("dct:title"), Literal(table.title))
    yield Triple(network, term("dct:creator"), Literal(facts["creator"]))
    yield Triple(network, term("dct:license"), NamedNode(facts["licence"]))
    day = first_day(facts.get("version_date", ""))
    if day is not None:
        yield Triple(network, term("dct:issued"), Literal(day.isoformat(), datatype=term("xsd:date")))
    if "version" in facts:
        yield Triple(network, term("owl:versionInfo"), Literal(facts["version"]))
    if "query" in facts:
        yield Triple(network, _TYPE, term("sh:SPARQLSelectExecutable"))
        yield Triple(network, term("sh:select"), Literal(facts["query"]))
    said = "\n".join(f"{name}: {text}" for name, text in facts.items() if name != "query")
    yield Triple(network, term("dct:description"), Literal(said))


def _about_node(table: Table, properties: list[tuple[str, NamedNode]], n: int, node: NamedNode) -> Iterator[Triple]:
    texts = set()
    for column, (_, property_) in zip(table.nodes, properties, strict=True):
        attribute, language = column.origin
        for member in _members(column.values[n]):
            class_ = _class(str(member)) if column.name == "kind" else None
            if class_ is not None:
                yield Triple(node, _TYPE, class_)
            elif attribute == "labels" and (label := _label(str(member), language)) is not None:
                texts.add(str(member))
                yield Triple(node, _LABEL, label)
            else:
                yield Triple(node, property_, _literal(member, column.type))
    if table.labels[n] not in texts:
        yield Triple(node, _LABEL, Literal(table.labels[n]))


def _properties(network: NamedNode, of: str, columns: tuple[Column, ...]) -> list[tuple[str, NamedNode]]:
    return [(column.name, mint_attribute(network, of, column.name)) for column in columns]


def _members(value: Value | None) -> tuple[str | int | float | bool, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def _literal(value: str | int | float | bool, type_: Type) -> Literal:
    return Literal(written(value), datatype=_DATATYPES[type_])


def _label(text: str, language: str | None) -> Literal | None:
    try:
        return Literal(text, language=language) if language else None
    except ValueError:  # no language tag
        return None


def _class(name: str) -> NamedNode | None:
    prefix, _, local = name.partition(":")
    if prefix in PREFIXES and local:
        return _iri_or_none(PREFIXES[prefix] + local)
    return _iri_or_none(name) if name.startswith(("http://", "https://")) else None


def _iri_or_none(text: object) -> NamedNode | None:
    try:
        return NamedNode(str(text))
    except ValueError:
        return None


def _iri(id_: str) -> NamedNode:
    node = _iri_or_none(id_)
    if node is None:
        raise UnwritableGraph(
            f"the node {id_!r} has no IRI, so it cannot be named in RDF.",
            remedy="Use IRIs as ids, or another format.",
        )
    return node


def _network(table: Table) -> NamedNode:
    try:
        return mint_network(table.name)
    except ValueError:  # a name without a letter or digit
        return mint_network("network")
