"""The networks of the project on the real graph: against plain Python, against the sources by hand.

What a network should hold is worked out here without SPARQL, by walking over the triples of the facts and the claims
with Python's own sets.
"""

import re
from collections import Counter, defaultdict
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import networkx as nx
import pytest
from click.testing import CliRunner
from pyoxigraph import NamedNode, Store

import migragraph
from migragraph.cli import main
from migragraph.errors import UnknownThing
from migragraph.graph.assembly import assemble
from migragraph.iris import PREFIXES, shorten, source_key
from migragraph.networks.definitions import read_networks, stored_networks
from migragraph.networks.extraction import extract_network
from migragraph.networks.projection import project
from migragraph.networks.slices import at_date, in_countries, of_kind, without_source
from migragraph.networks.ties import Network
from migragraph.sources.project import read_project
from migragraph.store.versions import Version
from projects import ROOT
from real_facts import DEFINITIONS, Facts, pairs

#: By network: nodes, edges, ties and components, as they were when somebody looked.
SIZES = {
    "co-mention": (306, 330, 330, 1),
    "countries": (27, 227, 474, 1),
    "events": (17, 11, 11, 6),
    "funding": (191, 218, 218, 4),
    "membership": (484, 645, 645, 1),
    "membership-and-participation": (640, 877, 877, 6),
    "participation": (220, 232, 232, 9),
    "themes": (61, 290, 397, 1),
}


def test_every_network_is_there_and_holds_what_it_held(real_networks: dict[str, Network]) -> None:
    """Sizes; every tie has evidence; ends stand in the order of the mode."""
    found = {}
    for slug, network in real_networks.items():
        graph = network.to_graph()
        components = nx.number_weakly_connected_components if graph.is_directed() else nx.number_connected_components
        found[slug] = (len(graph), graph.number_of_edges(), len(network.ties), components(graph))
        assert all(tie.evidence for tie in network.ties)
        assert all(data["kind"] and data["label"] for _, data in graph.nodes(data=True))
        if network.definition.mode == "two":
            assert nx.is_bipartite(graph)
            assert all(network.nodes[t.source].side == 0 and network.nodes[t.target].side == 1 for t in network.ties)
    assert found == SIZES


def test_participation_is_what_the_facts_say(real_networks: dict[str, Network], real_facts: Facts) -> None:
    """Operators and partners of projects; both networks together are one."""
    assert pairs(real_networks["participation"]) == real_facts.involved("mg:Project")
    both = pairs(real_networks["membership"]) | pairs(real_networks["participation"])
    assert pairs(real_networks["membership-and-participation"]) == both
    found = {(shorten(t.source), shorten(t.target)): t for t in real_networks["participation"].ties}
    tie = found["region:catalonia", "project:includ-eu"]
    body = "organisation:secretariat-for-equality-migrations-and-citizenship-catalonia"
    assert {claim for part, claim in tie.evidence if part == "authority"} == real_facts.claims[
        body, "mg:authorityOf", "region:catalonia"
    ]
    assert real_facts.claims["project:includ-eu", "mg:partner", body] < {
        c for part, c in tie.evidence if part == "takes part"
    }
    assert (tie.start, tie.end) == ("2020-01", "2022-12")


def test_money_flows_as_the_grants_say(real_networks: dict[str, Network], real_facts: Facts) -> None:
    """Payers of projects, schemes above them, participants of what is paid for."""
    projects = real_facts.are("mg:Project")
    paid = {
        (payer, item)
        for grant in real_facts.are("mg:Grant")
        for item in real_facts.of["schema:fundedItem"][grant] & projects
        for payer in real_facts.of["schema:funder"][grant] | real_facts.of["mg:fundedThrough"][grant]
    }
    funded = {item for _, item in paid}
    above = {("organisation:european-union", "scheme:amif"), ("scheme:erdf", "scheme:uia")}
    carried = {(thing, body) for body, thing in real_facts.involved("mg:Project") if thing in funded}
    assert pairs(real_networks["funding"]) == paid | above | carried
    assert (len(paid), len(funded)) == (30, 25)
    graph = real_networks["funding"].to_graph()
    ends = (PREFIXES["organisation"] + "european-union", PREFIXES["city"] + "malmo")
    assert nx.has_path(graph, PREFIXES["scheme"] + "esf", ends[1])
    assert not nx.has_path(graph, *ends), "the European Social Fund is not said to be the Union's"


