"""The networks of the project on the real graph: against the tables, against plain Python, against the sources by hand.

What a network should hold is worked out here without SPARQL: from the CSV tables and ``reconciliation.csv``, or by
walking over the triples of the facts and the claims with Python's own sets.
"""

import csv
import re
from collections import Counter, defaultdict
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import networkx as nx
import pytest
from click.testing import CliRunner
from pyoxigraph import DefaultGraph, NamedNode, Store

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

REGISTRY = ROOT / "data" / "registry"
DEFINITIONS = {definition.slug: definition for definition in read_networks(ROOT / "networks")}
Ties = set[tuple[str, str]]


@pytest.fixture(scope="module")
def networks(real_graph: Store) -> dict[str, Network]:
    """All networks of the real graph."""
    return {slug: extract_network(real_graph, definition) for slug, definition in DEFINITIONS.items()}


class Facts:
    """The facts and the accepted claims as Python's own sets, IRIs as prefixed names."""

    def __init__(self, store: Store) -> None:
        self.of: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        claims: dict[str, dict[str, str]] = defaultdict(dict)
        self.derived: set[tuple[str, str, str]] = set()
        for quad in store:
            graph = quad.graph_name
            said = tuple(self._name(node) for node in (quad.subject, quad.predicate, quad.object))
            if isinstance(graph, DefaultGraph):
                self.of[said[1]][said[0]].add(said[2])
            elif graph.value.startswith(PREFIXES["graph"] + "claims/"):
                claims[quad.subject.value][said[1]] = said[2]
            elif graph.value == PREFIXES["graph"] + "derived/locations":
                self.derived.add(said)
        self.claims: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        for iri, said_of in claims.items():
            standing = (said_of.get("mg:claimStatus"), said_of.get("mg:polarity"))
            if standing == ("claim-status:accepted", "polarity:positive"):
                self.claims[said_of["rdf:subject"], said_of["rdf:predicate"], said_of["rdf:object"]].add(iri)

    @staticmethod
    def _name(node: object) -> str:
        return shorten(node.value) if isinstance(node, NamedNode) else str(node)

    def are(self, kind: str) -> set[str]:
        """Return the things of a class."""
        return {thing for thing, kinds in self.of["rdf:type"].items() if kind in kinds}

    def acting(self, body: str) -> str:
        """Return the territory of an authority, any other body itself."""
        return min(self.of["mg:authorityOf"].get(body, {body}))

    def involved(self, kind: str) -> set[tuple[str, str]]:
        """Return who carries or takes part in what of a class, authorities as their territories."""
        return {
            (self.acting(body), thing)
            for thing in self.are(kind)
            for relation in ("mg:operator", "mg:partner")
            for body in self.of[relation][thing]
        }


@pytest.fixture(scope="module")
def facts(real_graph: Store) -> Facts:
    """The facts, once."""
    return Facts(real_graph)


def pairs(network: Network) -> Ties:
    """Return the ends of the ties as prefixed names; a group that is an actor too without what tells it apart."""
    return {(shorten(t.source), shorten(t.target.removesuffix("#as-group"))) for t in network.ties}


