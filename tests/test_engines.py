"""One contract for every engine: the embedded store, and a remote one on three real servers.

Where a server cannot do what the contract asks, it is listed here with the reason; what is listed and works all the
same fails. ``docs/engines.md`` tells it to users.
"""

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,
)

from engines import REMOTE, Engines
from migragraph.config import read_settings
from migragraph.errors import BadParameter, ForbiddenQuery, MalformedQuery, NotLoaded, UpdateInPlaceOfQuery
from migragraph.iris import GRAPH, PREFIXES, term
from migragraph.networks.definitions import stored_networks
from migragraph.networks.extraction import extract_network
from migragraph.query import QueryRequest, run_query
from migragraph.store.answers import read_solutions
from migragraph.store.endpoint import Endpoint
from migragraph.store.engine import Engine, quads_about
from migragraph.store.loading import load_version
from migragraph.store.opening import open_engine
from migragraph.store.remote import RemoteStore
from migragraph.store.versions import Version, canonical_lines, current_version, publish
from tiny import publish_tiny

EVERY = ("embedded", *REMOTE)
FACTS = DefaultGraph()
EX = "https://example.org/"
XSD = PREFIXES["xsd"]


def ex(name: str) -> NamedNode:
    """Return an IRI of the tests."""
    return NamedNode(EX + name)