def test_nodes_have_the_themes_that_the_network_of_themes_gives_them(
    real_networks: dict[str, Network], real_facts: Facts
) -> None:
    """In every network: a territory has the themes of its undertakings, and those that the facts give itself."""
    top: dict[str, set[str]] = {}
    for theme in {theme for found in real_facts.of["mg:theme"].values() for theme in found}:
        above, seen = [theme], set()
        while above:
            seen.add(one := above.pop())
            above += real_facts.of["skos:broader"].get(one, set()) - seen
        top[theme] = {one for one in seen if real_facts.of["skos:topConceptOf"].get(one)}
    works_on: dict[str, set[str]] = defaultdict(set)
    for tie in real_networks["themes"].ties:
        works_on[tie.source].add(shorten(tie.target))
    n_with = 0
    for slug, network in real_networks.items():
        for id_, node in network.nodes.items():
            if node.kind in ("mg:City", "mg:Region", "mg:Country"):
                own = {one for theme in real_facts.of["mg:theme"].get(shorten(id_), ()) for one in top[theme]}
                assert set(node.themes) == own | works_on[id_], (slug, id_)
                n_with += bool(node.themes)
            for name in node.themes:
                assert f'"{network.names[name]}"@en' in real_facts.of["skos:prefLabel"][name]
    assert n_with > 100


def test_themes_are_those_of_what_a_territory_does(real_networks: dict[str, Network], real_facts: Facts) -> None:
    """Each undertaking once for each top theme above its themes."""
    tops = {concept for concept in real_facts.of["skos:topConceptOf"] if concept.startswith("theme:")}

    def top(concept: str) -> set[str]:
        broader = real_facts.of["skos:broader"].get(concept, set())
        return ({concept} & tops) | {found for above in broader for found in top(above)}

    territories = real_facts.are("mg:Territory")
    placed = real_facts.involved("mg:Undertaking") | {
        (real_facts.acting(place), thing)
        for thing in real_facts.are("mg:Undertaking")
        for place in real_facts.of["mg:locatedIn"][thing]
        if (thing, "mg:locatedIn", place) not in real_facts.derived
    }
    expected = Counter(
        (territory, theme)
        for territory, thing in placed
        if territory in territories
        for theme in {found for concept in real_facts.of["mg:theme"][thing] for found in top(concept)}
    )
    found = real_networks["themes"].to_graph()
    assert {(shorten(a), shorten(b)): w for a, b, w in found.edges(data="weight")} == expected
    assert all({part for part, _ in tie.evidence} >= {"takes part", "theme"} for tie in real_networks["themes"].ties)


def test_events_and_their_organisers_by_hand(real_networks: dict[str, Network]) -> None:
    """Read from the documents: seven events, of which three are held by several."""
    assert pairs(real_networks["events"]) == {
        ("city:vilnius", "event:world-refugee-day-vilnius"),
        ("city:vilnius", "event:vilnius-700th-anniversary"),
        ("country:luxembourg", "event:forum-fir-d-zesummeliewen"),
        ("network:aer", "event:intercultural-regions-webinar-2021"),
        ("network:intercultural-regions", "event:intercultural-regions-webinar-2021"),
        ("organisation:iom", "event:intercultural-regions-webinar-2021"),
        ("organisation:friends-of-europe", "event:policy-insight-2020"),
        ("organisation:anna-lindh-foundation", "event:policy-insight-2020"),
        ("organisation:agentschap-integratie-en-inburgering", "event:inclusive-communication-in-diversity"),
        ("organisation:rotterdam-childrens-council", "event:rotterdam-drawing-competition"),
        ("organisation:rotterdam-childrens-mayor", "event:rotterdam-drawing-competition"),
    }
    co = {tuple(sorted(map(shorten, edge))) for edge in project(real_networks["events"].to_graph()).edges}
    assert co == {
        ("network:aer", "network:intercultural-regions"),
        ("network:aer", "organisation:iom"),
        ("network:intercultural-regions", "organisation:iom"),
        ("organisation:anna-lindh-foundation", "organisation:friends-of-europe"),
        ("organisation:rotterdam-childrens-council", "organisation:rotterdam-childrens-mayor"),
    }


