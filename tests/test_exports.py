"""Networks as files: schemas, what is said of an export, refusals, the same bytes, pictures, the documentation."""

import hashlib
import json
import math
import os
import re
import struct
import subprocess
import sys
import zlib
from collections import Counter
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree

from hostile import membership, networks
from migragraph.errors import MigragraphError, NotAcceptable, UnwritableGraph, UnwritableValue
from migragraph.exports import EXPORTS, Holds, by_name, write_export
from migragraph.exports.layout import place_nodes
from migragraph.exports.look import look_at
from migragraph.exports.table import tabulate
from migragraph.exports.texts import as_json
from migragraph.exports.thumbnail import write_thumbnail
from projects import ROOT

GEXF = "{http://gexf.net/1.3}"
SVG = "{http://www.w3.org/2000/svg}"
NAMES = [export.name for export in EXPORTS]
some = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])


def _schemas() -> Path:
    if "MIGRAGRAPH_REFERENCE" not in os.environ:
        pytest.skip("needs the schemas of the reference material: set MIGRAGRAPH_REFERENCE")
    return Path(os.environ["MIGRAGRAPH_REFERENCE"]) / "schemas"


@some
@example(membership())
@given(networks())
def test_gexf_is_valid(graph: nx.Graph) -> None:
    """By the published RELAX NG grammar of GEXF 1.3."""
    grammar = etree.RelaxNG(etree.parse(_schemas() / "gexf-1.3" / "gexf.rng"))
    grammar.assertValid(etree.fromstring(write_export(graph, "gexf")))


@some
@example(membership())
@given(networks())
def test_graphml_is_valid(graph: nx.Graph) -> None:
    """By the schema of GraphML 1.1."""
    schema = etree.XMLSchema(etree.parse(_schemas() / "graphml" / "graphml.xsd"))
    schema.assertValid(etree.fromstring(write_export(graph, "graphml")))


def test_gexf_has_dates() -> None:
    """A year or month starts with its first day and ends with its last; what is no date stays an attribute."""
    graph = membership()
    malmo, ghent = (f"https://w3id.org/migragraph/id/city/{name}" for name in ("malmo", "ghent"))
    eurocities, icc = (f"https://w3id.org/migragraph/id/network/{n}" for n in ("eurocities", "intercultural-cities"))
    graph.edges[ghent, eurocities].update(start="about 1990", end="2001")
    graph.nodes[malmo].update(start="2020", end="2019")
    root = etree.fromstring(write_export(graph, "gexf"))
    spans = {
        (e.get("source").rpartition("/")[2], e.get("target").rpartition("/")[2]): (e.get("start"), e.get("end"))
        for e in root.iter(f"{GEXF}edge")
    }
    assert spans == {
        ("malmo", "eurocities"): ("2005-01-01", None),
        ("malmo", "intercultural-cities"): ("2016-03-01", "2020-12-31"),
        ("ghent", "eurocities"): (None, None),
        ("utrecht", "intercultural-cities"): ("2010-02-01", "2012-02-29"),
    }
    assert icc in {e.get("target") for e in root.iter(f"{GEXF}edge")}
    assert {n.get("start") for n in root.iter(f"{GEXF}node")} == {None}
    notes = root.findtext(f"{GEXF}meta/{GEXF}description")
    assert "1 nodes have dates that are no span of ISO dates" in notes
    assert "1 ties have dates that are no span of ISO dates" in notes
    assert root.find(f"{GEXF}graph").get("mode") == "dynamic"
    assert root.find(f"{GEXF}meta").get("lastmodifieddate") == "2026-11-22"
    assert {shape.get("value") for shape in root.iter("{http://gexf.net/1.3/viz}shape")} == {"disc", "square"}


@pytest.mark.parametrize("name", NAMES)
def test_what_an_export_holds_is_what_it_says(name: str) -> None:
    """Provenance in each that says so: version, its date, query, licence, creator; no time of the export."""
    content = write_export(membership(), name)
    text = content.decode(errors="replace").replace("&lt;", "<").replace("&#10;", "\n").replace('\\"', '"')
    said = ["1f" * 32, "2026-11-22", "mg:memberOf", "https://creativecommons.org/licenses/by/4.0/", "migragraph"]
    said += ["Cities in networks", "Who is in which network?"]
    holds = Holds.PROVENANCE in by_name(name).holds
    assert all((word in text) == holds for word in said[:4])
    assert all(word in text for word in said) or not holds


