"""Networks that are hard to write, for the tests of exports: values of all kinds, text that breaks careless writers."""

from typing import Any

import networkx as nx
from hypothesis import strategies as st

#: Pieces that have a meaning in some format, or that some format cannot hold.
PIECES = (
    "\x00", "\x01", "\x1b", "\x7f", "\x85", "\t", "\n", "\r", "\r\n", " ", "  ", '"', "'", "\\", "\\n", '\\"', "<", ">",
    "&", "&#10;", "&amp;", "]]>", "<!--", "=", "=1+1", "+", "-", "@", "|", ",", ";", "[", "]", "{", "}", "%", "*", "#",
    "a", "Z", "0", "NaN", "null", "true", "é", "ß", "Łódź", "ش", "\u202e", "\u2028", "\ufeff", "\ufffe", "\uffff",
    "\U0001f600", "x" * 300,
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=6).map("".join) | st.text(max_size=12)
#: Subnormal numbers are left out: igraph refuses them in GraphML.
NUMBERS = st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False)
WHOLE = st.integers(-(2**53) + 1, 2**53 - 1)
DAYS = st.dates().map(lambda day: day.isoformat())
LANGUAGES = ("en", "nl", "ar")


def _maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


NODES = st.fixed_dictionaries(
    {"label": TEXTS, "labels": st.dictionaries(st.sampled_from(LANGUAGES), TEXTS)},
    optional={
        "kind": st.sampled_from(("mg:City", "mg:Region", "nothing known")),
        "country": _maybe(st.sampled_from(("BE", "NL"))),
        "note": _maybe(TEXTS),
        "community": _maybe(WHOLE),
        "score": _maybe(NUMBERS),
        "capital": _maybe(st.booleans()),
        "themes": _maybe(st.lists(TEXTS, max_size=3)),
        "years": st.lists(WHOLE, max_size=3),
    },
)
TIES = st.fixed_dictionaries(
    {},
    optional={
        "weight": NUMBERS,
        "evidence": st.lists(st.sampled_from(("urn:claim:1", "urn:claim:2")), unique=True).map(
            lambda c: tuple(sorted(c))
        ),
        "sources": st.lists(TEXTS, max_size=3).map(tuple),
        "start": _maybe(DAYS | st.sampled_from(("2016", "2016-05", "about 1990"))),
        "end": _maybe(DAYS | st.sampled_from(("2016", "2016-05"))),
        "role": TEXTS,
    },
)


@st.composite
def networks(draw: st.DrawFn) -> nx.Graph:
    """Draw a network of up to six nodes: one-mode or two-mode, directed or not, with loops, isolates, or nothing."""
    shape = draw(st.sampled_from(("one", "directed", "two")))
    graph = nx.DiGraph() if shape == "directed" else nx.Graph()
    graph.graph.update(draw(st.fixed_dictionaries({}, optional={"title": TEXTS, "query": TEXTS, "question": TEXTS})))
    graph.graph.update(name="hostile", mode="two" if shape == "two" else "one", directed=shape == "directed")
    nodes = [f"https://example.org/{n}" for n in range(draw(st.integers(0, 6)))]
    for n, node in enumerate(nodes):
        graph.add_node(node, **draw(NODES), **({"bipartite": n % 2} if shape == "two" else {}))
    if nodes:
        for a, b in draw(st.lists(st.tuples(st.sampled_from(nodes), st.sampled_from(nodes)), max_size=8)):
            if shape != "two" or graph.nodes[a]["bipartite"] != graph.nodes[b]["bipartite"]:
                graph.add_edge(a, b, **draw(TIES))
    return graph


def membership() -> nx.Graph:
    """Return a small two-mode network as migragraph makes them, with dates, measures, a community and an isolate."""
    graph = nx.Graph(
        name="membership", title="Cities in networks", question="Who is in which network?", mode="two", directed=False,
        tie="A city is a member of a network.", version="1f" * 32, version_date="2026-11-22",
        query="SELECT ?source ?target\nWHERE { ?source mg:memberOf ?target }",
    )  # fmt: skip
    id_ = "https://w3id.org/migragraph/id"
    malmo, ghent, utrecht, utrecht_region = (
        f"{id_}/{name}" for name in ("city/malmo", "city/ghent", "city/utrecht", "region/utrecht")
    )
    eurocities, icc = f"{id_}/network/eurocities", f"{id_}/network/intercultural-cities"
    for node, label, labels, kind, country, mode in (
        (malmo, "Malmö", {"en": "Malmö", "sv": "Malmö"}, "mg:City", "SE", 0),
        (ghent, "Ghent", {"en": "Ghent", "nl": "Gent", "fr": "Gand"}, "mg:City", "BE", 0),
        (utrecht, "Utrecht", {"en": "Utrecht"}, "mg:City", "NL", 0),
        (utrecht_region, "Utrecht", {"nl": "Utrecht"}, "mg:Region", "NL", 0),
        (eurocities, "Eurocities", {"en": "Eurocities"}, "mg:Network", None, 1),
        (icc, "Intercultural Cities", {"en": "Intercultural Cities"}, "mg:Network", None, 1),
    ):
        graph.add_node(node, label=label, labels=labels, kind=kind, country=country, bipartite=mode)
    claim = "https://w3id.org/migragraph/claim/members"
    for a, b, more in (
        (malmo, eurocities, {"start": "2005", "end": None}),
        (malmo, icc, {"start": "2016-03-01", "end": "2020"}),
        (ghent, eurocities, {"start": None, "end": None}),
        (icc, utrecht, {"start": "2010-02", "end": "2012-02"}),
    ):
        graph.add_edge(a, b, weight=1.0, evidence=(f"{claim}/1", f"{claim}/2"), sources=("members",), **more)
    for node, degree in graph.degree():
        graph.nodes[node].update(degree=degree, closeness=degree / 3, community=degree % 2, connector=degree > 1)
    graph.nodes[malmo]["themes"] = ["housing", "work"]
    graph.nodes[ghent]["themes"] = ["work"]
    return graph
