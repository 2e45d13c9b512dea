"""What is written is read back by readers of other people, and compared whole with the network as it was.

The expectation is made here from the networkx graph, not from what the writers make of it.
"""

import csv
import io
import json
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import igraph
import networkx as nx
import pandas as pd
import pydot
import pytest
import rdflib
from hypothesis import HealthCheck, example, given, settings
from ndex2.cx2 import RawCX2NetworkFactory
from rdflib import RDF, RDFS, Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, XSD

from hostile import PIECES, membership, networks
from migragraph.exports import write_export

READERS = Path(__file__).parent / "readers"
#: What a reader gives: by node its attributes, and the ties with theirs, in any order.
Read = tuple[dict[str, dict[str, Any]], list[tuple[str, str, dict[str, Any]]]]
Reader = Callable[[str, bytes], dict[str, Any]]
many = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="session")
def node(pytestconfig: pytest.Config) -> Iterator[Reader]:
    """Return a function that reads a file with a library for Node.js; installs the libraries once."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("needs Node.js and npm")
    assert pytestconfig.cache is not None
    home = pytestconfig.cache.mkdir("readers")
    lock = (READERS / "package-lock.json").read_text()
    for name in ("package.json", "package-lock.json", "read.js", ".npmrc"):
        shutil.copy(READERS / name, home / name)
    installed = home / "installed"
    if not installed.exists() or installed.read_text() != lock:
        subprocess.run(["npm", "ci", "--ignore-scripts", "--silent"], cwd=home, check=True)
        installed.write_text(lock)
    with subprocess.Popen(["node", "read.js"], cwd=home, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        given_, answered = process.stdin, process.stdout

        def read(form: str, content: bytes) -> dict[str, Any]:
            given_.write(json.dumps({"format": form, "text": content.decode()}).encode() + b"\n")
            given_.flush()
            # JavaScript writes a large float as a whole number with as few digits as tell it from its neighbours
            answer: dict[str, Any] = json.loads(answered.readline(), parse_int=_whole_number)
            assert "error" not in answer, answer["error"]
            return answer

        yield read
        given_.close()


def _whole_number(digits: str) -> int | float:
    return int(digits) if abs(int(digits)) < 2**53 else float(digits)


def pictured(text: str) -> str:
    """Return text as XML, CSV and DOT get it: control characters as pictures, two non-characters as U+FFFD."""
    for n in set(range(0x20)) - {0x09, 0x0A, 0x0D}:
        text = text.replace(chr(n), chr(0x2400 + n))
    return text.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")


def attributes(data: dict[str, Any], change: Callable[[str], str] = str) -> dict[str, Any]:
    """Return the attributes of a node or tie as columns: labels by language, lists, nothing unknown."""
    flat = {**{k: v for k, v in data.items() if k != "labels"}}
    flat |= {f"label_{language}": text for language, text in data.get("labels", {}).items()}

    def changed(value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return [changed(member) for member in value]
        return change(value) if isinstance(value, str) else value

    return {name: changed(value) for name, value in flat.items() if value is not None}


def whole(graph: nx.Graph, change: Callable[[str], str] = str) -> Read:
    """Return what a reader should give of a network."""
    nodes = {node: {"label": change(node), **attributes(data, change)} for node, data in graph.nodes(data=True)}
    ties = [(*ends(graph, a, b), {"weight": 1.0, **attributes(data, change)}) for a, b, data in graph.edges(data=True)]
    return nodes, ordered(ties)


def ends(graph: nx.Graph, a: str, b: str) -> tuple[str, str]:
    """Return the ends of a tie as they are written: an actor or the smaller IRI first, if it has no direction."""
    if graph.is_directed():
        return a, b
    one, two = sorted((a, b), key=lambda node: (graph.nodes[node].get("bipartite", 0), node))
    return one, two


def ordered(ties: list[tuple[str, str, dict[str, Any]]]) -> list[tuple[str, str, dict[str, Any]]]:
    """Sort ties by their ends, which no two share."""
    return sorted(ties, key=lambda tie: tie[:2])


def without(data: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return a mapping without some names."""
    return {name: value for name, value in data.items() if name not in names}


def listed(value: Any) -> Any:
    """Return a list as the text of a JSON array, for formats without lists."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value


def texts(value: Any) -> str:
    """Return a value as text, for formats without types."""
    return str(value).lower() if isinstance(value, bool) else str(listed(value))


def mapped(read: Read, change: Callable[[Any], Any]) -> Read:
    """Change every value of what is expected."""
    nodes, ties = read
    return (
        {node: {name: change(value) for name, value in data.items()} for node, data in nodes.items()},
        [(a, b, {name: change(value) for name, value in data.items()}) for a, b, data in ties],
    )


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
