"""Exports in plain text, read back by readers of other people and compared whole with the network as it was."""

import csv
import io
import json
import re
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import igraph
import networkx as nx
import pandas as pd
import pydot
import pytest
from hypothesis import example, given

from hostile import PIECES, membership, networks
from migragraph.exports import write_export
from node_reader import Reader
from read_back import ends, many, mapped, ordered, pictured, texts, whole


def _dot_values(data: dict[str, str]) -> dict[str, str]:
    """Return attributes of DOT under our names; a backslash stands before a backslash or a quote."""
    kept = {name.removeprefix("mg_"): value for name, value in data.items() if name.startswith("mg_")}
    return kept | {name: data[name] for name in ("label", "weight") if name in data}


# pydot 4.0 uses old names of pyparsing
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@many
@example(membership())
@given(networks())
def test_dot_by_pydot(graph: nx.Graph) -> None:
    """Everything comes back as text."""

    def unquoted(text: str) -> str:
        return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)

    def read_values(data: dict[str, str]) -> dict[str, str]:
        return _dot_values({unquoted(name): unquoted(value) for name, value in data.items()})

    (read,) = pydot.graph_from_dot_data(write_export(graph, "dot").decode())
    assert (read.get_type() == "digraph") == graph.is_directed()
    nodes, ties = mapped(whole(graph, pictured), texts)
    back = {
        unquoted(n.get_name()): read_values(n.get_attributes())
        for n in read.get_nodes()
        if n.get_name().startswith('"')
    }
    assert back == nodes
    edges = [
        (unquoted(e.get_source()), unquoted(e.get_destination()), read_values(e.get_attributes()))
        for e in read.get_edges()
    ]
    assert ordered(edges) == ties


@pytest.mark.parametrize("start", range(0, len(PIECES) - 1, 6))
def test_dot_by_graphviz(node: Reader, start: int) -> None:
    """Graphviz lays it out without an error, and gives every attribute back, each piece of hostile text in one.

    A few pieces at a time, and without the longest: this build of Graphviz, for WebAssembly, takes its input onto its
    stack, and fails on more than some ten thousand bytes. The property of all texts is tested with pydot.
    """
    graph = membership()
    for n, piece in enumerate(PIECES[start : start + 6], start):
        if len(piece) < 100:
            graph.add_node(f"https://example.org/{n}", bipartite=0, label=f"{piece}{n}{piece}", note=piece or None)
    read = node("dot", write_export(graph, "dot"))
    assert read["directed"] is False
    nodes, ties = mapped(whole(graph, pictured), texts)

    # an attribute that any node has is an empty text where it is unknown
    def known(data: dict[str, Any]) -> dict[str, Any]:
        return {name: value.replace("\\\\", "\\") for name, value in data.items() if value != ""}

    def same(data: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in data.items() if value != ""}

    assert {id_: known(_dot_values(data)) for id_, data in read["nodes"].items()} == {
        id_: same(data) for id_, data in nodes.items()
    }
    assert ordered([(a, b, known(_dot_values(data))) for a, b, data in read["edges"]]) == [
        (a, b, same(data)) for a, b, data in ties
    ]


def test_dot_is_laid_out_as_it_says(node: Reader) -> None:
    """Graphviz keeps the places that are written: those of the other formats, from corner to corner."""
    nodes = node("dot", write_export(membership(), "dot"))["nodes"]
    places = {node["id"]: node["viz"]["position"] for node in json.loads(write_export(membership(), "json"))["nodes"]}
    drawn = {id_: tuple(map(float, data["pos"].split(","))) for id_, data in nodes.items()}
    left, bottom = (min(place[axis] for place in drawn.values()) for axis in (0, 1))
    west, south = (min(place[axis] for place in places.values()) for axis in "xy")
    for id_, place in places.items():
        expected = ((place["x"] - west) * 1000, (place["y"] - south) * 1000)
        assert (drawn[id_][0] - left, drawn[id_][1] - bottom) == pytest.approx(expected, abs=1)


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def _cell(text: str) -> str:
    """Take the apostrophe off that stands before what a spreadsheet would take for a formula."""
    return text.removeprefix("'")