def test_documents_speak_of_what_their_claims_name(
    real_networks: dict[str, Network], real_graph: Store, real_facts: Facts
) -> None:
    """From the claim files: each thing that is subject or value of a claim, of the kinds that are in."""
    kinds = ("mg:Territory", "mg:Organisation", "mg:Undertaking", "mg:Policy", "mg:FundingScheme", "mg:Event")
    wanted = set().union(*map(real_facts.are, kinds))
    documents = {
        "aer-webinar-2021",
        "eu-belong-project-page",
        "includ-eu-journey",
        "mechelen-booklet-2024",
        "policy-insight-2020",
    }
    expected = {
        (shorten(node.value), f"source:{source_key(statement.passage.source.value)}")
        for statement in read_project(ROOT).statements
        if source_key(statement.passage.source.value) in documents
        for node in (statement.triple.subject, statement.triple.object)
        if isinstance(node, NamedNode) and shorten(node.value) in wanted
    }
    assert pairs(real_networks["co-mention"]) == expected
    for tie in real_networks["co-mention"].ties:
        assert {claim.split("/")[-2] for _, claim in tie.evidence} == {tie.target.rpartition("/")[2]}
    assert not any(node.kind == "foaf:Person" for network in real_networks.values() for node in network.nodes.values())


def test_countries_work_together_once_for_each_project(real_networks: dict[str, Network], real_facts: Facts) -> None:
    """All pairs of the countries of a project's operators and partners."""
    countries = real_facts.are("mg:Country")
    found: Counter[tuple[str, str]] = Counter()
    for thing in real_facts.are("mg:Project"):
        bodies = real_facts.of["mg:operator"][thing] | real_facts.of["mg:partner"][thing]
        where = set()
        for body in bodies:
            near = (
                real_facts.of[p].get(body, set()) for p in ("schema:containedInPlace", "mg:locatedIn", "mg:authorityOf")
            )
            where |= {body, *(place for places in near for place in places)} & countries
        found.update(combinations(sorted(where), 2))
    graph = real_networks["countries"].to_graph()
    assert {tuple(sorted((shorten(a), shorten(b)))): w for a, b, w in graph.edges(data="weight")} == found
    assert found.most_common(2) == [(("country:italy", "country:spain"), 12), (("country:france", "country:spain"), 9)]


@pytest.mark.parametrize("source", ["mechelen-booklet-2024", "projects"])
def test_without_a_source_is_as_if_it_had_not_been_read(real_networks: dict[str, Network], source: str) -> None:
    """The graph built anew without the source's statements gives the same ties with the same evidence."""
    whole = read_project(ROOT)
    statements = [s for s in whole.statements if source_key(s.passage.source.value) != source]
    left = {statement.triple for statement in statements}
    decisions = [d for d in whole.decisions if d.source != source and d.triple in left]
    store = assemble(replace(whole, statements=statements, decisions=decisions)).store
    compared = 0
    for network in real_networks.values():
        if any(f"/{source}/" in claim for tie in network.ties for _, claim in tie.evidence):
            rebuilt = extract_network(store, network.definition)
            cut = without_source(network, source)
            assert {(t.source, t.target, t.evidence) for t in cut.ties} == {
                (t.source, t.target, t.evidence) for t in rebuilt.ties
            }
            compared += 1
    assert compared >= 4


def test_parts_of_the_real_networks(real_networks: dict[str, Network], real_facts: Facts) -> None:
    """Counts that were worked out from the facts."""
    membership, participation = real_networks["membership"], real_networks["participation"]
    begun = sum((tie.start or "0")[:4] <= "2010" for tie in membership.ties)
    assert len(at_date(membership, "2010").ties) == begun
    spain = {thing for thing, places in real_facts.of["schema:containedInPlace"].items() if "country:spain" in places}
    assert pairs(in_countries(membership, ["ES"])) == {pair for pair in pairs(membership) if pair[0] in spain}
    pilots = real_facts.are("mg:Pilot")
    assert pairs(of_kind(participation, ["mg:Pilot"])) == {pair for pair in pairs(participation) if pair[1] in pilots}