@pytest.mark.parametrize("name", NAMES)
def test_the_same_network_gives_the_same_bytes(name: str) -> None:
    """Whatever the order of nodes, ties and attributes."""
    graph = membership()
    turned = nx.Graph(**dict(reversed(graph.graph.items())))
    for node, data in reversed(list(graph.nodes(data=True))):
        turned.add_node(node, **dict(reversed(data.items())))
    for a, b, data in reversed(list(graph.edges(data=True))):
        turned.add_edge(b, a, **dict(reversed(data.items())))
    content = write_export(graph, name)
    assert write_export(turned, name) == content


def test_another_process_writes_the_same_bytes() -> None:
    """Whatever its hashes of texts are."""
    script = """
import hashlib, json, sys
sys.path.insert(0, "tests")
from hostile import membership
from migragraph.exports import EXPORTS, write_export
print(json.dumps([hashlib.sha256(write_export(membership(), export.name)).hexdigest() for export in EXPORTS]))
"""
    env = {**os.environ, "PYTHONHASHSEED": "7"}
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, cwd=ROOT, env=env)
    here = [hashlib.sha256(write_export(membership(), name)).hexdigest() for name in NAMES]
    assert json.loads(run.stdout) == here


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("graph", [nx.Graph(), nx.DiGraph(), nx.Graph(mode="two", directed=False)], ids=str)
def test_an_empty_network_is_written(name: str, graph: nx.Graph) -> None:
    """An empty file of its format, not an error."""
    assert write_export(graph, name)


@settings(max_examples=10)
@given(networks())
def test_pictures_of_anything(graph: nx.Graph) -> None:
    """One shape per node, one line per tie; the PNG is drawn."""
    root = etree.fromstring(write_export(graph, "svg"))
    nodes, ties = root.find(f"{SVG}g[@id='nodes']"), root.find(f"{SVG}g[@id='ties']")
    assert len(list(nodes.iter(f"{SVG}circle", f"{SVG}rect"))) == len(graph)
    assert len(ties) == graph.number_of_edges()
    links = sorted(link.get("href") for link in nodes.iter(f"{SVG}a"))
    assert links == sorted(graph)
    assert write_export(graph, "png").startswith(b"\x89PNG\r\n\x1a\n")


def test_no_script_in_a_picture() -> None:
    """Only addresses of the web become links."""
    graph = nx.Graph()
    graph.add_node("javascript:alert(1)", label="<script>alert(2)</script>")
    content = write_export(graph, "svg")
    assert b"href" not in content
    assert b"<script" not in content


def test_png_has_its_provenance() -> None:
    """International text in front of the picture, each chunk with its checksum."""
    content = write_export(membership(), "png")
    chunks, at = [], 8
    while at < len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        kind, data = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        assert zlib.crc32(kind + data) == struct.unpack(">I", content[at + 8 + length : at + 12 + length])[0]
        chunks.append((kind, data))
        at += 12 + length
    kinds = [kind for kind, _ in chunks]
    assert (kinds[0], kinds[-1]) == (b"IHDR", b"IEND")
    assert struct.unpack(">II", chunks[0][1][:8]) == (1360, 1120)
    texts = dict(data.split(b"\0\0\0\0\0") for kind, data in chunks if kind == b"iTXt")
    assert texts[b"Title"] == b"Cities in networks"
    assert texts[b"Copyright"] == b"https://creativecommons.org/licenses/by/4.0/"
    assert b"version: " + b"1f" * 32 in texts[b"Description"]


