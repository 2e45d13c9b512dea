"""Exports in JSON, read back by readers of other people and compared whole with the network as it was."""

import json
from typing import Any

import networkx as nx
import pytest
import rdflib
from hypothesis import example, given
from ndex2.cx2 import RawCX2NetworkFactory
from rdflib import RDF, RDFS, Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, XSD

from hostile import membership, networks
from migragraph.exports import write_export
from node_reader import Reader
from read_back import attributes, ends, many, ordered, whole, without


@many
@example(membership())
@given(networks())
def test_cyjs_by_cytoscape(node: Reader, graph: nx.Graph) -> None:
    """Everything comes back verbatim, with places and the colour that is drawn."""
    read = node("cyjs", write_export(graph, "cyjs"))
    nodes, ties = whole(graph)
    look = ("id", "name", "colour", "size", "shape", "position", "drawn")
    assert {id_: without(data, *look) for id_, data in read["nodes"].items()} == nodes
    assert ordered([(a, b, without(data, "id", "source", "target")) for a, b, data in read["edges"]]) == ties
    for data in read["nodes"].values():
        rgb = tuple(int(data["colour"][i : i + 2], 16) for i in (1, 3, 5))
        assert data["drawn"] == f"rgb({','.join(map(str, rgb))})"
        assert data["position"] == {axis: pytest.approx(data["position"][axis], abs=500) for axis in "xy"}
    assert read["attributes"]["licence"] == "https://creativecommons.org/licenses/by/4.0/"


@many
@example(membership())
@given(networks())
def test_cx2_by_ndex2(graph: nx.Graph) -> None:
    """Everything comes back verbatim, each attribute of the type that is declared."""
    content = json.loads(write_export(graph, "cx2"))
    read = RawCX2NetworkFactory().get_cx2network(content)
    nodes, ties = whole(graph)
    iri = {id_: held["v"]["iri"] for id_, held in read.get_nodes().items()}
    back = {held["v"]["iri"]: {"label": held["v"]["name"], **held["v"]} for held in read.get_nodes().values()}
    assert {id_: without(data, "iri", "name") for id_, data in back.items()} == nodes
    assert ordered([(iri[e["s"]], iri[e["t"]], e["v"]) for e in read.get_edges().values()]) == ties
    python = {"boolean": bool, "long": int, "double": float, "string": str}
    for what, held in (("nodes", read.get_nodes()), ("edges", read.get_edges())):
        declared = read.get_attribute_declarations().get(what, {})
        for values in (one["v"] for one in held.values()):
            for name, value in values.items():
                type_ = declared[name]["d"]
                members = value if type_.startswith("list_of_") else [value]
                assert {type(member) for member in members} <= {python[type_.removeprefix("list_of_")]}


@many
@example(membership())
@given(networks())
def test_node_link_by_networkx(graph: nx.Graph) -> None:
    """Everything comes back verbatim, labels as a mapping."""
    read = nx.node_link_graph(json.loads(write_export(graph, "json")), edges="edges")
    assert read.is_directed() == graph.is_directed()
    nodes, ties = whole(graph)
    assert {id_: attributes(without(data, "viz")) for id_, data in read.nodes(data=True)} == nodes
    assert ordered([(*ends(graph, a, b), data) for a, b, data in read.edges(data=True)]) == ties
    for name in ("title", "question", "query", "name"):
        assert read.graph.get(name, "") == graph.graph.get(name, "")


# rdflib 7.6 warns of its own use of its old names
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@many
@example(membership())
@given(networks())
def test_json_ld_by_rdflib(graph: nx.Graph) -> None:
    """All that is said of nodes and ties, as triples; here are made what they should be."""
    read = rdflib.Dataset()
    read.parse(data=write_export(graph, "jsonld"), format="json-ld")
    network = f"https://w3id.org/migragraph/networks/{graph.graph['name']}"
    kinds = {"mg:City": "City", "mg:Region": "Region", "mg:Network": "Network"}
    types = {bool: XSD.boolean, int: XSD.integer, float: XSD.double, str: XSD.string}

    def literal(value: Any) -> Literal:
        lexical = str(value).lower() if isinstance(value, bool) else value if isinstance(value, str) else repr(value)
        return Literal(lexical) if isinstance(value, str) else Literal(lexical, datatype=types[type(value)])

    expected = set()
    for node, data in graph.nodes(data=True):
        for name, value in without(data, "label", "labels").items():
            for member in value if isinstance(value, (list, tuple)) else [] if value is None else [value]:
                if name == "kind" and member in kinds:
                    class_ = URIRef(f"https://w3id.org/migragraph/ontology#{kinds[member]}")
                    expected.add((URIRef(node), RDF.type, class_))
                else:
                    expected.add((URIRef(node), URIRef(f"{network}#node-{name}"), literal(member)))
        for language, text in data["labels"].items():
            expected.add((URIRef(node), RDFS.label, Literal(text, lang=language)))
        if data["label"] not in data["labels"].values():
            expected.add((URIRef(node), RDFS.label, Literal(data["label"])))
    for a, b in graph.edges():
        expected.add((*map(URIRef, ends(graph, a, b)), "related"))
    nodes = {URIRef(node) for node in graph}
    back = {
        (s, p, o) if p != DCTERMS.relation else (s, o, "related")
        for s, p, o, _ in read
        if s in nodes
    }  # fmt: skip
    assert back == expected
    assert set(read.objects(URIRef(network), DCTERMS.hasPart)) == nodes
    ties = set(read.subjects(RDF.type, RDF.Statement))
    assert len(ties) == graph.number_of_edges()
    for tie in ties:
        a, b = (str(read.value(tie, part)) for part in (RDF.subject, RDF.object))
        data = graph.edges[a, b]
        assert (a, b) == ends(graph, a, b)
        assert {str(claim) for claim in read.objects(tie, PROV.wasDerivedFrom)} == set(data.get("evidence", ()))
        said = {("weight", literal(data.get("weight", 1.0)))}
        for name, value in without(data, "weight", "evidence").items():
            for member in value if isinstance(value, (list, tuple)) else [] if value is None else [value]:
                said.add((name, literal(member)))
        prefix = f"{network}#tie-"
        assert {
            (str(p).removeprefix(prefix), o) for p, o in read.predicate_objects(tie) if str(p).startswith(prefix)
        } == said
