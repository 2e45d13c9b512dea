"""Exports in XML, read back by readers of other people and compared whole with the network as it was."""

import io
from typing import Any

import igraph
import networkx as nx
import pytest
from hypothesis import example, given

from hostile import membership, networks
from migragraph.exports import write_export
from node_reader import Reader
from read_back import ends, listed, many, mapped, ordered, pictured, whole, without


@many
@example(membership())
@given(networks())
def test_gexf_by_graphology(node: Reader, graph: nx.Graph) -> None:
    """Types, lists and titles of attributes come back.

    xmldom takes U+0085 and U+2028 for line breaks, as XML 1.1 would; graphology looks for the direction at the ties.
    """

    def change(text: str) -> str:
        return pictured(text).replace("\x85", " ").replace("\u2028", " ")

    read = node("gexf", write_export(graph, "gexf"))
    assert read["directed"] == (graph.is_directed() and bool(graph.edges))
    nodes, ties = whole(graph, change)
    look = ("color", "size", "x", "y", "z", "shape")
    assert {id_: {"label": "", **without(data, *look)} for id_, data in read["nodes"].items()} == nodes
    assert ordered(read["edges"]) == [list(tie) for tie in ties]
    assert all(0 <= data["x"] <= 1000 and 0 <= data["y"] <= 1000 for data in read["nodes"].values())


@many
@example(membership())
@given(networks())
def test_graphml_by_graphology(node: Reader, graph: nx.Graph) -> None:
    """Everything comes back, lists as JSON; xmldom takes U+0085 and U+2028 for line breaks, as XML 1.1 would."""

    def as_read(value: Any) -> Any:
        text = listed(value)
        return text.replace("\x85", "\n").replace("\u2028", "\n") if isinstance(text, str) else text

    read = node("graphml", write_export(graph, "graphml"))
    assert read["directed"] == graph.is_directed()
    nodes, ties = mapped(whole(graph, pictured), as_read)
    by_number = {id_: data["iri"] for id_, data in read["nodes"].items()}
    assert {data["iri"]: without(data, "iri", "size", "x", "y", "color") for data in read["nodes"].values()} == nodes
    assert ordered([(by_number[a], by_number[b], data) for a, b, data in read["edges"]]) == ties


@many
@example(membership())
@given(networks())
def test_graphml_by_networkx(graph: nx.Graph) -> None:
    """Everything comes back, what is said of the export too."""
    read = nx.read_graphml(io.BytesIO(write_export(graph, "graphml")))
    assert read.is_directed() == graph.is_directed()
    nodes, ties = mapped(whole(graph, pictured), listed)
    look = ("iri", "size", "x", "y", "r", "g", "b")
    by_number = {id_: data["iri"] for id_, data in read.nodes(data=True)}

    assert {data["iri"]: without(data, *look) for _, data in read.nodes(data=True)} == nodes
    back = [(*ends(graph, by_number[a], by_number[b]), without(d, "id")) for a, b, d in read.edges(data=True)]
    assert ordered(back) == ties
    for name in ("title", "question", "query", "name"):
        assert read.graph.get(name, "") == pictured(graph.graph.get(name, ""))


@many
@example(membership())
@given(networks())
def test_graphml_by_igraph(tmp_path_factory: pytest.TempPathFactory, graph: nx.Graph) -> None:
    """Everything comes back; igraph gives NaN, false or an empty text for what is unknown."""
    path = tmp_path_factory.mktemp("igraph") / "graph.graphml"
    path.write_bytes(write_export(graph, "graphml"))
    read = igraph.Graph.Read_GraphML(str(path))
    assert read.is_directed() == graph.is_directed()
    nodes, ties = mapped(whole(graph, pictured), listed)

    def known(data: dict[str, Any]) -> dict[str, Any]:
        return {n: v for n, v in data.items() if v not in ("", False) and v == v}  # NaN is not equal to itself

    iri = read.vs["iri"] if len(read.vs) else []
    look = ("iri", "size", "x", "y", "r", "g", "b", "id")
    assert {v["iri"]: known(without(v.attributes(), *look)) for v in read.vs} == {i: known(d) for i, d in nodes.items()}
    back = [(*ends(graph, iri[e.source], iri[e.target]), known(without(e.attributes(), "id"))) for e in read.es]
    assert ordered(back) == [(a, b, known(data)) for a, b, data in ties]