@many
@example(membership())
@given(networks())
def test_csv_by_csv_and_pandas(graph: nx.Graph) -> None:
    """Everything comes back as text; an empty text and an unknown value are both an empty cell."""
    nodes, ties = mapped(whole(graph, pictured), texts)
    node_rows, edge_rows = (_rows(write_export(graph, name)) for name in ("nodes.csv", "edges.csv"))
    back = {
        row.pop("Id"): {"label": _cell(row.pop("Label")), **{k: _cell(v) for k, v in row.items()}} for row in node_rows
    }
    assert {id_: {n: v for n, v in data.items() if v} for id_, data in back.items()} == {
        id_: {n: v for n, v in data.items() if v} for id_, data in nodes.items()
    }
    kinds = {row.pop("Type") for row in edge_rows}
    assert kinds <= {"Directed" if graph.is_directed() else "Undirected"}
    edges = [
        (row.pop("Source"), row.pop("Target"), {"weight": row.pop("Weight"), **{k: _cell(v) for k, v in row.items()}})
        for row in edge_rows
    ]
    assert ordered([(a, b, {n: v for n, v in data.items() if v}) for a, b, data in edges]) == [
        (a, b, {n: v for n, v in data.items() if v}) for a, b, data in ties
    ]
    for name, n in (("nodes.csv", len(nodes)), ("edges.csv", len(ties))):
        frame = pd.read_csv(io.BytesIO(write_export(graph, name)), dtype=str, keep_default_na=False)
        assert len(frame) == n


@many
@example(membership())
@given(networks())
def test_csv_holds_no_formula(graph: nx.Graph) -> None:
    """No cell of text starts with what a spreadsheet takes for a formula; numbers may start with a minus."""
    for name in ("nodes.csv", "edges.csv"):
        for row in csv.reader(io.StringIO(write_export(graph, name).decode(), newline="")):
            for cell in row:
                assert not cell.startswith(("=", "+", "@", "\t", "\r"))
                assert not cell.startswith("-") or float(cell) <= 0


def test_csv_archive_describes_itself() -> None:
    """The metadata name the columns of both tables in their order, with types, and the provenance."""
    with zipfile.ZipFile(io.BytesIO(write_export(membership(), "csv.zip"))) as files:
        metadata = json.loads(files.read("csv-metadata.json"))
        heads = {name: files.read(name).decode().split("\r\n")[0].split(",") for name in ("nodes.csv", "edges.csv")}
    for table in metadata["tables"]:
        assert [column["titles"] for column in table["tableSchema"]["columns"]] == heads[table["url"]]
    types = {c["titles"]: c["datatype"] for c in metadata["tables"][0]["tableSchema"]["columns"]}
    assert types == {
        "Id": "anyURI", "Label": "string", "bipartite": "integer", "closeness": "double", "community": "integer",
        "connector": "boolean", "country": "string", "degree": "integer", "kind": "string", "label_en": "string",
        "label_fr": "string", "label_nl": "string", "label_sv": "string", "themes": "json",
    }  # fmt: skip
    assert metadata["dc:license"] == {"@id": "https://creativecommons.org/licenses/by/4.0/"}
    assert "version: " + "1f" * 32 in metadata["dc:description"]