def test_strength_in_the_projection_is_the_number_of_shared_networks(real_networks: dict[str, Network]) -> None:
    """On the real memberships: each network counts 1 for each member that is not its only one."""
    graph = real_networks["membership"].to_graph()
    found = project(graph, evidence=False)
    for city in found:
        shared = sum(graph.degree[body] > 1 for body in graph[city])
        assert found.degree(city, weight="weight") == pytest.approx(shared)
    assert found.number_of_edges() == len(
        {p for body, d in graph.nodes(data="bipartite") if d == 1 for p in combinations(sorted(graph[body]), 2)}
    )


def test_a_version_knows_its_networks(real_home: Path, real_version: Version) -> None:
    """In Python and on the command line; a name that is none gets the nearest."""
    graph = migragraph.open(real_home)
    assert stored_networks(graph.store) == tuple(DEFINITIONS.values())
    assert graph.networks == DEFINITIONS
    found = graph.network("membership")
    assert (found.graph["version"], found.graph["name"]) == (real_version.id, "membership")
    assert found.number_of_edges() == 645
    assert graph.ties(DEFINITIONS["events"]).to_graph().graph["version"] == real_version.id
    with pytest.raises(UnknownThing, match=r"there is no network 'memberships'\. Some there are: membership"):
        graph.network("memberships")
    own = graph.network_of("SELECT ?source ?target { ?source mg:cooperatesWith ?target }")
    assert own.graph["mode"] == "one"
    assert own.number_of_edges() > 0
    result = CliRunner().invoke(main, ["networks", "--home", str(real_home)])
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert [line.partition(":")[0] for line in lines[::2]] == sorted(DEFINITIONS)
    at = lines.index("membership: Territories and their networks")
    assert lines[at + 1] == "    two-mode: 471 actors, 13 groups, 645 edges of 645 ties, 0 isolates"
    at = lines.index("funding: Where the money for projects comes from and goes to")
    assert lines[at + 1] == "    one-mode, directed: 191 nodes, 218 edges of 218 ties, 0 isolates"


def test_nothing_of_the_documentation_is_missing() -> None:
    """Each network has its line in docs/networks.md, and no other."""
    text = (ROOT / "docs" / "networks.md").read_text(encoding="utf-8")
    named = [line.split("`")[1] for line in text.splitlines() if re.match(r"\| `[\w-]+` \| (one|two)-mode", line)]
    assert named == sorted(DEFINITIONS)


def test_the_examples_of_the_page_work(
    real_home: Path, real_graph: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lines of Python as they are, the file to add as it is, with what they find worked out from the networks."""
    text = (ROOT / "docs" / "networks.md").read_text(encoding="utf-8")
    monkeypatch.setenv("MIGRAGRAPH_HOME", str(real_home))
    names: dict[str, nx.Graph] = {}
    exec(re.findall(r"```python\n(.+?)```", text, re.DOTALL)[0], names)  # noqa: S102 (our own page)
    ties = list(names["membership"].edges(data=True))
    assert set(names["since_2010"]) == {n for a, b, d in ties if (d["start"] or "0")[:4] <= "2010" for n in (a, b)}
    assert set(names["without"]) == {n for a, b, d in ties if d["sources"] != ("icc-members",) for n in (a, b)}
    large = [n for n in names["membership"] if names["membership"].degree[n] > 100]
    assert [shorten(n) for n in large] == ["network:aer", "network:eurocities", "network:intercultural-cities"]
    shared = {p for n, side in names["membership"].nodes(data="bipartite") if side == 1 and n not in large
              for p in combinations(sorted(names["membership"][n]), 2)}  # fmt: skip
    assert {tuple(sorted(edge)) for edge in names["cities"].edges} == shared
    assert names["own"].graph["title"] == "Network of a query"
    (tmp_path / "networks").mkdir()
    (tmp_path / "networks" / "signatories.rq").write_text(re.findall(r"```sparql\n(.+?)```", text, re.DOTALL)[0])
    (definition,) = read_networks(tmp_path / "networks")
    signed = extract_network(real_graph, definition)
    assert sum("integrating-cities-charter" in tie.target for tie in signed.ties) == 22