REFUSED = [
    (nx.MultiGraph(), "gexf", UnwritableGraph, "Merge parallel ties"),
    (nx.path_graph(2), "gexf", UnwritableGraph, "Use IRIs as ids"),
    (nx.Graph([("urn:a b", "urn:c")]), "dot", UnwritableGraph, "Use IRIs as ids"),
    (nx.Graph([("a", "b")]), "jsonld", UnwritableGraph, "Use IRIs as ids, or another format"),
    (nx.Graph([("urn:a", "urn:b", {"weight": math.inf})]), "net", UnwritableValue, "Replace it by a finite number"),
    (nx.Graph([("urn:a", "urn:b", {"weight": math.nan})]), "net", UnwritableValue, "Give every tie a finite number"),
    (nx.Graph([("urn:a", "urn:b", {"weight": "2"})]), "net", UnwritableValue, "Give every tie a finite number"),
    (nx.Graph([("urn:a", "urn:b", {"x": object()})]), "cx2", UnwritableValue, "Give text, numbers"),
    (nx.Graph([("urn:a", "urn:b", {"x": {"y": {"z": 1}}})]), "cx2", UnwritableValue, "Give text, numbers"),
    (nx.Graph([("urn:a", "urn:b", {"x": ["a", None]})]), "cx2", UnwritableValue, "Leave unknown members out"),
    (nx.Graph([("urn:a", "urn:b", {7: "x"})]), "cx2", UnwritableGraph, "Name every attribute with a text"),
    (nx.Graph([("urn:a", "urn:b")], mode="two"), "json", UnwritableGraph, "Give every node bipartite=0"),
    (nx.Graph([("urn:a", "urn:b")]), "xlsx", NotAcceptable, "Ask for gexf"),
]


@pytest.mark.parametrize(("graph", "name", "error", "remedy"), REFUSED, ids=range(len(REFUSED)))
def test_what_cannot_be_written_is_refused(
    graph: nx.Graph, name: str, error: type[MigragraphError], remedy: str
) -> None:
    """With the thing, the reason and the remedy."""
    with pytest.raises(error) as refused:
        write_export(graph, name)
    assert remedy in refused.value.remedy


def test_a_tie_inside_one_mode_is_refused() -> None:
    """It is named."""
    graph = membership()
    graph.add_edge(*[node for node in graph if "/city/" in node][:2])
    with pytest.raises(UnwritableGraph, match="stays inside one mode"):
        write_export(graph, "gexf")


@pytest.mark.parametrize(
    ("options", "remedy"),
    [({"colour_by": "colour"}, "Choose one of: "), ({"size_by": "kind"}, "Choose an attribute of numbers")],
)
def test_a_look_that_cannot_be_is_refused(options: dict[str, str], remedy: str) -> None:
    """With what there is to choose from."""
    with pytest.raises(UnwritableGraph) as refused:
        write_export(membership(), "svg", **options)  # type: ignore[arg-type]
    assert remedy in refused.value.remedy


def test_mixed_types_become_one() -> None:
    """The narrowest type that holds all; said in the notes."""
    graph = nx.Graph()
    values = [
        {"a": 1, "b": True, "c": "x", "d": 2**53, "e": np.float64(0.5), "f": float("nan"), "g": {"y", "x"}},
        {"a": 0.5, "b": 2, "c": ["y"], "d": 1, "e": np.int64(3), "f": None, "g": {"z"}},
    ]
    for n, data in enumerate(values):
        graph.add_node(f"urn:{n}", **data)
    read = json.loads(write_export(graph, "json"))
    assert [{k: node[k] for k in node if k in "abcdefg"} for node in read["nodes"]] == [
        {"a": 1.0, "b": "true", "c": ["x"], "d": "9007199254740992", "e": 0.5, "g": ["x", "y"]},
        {"a": 0.5, "b": "2", "c": ["y"], "d": "1", "e": 3.0, "g": ["z"]},
    ]
    assert read["graph"]["export_notes"] == (
        "The attribute b holds values of the types boolean, integer; it is written as text. "
        "The attribute c holds lists and single values; a single value is written as a list of one. "
        "The attribute d holds whole numbers beyond ±(2^53 - 1), which many readers round; it is written as text."
    )
    declared = json.loads(write_export(graph, "cx2"))[2]["attributeDeclarations"][0]["nodes"]
    assert {name: one["d"] for name, one in declared.items()} == {
        "name": "string", "iri": "string", "a": "double", "b": "string", "c": "list_of_string", "d": "string",
        "e": "double", "f": "string", "g": "list_of_string",
    }  # fmt: skip