def typed(value: str, datatype: str) -> Literal:
    """Return a literal with a datatype of XML Schema."""
    return Literal(value, datatype=NamedNode(XSD + datatype))


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Version:
    """The version of ``tests/data/tiny.trig``."""
    return publish_tiny(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(params=EVERY)
def opened(request: pytest.FixtureRequest, engines: Engines) -> Callable[[Version], Engine]:
    """How to open a version in an engine."""
    name: str = request.param
    return Version.open if name == "embedded" else lambda version: engines.open(name, version)


@pytest.fixture
def engine(opened: Callable[[Version], Engine], tiny: Version) -> Engine:
    """The tiny version in an engine."""
    return opened(tiny)


def rows(engine: Engine, text: str, **graphs: Any) -> list[tuple[str, ...]]:
    """Ask for rows, and return them as text, term by term with datatype and language."""
    found = engine.query(text, prefixes=PREFIXES, **graphs)
    assert isinstance(found, QuerySolutions)
    return [tuple("" if row[v] is None else str(row[v]) for v in found.variables) for row in found]


#: Numbers that a version holds in their canonical form already, whichever engine holds it.
PUBLISHED_AS = {
    typed("007", "integer"): typed("7", "integer"),
    typed("47.40", "decimal"): typed("47.4", "decimal"),
    typed("10.0", "decimal"): typed("10", "decimal"),
    typed("1e3", "double"): typed("1000", "double"),
    typed("0", "boolean"): typed("false", "boolean"),
}
#: What Virtuoso keeps in a form of its own, and gives in it.
REWRITTEN = {
    typed("7000000000", "integer"): typed("7000000000", "decimal"),  # beyond 32 bits
    typed("9" * 30, "integer"): typed("9" * 30, "decimal"),
    typed("1e3", "double"): typed("1000.0", "double"),
    typed("P3Y", "duration"): typed("36", "duration"),  # in months
    typed("2024-05-01T12:00:00.5+02:00", "dateTime"): typed("2024-05-01T12:00:00.500+02:00", "dateTime"),
}


def test_all_quads_come_back(engine: Engine, tiny: Version) -> None:
    """Graph by graph, byte by byte, so that the id of the version can be computed from what an engine holds."""
    assert canonical_lines(engine) == canonical_lines(tiny.open())


def patterns() -> Iterator[tuple[Any, ...]]:
    """All ways to give or leave out the terms of one quad, in three graphs and in any."""
    yield from product(
        (None, term("city:malmo")),
        (None, term("skos:prefLabel")),
        (None, Literal("Malmö", language="en")),
        (None, FACTS, term("graph:authority"), term("graph:none")),
    )
    yield None, None, term("network:eurocities"), None
    yield None, term("schema:population"), typed("12", "integer"), FACTS
    yield BlankNode("nobody"), None, None, None


def test_patterns_find_what_they_should(engine: Engine, tiny: Version) -> None:
    """The quads that fit, and no other; found here by looking at each."""
    everything = list(tiny.open())
    for pattern in patterns():
        fitting = {q for q in everything if all(a is None or a == b for a, b in zip(pattern, q, strict=True))}
        assert set(engine.quads_for_pattern(*pattern)) == fitting, pattern


def test_many_are_asked_for_at_once(engine: Engine, tiny: Version) -> None:
    """As many subjects as stand in no single request, of all graphs or of the facts, some properties or all."""
    subjects = [*(ex(f"nothing/{n}") for n in range(1200)), term("city:malmo"), BlankNode("b"), Literal("x")]
    local = tiny.open()
    assert set(quads_about(engine, subjects)) == set(local.quads_for_pattern(term("city:malmo"), None, None, None))
    names = set(quads_about(engine, subjects, [term("skos:prefLabel"), term("skos:altLabel")], FACTS))
    assert {(q.object.value, q.graph_name) for q in names} == {("Malmö", FACTS), ("Malmoe", FACTS)}
    assert list(quads_about(engine, [])) == []


def test_graphs_are_those_of_the_version(engine: Engine) -> None:
    """Neither those of others in the same engine, nor what we keep there beside."""
    names = {GRAPH + name for name in ("authority", "claims/report", "derived/superclasses", "queries")}
    assert {graph.value for graph in engine.named_graphs()} == names
    assert {row[0].strip("<>") for row in rows(engine, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")} == names
    assert engine.contains_named_graph(term("graph:authority"))
    assert not engine.contains_named_graph(term("graph:facts"))
    assert not engine.contains_named_graph(term("graph:loaded"))


def test_the_default_graph_holds_the_facts_alone(engine: Engine) -> None:
    """Claims are not seen without GRAPH."""
    assert rows(engine, "SELECT ?c { ?c a mg:Claim }") == []
    count = "SELECT (COUNT(*) AS ?n) { ?c a mg:City }"
    assert rows(engine, count) == [('"3"^^<http://www.w3.org/2001/XMLSchema#integer>',)]
    claims = "SELECT ?c { GRAPH ?g { ?c a mg:Claim ; rdf:object ?o } FILTER(ISIRI(?o)) }"
    assert rows(engine, claims) == [("<https://w3id.org/migragraph/claim/report/0123456789abcdef>",)]


def test_graphs_of_a_request_take_the_place_of_all(engine: Engine) -> None:
    """An empty list leaves nothing to ask. https://www.w3.org/TR/sparql11-protocol/#dataset"""
    both = "SELECT ?g ?s { { ?s a mg:City } UNION { GRAPH ?g { ?s a mg:City } } }"
    authority, malmo = str(term("graph:authority")), str(term("city:malmo"))
    one = [term("graph:authority")]
    assert rows(engine, both, default_graph=one, named_graphs=[]) == [("", malmo)]
    assert rows(engine, both, default_graph=[], named_graphs=one) == [(authority, malmo)]
    assert sorted(rows(engine, both, default_graph=one, named_graphs=one)) == [("", malmo), (authority, malmo)]
    assert rows(engine, both, default_graph=[term("graph:queries")], named_graphs=[]) == []
    assert rows(engine, both, default_graph=[term("graph:queries")]) == [(authority, malmo)]
    assert len(rows(engine, both, named_graphs=one)) == 4


def test_graphs_that_a_query_names_are_those_it_gets(engine: Engine) -> None:
    """FROM and FROM NAMED in its text."""
    text = """
    SELECT ?g ?s FROM graph:queries FROM NAMED graph:authority
    { { ?s a mg:City } UNION { GRAPH ?g { ?s a mg:City } } }
    """
    assert rows(engine, text) == [(str(term("graph:authority")), str(term("city:malmo")))]


def test_every_form_of_query_has_its_type(engine: Engine) -> None:
    """Yes, no, rows, triples; those of DESCRIBE are for the engine to choose."""
    asked = {
        text: engine.query(text, prefixes=PREFIXES) for text in ("ASK { ?s a mg:City }", "ASK { ?s a mg:Nothing }")
    }
    assert [type(found) for found in asked.values()] == [QueryBoolean, QueryBoolean]
    assert [bool(found) for found in asked.values()] == [True, False]
    made = engine.query("CONSTRUCT { ?c mg:isIn ?n } { ?c org:memberOf ?n }", prefixes=PREFIXES)
    assert isinstance(made, QueryTriples)
    assert [str(t) for t in made] == [f"{term('city:malmo')} {term('mg:isIn')} {term('network:eurocities')}"]
    assert list(engine.query("CONSTRUCT { ?c mg:isIn ?n } { ?c mg:none ?n }", prefixes=PREFIXES)) == []
    described = engine.query("DESCRIBE service:help-desk", prefixes=PREFIXES)
    assert isinstance(described, QueryTriples)
    assert Literal("Help desk <b>& more</b>", language="en") in {t.object for t in described}


def test_prefixes_are_known_unless_declared_otherwise(engine: Engine) -> None:
    """What a query declares itself wins."""
    assert rows(engine, "SELECT ?n { city:malmo skos:prefLabel ?n }") == [('"Malmö"@en',)]
    own = f"PREFIX city: <{EX}> SELECT ?n {{ city:malmo skos:prefLabel ?n }}"
    assert rows(engine, own) == []


def test_what_is_no_sparql_is_a_syntax_error(engine: Engine) -> None:
    """Of the embedded engine, whichever engine is asked; settings in Virtuoso's own language are no SPARQL either."""
    for text in ("SELECT ?a WHERE { ?a }", "SELEC", 'define input:default-graph-uri "x" SELECT * { ?s ?p ?o }'):
        with pytest.raises(SyntaxError):
            engine.query(text, prefixes=PREFIXES)


ODD_TEXTS = [
    "", " ", "two\nlines\r\nand\ttabs", 'a "quoted" \\ text', "'", "}} ] # <not> a comment", "\u0001\u0008\u007f\u0085",
    "€ Łódź 東京 😀 \U0010ffff", "é and e\u0301", "_:b0", "NaN", "a" * 20_000, "%20 + &amp;", "\u2028\ufeff",
]  # fmt: skip
ODD_VALUES = [
    *(Literal(text) for text in ODD_TEXTS),
    Literal("colour", language="en-gb"),
    typed("007", "integer"), typed("12", "integer"), typed("7000000000", "integer"), typed("9" * 30, "integer"),
    typed("47.40", "decimal"), typed("10.0", "decimal"), typed("1e3", "double"), typed("1.5", "float"),
    typed("true", "boolean"), typed("0", "boolean"),
    typed("2024-05-01", "date"), typed("2024-05", "gYearMonth"), typed("1275", "gYear"), typed("P3Y", "duration"),
    typed("2024-05-01T12:00:00Z", "dateTime"), typed("2024-05-01T12:00:00.5+02:00", "dateTime"),
    Literal("x", datatype=NamedNode(EX + "type")),
    NamedNode(EX + "päth/%C3%A9?a=b&c='d'#e(f)"),
    BlankNode("shared"),
]  # fmt: skip


def test_odd_values_come_back(
    request: pytest.FixtureRequest, opened: Callable[[Version], Engine], tmp_path: Path
) -> None:
    """Any text, number, date, IRI; blank nodes have the same name in every graph."""
    quads = [Quad(ex(f"{n:02}"), ex("p"), value, FACTS) for n, value in enumerate(ODD_VALUES)]
    quads += [Quad(BlankNode("shared"), ex("p"), BlankNode("other"), graph) for graph in (FACTS, term("graph:a"))]
    found = set(opened(publish(tmp_path, quads, {})))
    assert {q for q in found if isinstance(q.subject, BlankNode)} == set(quads[-2:])
    given = {int(q.subject.value[-2:]): q.object for q in found if isinstance(q.subject, NamedNode)}
    changed = {str(v): str(given.get(n)) for n, v in enumerate(ODD_VALUES) if given.get(n) != v}
    expected = dict(PUBLISHED_AS)
    if request.node.callspec.params["opened"] == "virtuoso":
        expected |= REWRITTEN
    assert changed == {str(old): str(new) for old, new in expected.items()}


def test_a_blank_node_can_be_followed(opened: Callable[[Version], Engine], tmp_path: Path) -> None:
    """From one answer into the next question, which no engine can do with blank nodes of its own."""
    quads = [Quad(ex("a"), ex("p"), BlankNode("list"), FACTS), Quad(BlankNode("list"), ex("q"), Literal("x"), FACTS)]
    engine = opened(publish(tmp_path, quads, {}))
    (first,) = engine.quads_for_pattern(ex("a"), None, None, FACTS)
    assert list(engine.quads_for_pattern(first.object, None, None, FACTS)) == quads[1:]
    assert rows(engine, f"SELECT ?o {{ <{EX}a> <{EX}p> ?o }}") == [("_:list",)]
    made = engine.query(f"CONSTRUCT WHERE {{ <{EX}a> <{EX}p> ?o }}")
    assert [t.object for t in made] == [BlankNode("list")]


# a remote engine alone


@pytest.fixture(params=REMOTE)
def name(request: pytest.FixtureRequest) -> str:
    """The name of a server."""
    return str(request.param)


def put(endpoint: Endpoint, graph: str, triples: str) -> None:
    """Put triples of somebody else's into an engine."""
    endpoint.add(graph, triples.encode())


def count(endpoint: Endpoint, graph: str) -> int:
    """Count the triples of a graph in an engine."""
    (row,) = read_solutions(endpoint.fetch("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", default_graphs=[graph]))
    return int(row["n"].value)


def test_loading_replaces_what_is_ours_and_nothing_else(
    name: str, engines: Engines, tiny: Version, tmp_path: Path
) -> None:
    """Graphs of the version before are gone, also such as the new one lacks; somebody else's stay, and are not seen."""
    endpoint = engines.endpoint(name)
    put(endpoint, EX + "theirs", f"<{EX}a> <{EX}p> <{EX}b> .\n")
    old = publish(tmp_path, [Quad(ex("s"), ex("p"), ex("o"), g) for g in (FACTS, term("graph:old"))], {})
    assert load_version(old, endpoint) == 2
    store = RemoteStore.open(endpoint, old.id)
    assert load_version(tiny, endpoint) == tiny.manifest["quads"]
    assert count(endpoint, GRAPH + "old") == 0
    assert count(endpoint, EX + "theirs") == 1
    assert ex("a") not in {quad.subject for quad in RemoteStore.open(endpoint, tiny.id)}
    assert not store.is_lost
    with pytest.raises(NotLoaded, match="meanwhile"):
        store.query("SELECT * { ?s ?p ?o }")
    assert store.is_lost
    endpoint.remove(EX + "theirs")
    endpoint.remove(EX + "theirs")


def test_an_engine_that_lacks_the_version_is_not_opened(
    name: str, engines: Engines, tiny: Version, tmp_path: Path
) -> None:
    """Neither another version nor an interrupted load passes for it; the remedy names the command."""
    endpoint = engines.load(name, tiny)
    other = publish(tmp_path, [Quad(ex("s"), ex("p"), ex("o"), FACTS)], {})
    with pytest.raises(NotLoaded, match=f"holds version {tiny.id}, not {other.id}.*`migragraph load`"):
        RemoteStore.open(endpoint, other.id)

    def interrupted(step: str) -> None:
        if step == "loading queries":
            raise KeyboardInterrupt

    store = RemoteStore.open(endpoint, tiny.id)
    with pytest.raises(KeyboardInterrupt):
        load_version(tiny, endpoint, interrupted)
    with pytest.raises(NotLoaded, match="holds no version"):
        RemoteStore.open(endpoint, tiny.id)
    with pytest.raises(NotLoaded):
        next(store.quads_for_pattern(None, None, None))


def test_the_settings_name_the_engine(name: str, engines: Engines, tiny: Version) -> None:
    """And without them the version is opened here."""
    engines.load(name, tiny)
    settings = read_settings({}, **engines.settings(name))
    assert isinstance(open_engine(tiny, settings), RemoteStore)
    assert isinstance(open_engine(tiny, read_settings({})), Store)
    assert settings.engine_password == "" or settings.engine_password not in repr(settings)


def test_a_query_is_checked_before_it_is_sent(name: str, engines: Engines, tiny: Version) -> None:
    """With the messages of the embedded engine."""
    store = engines.open(name, tiny)
    with pytest.raises(MalformedQuery) as caught:
        run_query(store, QueryRequest("SELECT ?n\n{ ?s ?p }"))
    assert (caught.value.line, caught.value.column) == (2, 9)
    for text in ("INSERT DATA { <a:b> <a:b> 1 }", "SELECT * { SERVICE <http://localhost:1> { ?s ?p ?o } }"):
        with pytest.raises((ForbiddenQuery, UpdateInPlaceOfQuery)):
            run_query(store, QueryRequest(text))
    for graph in (EX + "theirs", GRAPH + "facts", GRAPH + "loaded"):
        with pytest.raises(BadParameter, match="there is no graph"):
            run_query(store, QueryRequest("ASK {}", default_graphs=(graph,)))


@pytest.mark.parametrize("name", EVERY)
def test_networks_are_read_alike(name: str, engines: Engines, networks_home: Path) -> None:
    """With the names, countries and themes of their nodes."""
    version = current_version(networks_home)
    embedded = version.open()
    engine = embedded if name == "embedded" else engines.open(name, version)
    found = {network.slug: network for network in stored_networks(engine)}
    assert set(found) == {"members", "nothing", "places"}
    for slug in ("members", "places"):
        network = extract_network(engine, found[slug])
        assert network == extract_network(embedded, found[slug])
        assert {"theme:housing": "a roof", "FR": "France"}.items() <= network.names.items()