@many
@example(membership())
@given(networks())
def test_pajek_by_igraph(tmp_path_factory: pytest.TempPathFactory, graph: nx.Graph) -> None:
    """Vertices in order, actors first, labels told apart, places, weights."""
    path = tmp_path_factory.mktemp("igraph") / "graph.net"
    path.write_bytes(write_export(graph, "net"))
    read = igraph.Graph.Read_Pajek(str(path))
    order = sorted(graph, key=lambda node: (graph.nodes[node].get("bipartite", 0), node))
    labels = [" ".join(pictured(graph.nodes[node]["label"]).split()) for node in order]
    counts = Counter(labels)
    assert len(read.vs) == len(order)
    if order:
        back = [re.sub(r"&#(\d+);", lambda m: chr(int(m[1])), label) for label in read.vs["name"]]
        assert len(set(back)) == len(back)
        for label, text, node in zip(back, labels, order, strict=True):
            expected = text if text and counts[text] == 1 else f"{text} (".lstrip()
            assert label == expected or label.startswith(expected), node
        assert all(0 <= v["x"] <= 1 and 0 <= v["y"] <= 1 for v in read.vs)
    if graph.graph["mode"] == "two" and order:
        assert [int(type_) for type_ in read.vs["type"]] == [graph.nodes[node]["bipartite"] for node in order]
    _, ties = whole(graph)
    back_ties = [(*ends(graph, order[e.source], order[e.target]), {"weight": e["weight"]}) for e in read.es]
    assert ordered(back_ties) == [(a, b, {"weight": data["weight"]}) for a, b, data in ties]


def test_pajek_by_networkx(tmp_path: Path) -> None:
    """A one-mode network with a loop, both ways; equal labels stay two vertices."""
    for graph in (nx.Graph(), nx.DiGraph()):
        graph.add_node("https://example.org/a", label='say "hi"\n')
        graph.add_node("https://w3id.org/migragraph/id/city/utrecht", label="Utrecht")
        graph.add_node("https://w3id.org/migragraph/id/region/utrecht", label="Utrecht")
        graph.add_edge("https://example.org/a", "https://w3id.org/migragraph/id/city/utrecht", weight=2.5)
        graph.add_edge("https://example.org/a", "https://example.org/a")
        (tmp_path / "graph.net").write_bytes(write_export(graph, "net"))
        read = nx.read_pajek(tmp_path / "graph.net")
        assert read.is_directed() == graph.is_directed()
        say = "say &#34;hi&#34;"
        assert list(read) == [say, "Utrecht (city:utrecht)", "Utrecht (region:utrecht)"]
        assert sorted(read.edges(data="weight")) == [(say, "Utrecht (city:utrecht)", 2.5), (say, say, 1.0)]


def test_pajek_archive_holds_the_rest() -> None:
    """Partitions with their classes, vectors, and all attributes as tables."""
    with zipfile.ZipFile(io.BytesIO(write_export(membership(), "pajek.zip"))) as files:
        assert files.testzip() is None
        content = {name: files.read(name) for name in files.namelist()}
    assert sorted(content) == [
        "bipartite.clu", "bipartite.vec", "closeness.vec", "community.clu", "community.vec", "connector.clu",
        "country.clu", "csv-metadata.json", "degree.clu", "degree.vec", "edges.csv", "kind.clu", "network.net",
        "nodes.csv",
    ]  # fmt: skip
    # Ghent, Malmö, Utrecht, Utrecht (region), Eurocities, Intercultural Cities
    assert content["country.clu"].decode().splitlines() == [
        "% country; 9999998 where it is unknown", "% 1 = BE", "% 2 = NL", "% 3 = SE", "*Vertices 6",
        "1", "3", "2", "2", "9999998", "9999998",
    ]  # fmt: skip
    assert content["degree.clu"].decode().splitlines()[1:] == ["*Vertices 6", "1", "2", "1", "0", "2", "2"]
    assert content["closeness.vec"].decode().splitlines() == [
        "% closeness; 999999998 where it is unknown", "*Vertices 6", repr(1 / 3), repr(2 / 3), repr(1 / 3), "0.0",
        repr(2 / 3), repr(2 / 3),
    ]  # fmt: skip
    assert content["network.net"] == write_export(membership(), "net")
    assert content["nodes.csv"] == write_export(membership(), "nodes.csv")