def test_the_largest_whole_number_stays_one_and_sets_are_sorted_by_value() -> None:
    """2^53 - 1 and its negative are held by every reader; of numbers 2 comes before 10."""
    graph = nx.Graph()
    graph.add_node("urn:a", most=2**53 - 1, several={10, 2, 1})
    graph.add_node("urn:b", most=1 - 2**53)
    first, second = json.loads(write_export(graph, "json"))["nodes"]
    assert (first["most"], second["most"]) == (9007199254740991, -9007199254740991)
    assert first["several"] == [1, 2, 10]


def test_a_thumbnail_stands_upright() -> None:
    """Places are in the unit square with y upwards; in SVG, 200 wide, y goes down."""
    table = tabulate(membership())
    look = look_at(table)
    drawn = etree.fromstring(write_thumbnail(table, look))
    circles = [(circle.get("cx"), circle.get("cy")) for circle in drawn if circle.tag.endswith("circle")]
    assert circles == [(f"{200 * x:.1f}", f"{200 - 200 * y:.1f}") for x, y in look.places]
    assert len({y for _, y in circles}) > 1


def test_names_of_attributes_that_clash_are_told_apart() -> None:
    """With each other but for case, and with what the format uses itself; nothing is lost, and the notes say it."""
    graph = nx.Graph()
    graph.add_node(
        "urn:a", label="A", size="big", Rank=1, rank=2, **{"share (%)": 0.5, "label_en": "x"}, labels={"en": "y"}
    )
    root = etree.fromstring(write_export(graph, "gexf"))
    titles = [a.get("title") for a in root.find(f"{GEXF}graph/{GEXF}attributes")]
    assert titles == ["Rank", "label_en", "label_en_2", "rank_2", "share (%)", "size_2"]
    assert [value.get("value") for value in root.iter(f"{GEXF}attvalue")] == ["1", "x", "y", "2", "0.5", "big"]
    said = root.findtext(f"{GEXF}meta/{GEXF}description")
    assert "The attribute size is called size_2 here." in said
    names = re.findall(r'attr.name="([^"]+)"', write_export(graph, "graphml").decode())
    assert "share____" in names


def test_a_look() -> None:
    """Colours by value, the most frequent first; the area of a node grows with the measure; grey is explained."""
    graph = nx.star_graph(12)
    graph = nx.relabel_nodes(graph, {n: f"urn:{n:02}" for n in graph})
    for n, node in enumerate(sorted(graph)):
        graph.nodes[node].update(team=min(n, 9), score=float(n) if n else None)
    look = look_at(tabulate(graph), colour_by="team", size_by="score")
    assert [(entry.says, entry.n_nodes) for entry in look.legend] == [
        ("9", 4), ("0", 1), ("1", 1), ("2", 1), ("3", 1), ("4", 1), ("5", 1), ("3 others", 3),
    ]  # fmt: skip
    assert len({entry.colour for entry in look.legend}) == 8
    counts = Counter(look.colours)
    assert [counts[entry.colour] for entry in look.legend] == [entry.n_nodes for entry in look.legend]
    assert (look.least, look.most) == (1.0, 12.0)
    assert look.sizes[0] == look.sizes[1] == 4.0  # unknown, and the least
    assert look.sizes[12] == 18.0
    assert look.sizes[6] ** 2 == pytest.approx(4.0**2 + 5 / 11 * (18.0**2 - 4.0**2), abs=0.1)


@pytest.mark.parametrize(
    ("nodes", "colour_by"),
    [
        ([("mg:City", "BE"), ("mg:Network", "BE")], "kind"),
        ([("mg:City", "BE"), ("mg:City", "BE"), ("mg:City", None)], "country"),
        ([("mg:Country", "BE"), ("mg:Country", "NL")], "kind"),
        ([], "kind"),
    ],
)
def test_the_colours_that_nobody_chose(nodes: list[tuple[str, str | None]], colour_by: str) -> None:
    """The kind where there are several, else the country, unless no two nodes share one."""
    graph = nx.Graph()
    for n, (kind, country) in enumerate(nodes):
        graph.add_node(f"urn:{n}", kind=kind, country=country)
    assert look_at(tabulate(graph)).colour_by == colour_by