def table(name: str) -> list[dict[str, str]]:
    """Return the rows of a table."""
    with (REGISTRY / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def things(*kinds: str) -> dict[tuple[str, str], str]:
    """Return which thing a name (with its country) is, by the table of reconciliation."""
    found = {}
    for kind in reversed(kinds):
        found.update(
            {(row["name"], row["country"]): row["thing"] for row in table("reconciliation") if row["kind"] == kind}
        )
    return found


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


def test_every_network_is_there_and_holds_what_it_held(networks: dict[str, Network]) -> None:
    """Sizes; every tie has evidence; ends stand in the order of the mode."""
    found = {}
    for slug, network in networks.items():
        graph = network.to_graph()
        components = nx.number_weakly_connected_components if graph.is_directed() else nx.number_connected_components
        found[slug] = (len(graph), graph.number_of_edges(), len(network.ties), components(graph))
        assert all(tie.evidence for tie in network.ties)
        assert all(data["kind"] and data["label"] for _, data in graph.nodes(data=True))
        if network.definition.mode == "two":
            assert nx.is_bipartite(graph)
            assert all(network.nodes[t.source].side == 0 and network.nodes[t.target].side == 1 for t in network.ties)
    assert found == SIZES


def test_members_are_those_of_the_tables(networks: dict[str, Network]) -> None:
    """Each table of members by hand: which rows make a member, and which thing each is."""
    cities, regions = things("city"), things("region")
    expected: dict[str, set[str]] = defaultdict(set)
    expected["network:eurocities"] = {cities[row["city"], row["country"]] for row in table("eurocities_members")}
    expected["network:intercultural-cities"] = {
        cities[row["city"], row["country"]] for row in table("icc_members") if row["status"] == "member seen"
    }
    national = {
        "IT: Città del Dialogo": "citta-del-dialogo", "ES: RECI": "reci", "PT: RPCI": "rpci", "MA: RMCI": "rmci",
        "UK: ICC-UK": "icc-uk", "UA: ICC-UA": "icc-ua", "CA: RÉMIRI (Québec)": "remiri",
    }  # fmt: skip
    for row in table("icc_members"):
        if row["network"] in national:
            expected[f"network:{national[row['network']]}"].add(cities[row["city"], row["country"]])
    # gone with the French mergers of 2016 and the Norwegian ones of 2020; one member is an association, no territory
    left = {
        "Alsace", "Aquitaine", "Champagne-Ardenne", "Franche-Comté", "Languedoc-Roussillon", "Limousin",
        "Poitou-Charentes", "Rhône-Alpes", "Hedmark", "Oppland", "Union of Cyprus Municipalities",
    }  # fmt: skip
    expected["network:aer"] = {
        regions[row["region"], row["country"]] for row in table("aer_members") if row["region"] not in left
    }
    expected["network:intercultural-regions"] = {"region:catalonia"}
    either = things("city", "region")
    for row in table("other_networks"):
        if row["network"] != "Integrating Cities Charter" and row["status"] != "mayor statement on joining":
            body = {"ECCAR": "network:eccar", "Solidarity Cities": "network:solidarity-cities"}[row["network"]]
            expected[body].add(either[row["member"], row["country"]])
    found: dict[str, set[str]] = defaultdict(set)
    for member, body in pairs(networks["membership"]):
        found[body].add(member)
    assert found == expected
    assert {body: len(members) for body, members in found.items()} == {
        "network:eurocities": 226, "network:intercultural-cities": 143, "network:aer": 113, "network:eccar": 54,
        "network:citta-del-dialogo": 32, "network:reci": 20, "network:rpci": 18, "network:rmci": 11,
        "network:solidarity-cities": 10, "network:icc-uk": 7, "network:icc-ua": 6, "network:remiri": 4,
        "network:intercultural-regions": 1,
    }  # fmt: skip


def test_members_have_their_evidence_and_dates(networks: dict[str, Network], facts: Facts) -> None:
    """The claims of the table that the member, the network and the status rest on; the year where it is known."""
    found = {(shorten(t.source), shorten(t.target)): t for t in networks["membership"].ties}
    node = "membership:intercultural-cities/kepez"
    expected = {
        ("member", claim) for claim in facts.claims[node, "org:member", "city:kepez"]
    } | {
        ("organization", claim) for claim in facts.claims[node, "org:organization", "network:intercultural-cities"]
    } | {
        ("membershipStatus", claim) for claim in facts.claims[node, "mg:membershipStatus", "membership-status:member"]
    }  # fmt: skip
    tie = found["city:kepez", "network:intercultural-cities"]
    assert set(tie.evidence) == expected
    assert len(expected) == 3
    assert (tie.start, tie.end) == ("2018", None)
    assert found["city:berlin", "network:eccar"].start == "2006-03-14"
    dated = sum(bool(row["joined_year"]) and row["status"] == "member seen" for row in table("icc_members"))
    in_icc = [tie for (_, body), tie in found.items() if body == "network:intercultural-cities"]
    # a city whose year is disputed (conflicts.csv) has none
    disputed = {row["subject"] for row in table("conflicts") if row["property"] == "joined ICC"}
    assert 0 < dated - sum(tie.start is not None for tie in in_icc) <= len(disputed)


def test_members_stand_in_their_rows_and_hold_as_of_the_dates_there(networks: dict[str, Network]) -> None:
    """By the tables: the rows that name a member of a list, numbered with the head as the first, and their dates."""
    cities, regions = things("city"), things("region")
    columns = {
        "eurocities_members": ("city", cities, "network:eurocities"),
        "icc_members": ("city", cities, "network:intercultural-cities"),
        "aer_members": ("region", regions, "network:aer"),
    }
    expected: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for name, (column, thing_of, body) in columns.items():
        for number, row in enumerate(table(name), 2):
            if thing := thing_of.get((row[column], row["country"])):
                key = name.replace("_", "-")
                expected[thing, body].add((f"{PREFIXES['source']}{key}#row={number}", row["as_of"]))
    network = networks["membership"]
    graph = network.to_graph()
    seen = 0
    for tie in network.ties:
        ends = shorten(tie.source), shorten(tie.target)
        if ends in expected:
            claims = [claim for _, claim in tie.evidence]
            assert network.origins.passages(claims) == {row for row, _ in expected[ends]}
            dates = tuple(sorted({date for _, date in expected[ends]} - {""}))
            assert graph.edges[tie.source, tie.target].get("as_of", ()) == dates
            seen += 1
    assert seen == 226 + 143 + 113


def test_participants_are_those_of_the_table_of_partners(networks: dict[str, Network], facts: Facts) -> None:
    """Ties that rest on the table: each row but that of the supporting institution, authorities as territories."""
    bodies, undertakings = things("organisation"), things("project")
    expected = {
        (facts.acting(bodies[row["organisation"], row["country"]]), undertakings[row["project"], ""])
        for row in table("project_partners")
        if row["role"] != "supporting institution"
    }
    found = {
        (shorten(t.source), shorten(t.target))
        for t in networks["participation"].ties
        if any("/project-partners/" in claim for part, claim in t.evidence if part == "takes part")
    }
    assert found == expected


def test_participation_is_what_the_facts_say(networks: dict[str, Network], facts: Facts) -> None:
    """Operators and partners of projects; both networks together are one."""
    assert pairs(networks["participation"]) == facts.involved("mg:Project")
    both = pairs(networks["membership"]) | pairs(networks["participation"])
    assert pairs(networks["membership-and-participation"]) == both
    found = {(shorten(t.source), shorten(t.target)): t for t in networks["participation"].ties}
    tie = found["region:catalonia", "project:includ-eu"]
    body = "organisation:secretariat-for-equality-migrations-and-citizenship-catalonia"
    assert {claim for part, claim in tie.evidence if part == "authority"} == facts.claims[
        body, "mg:authorityOf", "region:catalonia"
    ]
    assert facts.claims["project:includ-eu", "mg:partner", body] < {
        c for part, c in tie.evidence if part == "takes part"
    }
    assert (tie.start, tie.end) == ("2020-01", "2022-12")


def test_money_flows_as_the_grants_say(networks: dict[str, Network], facts: Facts) -> None:
    """Payers of projects, schemes above them, participants of what is paid for."""
    projects = facts.are("mg:Project")
    paid = {
        (payer, item)
        for grant in facts.are("mg:Grant")
        for item in facts.of["schema:fundedItem"][grant] & projects
        for payer in facts.of["schema:funder"][grant] | facts.of["mg:fundedThrough"][grant]
    }
    funded = {item for _, item in paid}
    above = {("organisation:european-union", "scheme:amif"), ("scheme:erdf", "scheme:uia")}
    carried = {(thing, body) for body, thing in facts.involved("mg:Project") if thing in funded}
    assert pairs(networks["funding"]) == paid | above | carried
    assert (len(paid), len(funded)) == (30, 25)
    graph = networks["funding"].to_graph()
    ends = (PREFIXES["organisation"] + "european-union", PREFIXES["city"] + "malmo")
    assert nx.has_path(graph, PREFIXES["scheme"] + "esf", ends[1])
    assert not nx.has_path(graph, *ends), "the European Social Fund is not said to be the Union's"


def test_nodes_have_the_themes_that_the_network_of_themes_gives_them(
    networks: dict[str, Network], facts: Facts
) -> None:
    """In every network: a territory has the themes of its undertakings, and those that the facts give itself."""
    top: dict[str, set[str]] = {}
    for theme in {theme for found in facts.of["mg:theme"].values() for theme in found}:
        above, seen = [theme], set()
        while above:
            seen.add(one := above.pop())
            above += facts.of["skos:broader"].get(one, set()) - seen
        top[theme] = {one for one in seen if facts.of["skos:topConceptOf"].get(one)}
    works_on: dict[str, set[str]] = defaultdict(set)
    for tie in networks["themes"].ties:
        works_on[tie.source].add(shorten(tie.target))
    n_with = 0
    for slug, network in networks.items():
        for id_, node in network.nodes.items():
            if node.kind in ("mg:City", "mg:Region", "mg:Country"):
                own = {one for theme in facts.of["mg:theme"].get(shorten(id_), ()) for one in top[theme]}
                assert set(node.themes) == own | works_on[id_], (slug, id_)
                n_with += bool(node.themes)
            for name in node.themes:
                assert f'"{network.names[name]}"@en' in facts.of["skos:prefLabel"][name]
    assert n_with > 100


def test_themes_are_those_of_what_a_territory_does(networks: dict[str, Network], facts: Facts) -> None:
    """Each undertaking once for each top theme above its themes."""
    tops = {concept for concept in facts.of["skos:topConceptOf"] if concept.startswith("theme:")}

    def top(concept: str) -> set[str]:
        broader = facts.of["skos:broader"].get(concept, set())
        return ({concept} & tops) | {found for above in broader for found in top(above)}

    territories = facts.are("mg:Territory")
    placed = facts.involved("mg:Undertaking") | {
        (facts.acting(place), thing)
        for thing in facts.are("mg:Undertaking")
        for place in facts.of["mg:locatedIn"][thing]
        if (thing, "mg:locatedIn", place) not in facts.derived
    }
    expected = Counter(
        (territory, theme)
        for territory, thing in placed
        if territory in territories
        for theme in {found for concept in facts.of["mg:theme"][thing] for found in top(concept)}
    )
    found = networks["themes"].to_graph()
    assert {(shorten(a), shorten(b)): w for a, b, w in found.edges(data="weight")} == expected
    assert all({part for part, _ in tie.evidence} >= {"takes part", "theme"} for tie in networks["themes"].ties)


def test_events_and_their_organisers_by_hand(networks: dict[str, Network]) -> None:
    """Read from the documents: seven events, of which three are held by several."""
    assert pairs(networks["events"]) == {
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
    co = {tuple(sorted(map(shorten, edge))) for edge in project(networks["events"].to_graph()).edges}
    assert co == {
        ("network:aer", "network:intercultural-regions"),
        ("network:aer", "organisation:iom"),
        ("network:intercultural-regions", "organisation:iom"),
        ("organisation:anna-lindh-foundation", "organisation:friends-of-europe"),
        ("organisation:rotterdam-childrens-council", "organisation:rotterdam-childrens-mayor"),
    }


def test_documents_speak_of_what_their_claims_name(
    networks: dict[str, Network], real_graph: Store, facts: Facts
) -> None:
    """From the claim files: each thing that is subject or value of a claim, of the kinds that are in."""
    kinds = ("mg:Territory", "mg:Organisation", "mg:Undertaking", "mg:Policy", "mg:FundingScheme", "mg:Event")
    wanted = set().union(*map(facts.are, kinds))
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
    assert pairs(networks["co-mention"]) == expected
    for tie in networks["co-mention"].ties:
        assert {claim.split("/")[-2] for _, claim in tie.evidence} == {tie.target.rpartition("/")[2]}
    assert not any(node.kind == "foaf:Person" for network in networks.values() for node in network.nodes.values())


def test_countries_work_together_once_for_each_project(networks: dict[str, Network], facts: Facts) -> None:
    """All pairs of the countries of a project's operators and partners."""
    countries = facts.are("mg:Country")
    found: Counter[tuple[str, str]] = Counter()
    for thing in facts.are("mg:Project"):
        bodies = facts.of["mg:operator"][thing] | facts.of["mg:partner"][thing]
        where = set()
        for body in bodies:
            near = (facts.of[p].get(body, set()) for p in ("schema:containedInPlace", "mg:locatedIn", "mg:authorityOf"))
            where |= {body, *(place for places in near for place in places)} & countries
        found.update(combinations(sorted(where), 2))
    graph = networks["countries"].to_graph()
    assert {tuple(sorted((shorten(a), shorten(b)))): w for a, b, w in graph.edges(data="weight")} == found
    assert found.most_common(2) == [(("country:italy", "country:spain"), 12), (("country:france", "country:spain"), 9)]


@pytest.mark.parametrize("source", ["mechelen-booklet-2024", "projects"])
def test_without_a_source_is_as_if_it_had_not_been_read(networks: dict[str, Network], source: str) -> None:
    """The graph built anew without the source's statements gives the same ties with the same evidence."""
    whole = read_project(ROOT)
    statements = [s for s in whole.statements if source_key(s.passage.source.value) != source]
    left = {statement.triple for statement in statements}
    decisions = [d for d in whole.decisions if d.source != source and d.triple in left]
    store = assemble(replace(whole, statements=statements, decisions=decisions)).store
    compared = 0
    for network in networks.values():
        if any(f"/{source}/" in claim for tie in network.ties for _, claim in tie.evidence):
            rebuilt = extract_network(store, network.definition)
            cut = without_source(network, source)
            assert {(t.source, t.target, t.evidence) for t in cut.ties} == {
                (t.source, t.target, t.evidence) for t in rebuilt.ties
            }
            compared += 1
    assert compared >= 4


def test_parts_of_the_real_networks(networks: dict[str, Network], facts: Facts) -> None:
    """Counts that were worked out from the facts."""
    membership, participation = networks["membership"], networks["participation"]
    begun = sum((tie.start or "0")[:4] <= "2010" for tie in membership.ties)
    assert len(at_date(membership, "2010").ties) == begun
    spain = {thing for thing, places in facts.of["schema:containedInPlace"].items() if "country:spain" in places}
    assert pairs(in_countries(membership, ["ES"])) == {pair for pair in pairs(membership) if pair[0] in spain}
    pilots = facts.are("mg:Pilot")
    assert pairs(of_kind(participation, ["mg:Pilot"])) == {pair for pair in pairs(participation) if pair[1] in pilots}


def test_strength_in_the_projection_is_the_number_of_shared_networks(networks: dict[str, Network]) -> None:
    """On the real memberships: each network counts 1 for each member that is not its only one."""
    graph = networks["membership"].to_graph()
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