def test_places() -> None:
    """In the unit square, the same each time, other ones with another seed; components do not overlap."""
    graph = nx.disjoint_union_all([nx.path_graph(9), nx.complete_graph(7), nx.cycle_graph(5), nx.empty_graph(11)])
    ties = list(graph.edges())
    places = place_nodes(len(graph), ties)
    assert places == place_nodes(len(graph), ties)
    assert places != place_nodes(len(graph), ties, seed=2)
    assert all(0 <= share <= 1 for place in places for share in place)
    assert len(set(places)) == len(graph)
    boxes = []
    for members in nx.connected_components(graph):
        xs, ys = zip(*(places[node] for node in members), strict=True)
        boxes.append((min(xs), min(ys), max(xs), max(ys)))
    for n, a in enumerate(boxes):
        for b in boxes[:n]:
            assert a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1]


def test_neighbours_are_near() -> None:
    """Two cliques with one tie between them: the mean distance inside is less than a third of that across."""
    graph = nx.barbell_graph(8, 0)
    places = place_nodes(16, list(graph.edges()))

    def mean(pairs: list[tuple[int, int]]) -> float:
        return sum(math.dist(places[a], places[b]) for a, b in pairs) / len(pairs)

    inside = [(a, b) for a in range(8) for b in range(a)]
    across = [(a, b) for a in range(8) for b in range(8, 16)]
    assert mean(inside) * 3 < mean(across)


def test_the_documentation_is_the_registry() -> None:
    """Every format with what it holds, and no other."""
    what, how = (ROOT / "docs/exports.md").read_text().split("## How")

    def rows(text: str) -> list[list[str]]:
        return [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| `")]

    assert rows(what) == [
        [f"`{e.name}`", e.form.title, f"`{e.form.media_types[0]}`", ", ".join(h for h in Holds if h in e.holds)]
        for e in EXPORTS
    ]
    assert rows(how) == [[f"`{e.name}`", e.texts, e.lists, e.dates] for e in EXPORTS]


@pytest.mark.parametrize(("name", "before"), [("json", "  "), ("cyjs", "   "), ("cx2", "   "), ("jsonld", "  ")])
def test_a_node_or_tie_is_a_line_of_json(name: str, before: str) -> None:
    """The lines of the members are what a plain reader finds in the whole, in the same order."""
    content = write_export(membership(), name).decode()
    whole = json.loads(content)
    members = {
        "json": lambda: [*whole["nodes"], *whole["edges"]],
        "cyjs": lambda: [*whole["elements"]["nodes"], *whole["elements"]["edges"]],
        "cx2": lambda: [member for aspect in whole for key in ("nodes", "edges") for member in aspect.get(key, ())],
        "jsonld": lambda: whole["@graph"],
    }[name]()
    lines = [line.strip().removesuffix(",") for line in content.splitlines() if line.startswith(f"{before}{{")]
    assert len(members) > 5
    assert [text for text in lines if text in set(map(dumped, members))] == [dumped(member) for member in members]


def dumped(value: object) -> str:
    """Return a value as one line of JSON."""
    return json.dumps(value, ensure_ascii=False)


@settings(max_examples=200)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ),
    st.integers(0, 4),
)
def test_json_in_lines_is_the_same_json(value: object, levels: int) -> None:
    """Whatever the layout: the same values, keys in their order, floats to the last digit."""
    try:
        written = as_json(value, levels)
    except UnicodeEncodeError:  # half a character, which tables have replaced before
        return
    assert json.dumps(json.loads(written)) == json.dumps(value)


@pytest.mark.parametrize("levels", [0, 1, 2, 3])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_no_nan_stands_in_json(value: float, levels: int) -> None:
    """At whatever depth."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        as_json({"nodes": [{"x": value}]}, levels)
