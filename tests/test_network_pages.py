"""The pages of networks over HTTP: the list, the table, the data of the picture, the files, and what is refused."""

import json
import re
import time
from dataclasses import replace
from html import unescape
from io import BytesIO
from pathlib import Path
from shutil import copytree

import networkx as nx
import pytest
import requests
from click.testing import CliRunner
from flask.testing import FlaskClient
from lxml import etree
from networkx.algorithms import bipartite
from pyoxigraph import Store

from migragraph.cli import main
from migragraph.config import read_settings
from migragraph.depiction.measured import add_measures
from migragraph.depiction.picture import MOST_NODES, Depicted, depict
from migragraph.depiction.task import DepictTask
from migragraph.errors import NetworkTooLarge, NotANetwork
from migragraph.exports import EXPORTS
from migragraph.limits.messages import Failure
from migragraph.limits.work import WorkProcesses
from migragraph.networks.definitions import NetworkDefinition
from migragraph.networks.locations import locate_nodes
from migragraph.networks.ties import Network, Node, Size, Tie
from migragraph.web import create_app
from migragraph.web.depictions import Depictions
from servers import running
from small_networks import ID

BROWSER = {"Accept": "text/html"}
A, B, C, D = (ID + "city/" + name for name in ("aalborg", "brest", "cork", "dinan"))
SEA, PORTS = ID + "network/sea", ID + "network/ports"
NAMES = {A: "Ålborg", B: "Brest", C: "Cork", D: "Dinan", SEA: "Cities <b>of</b> the sea", PORTS: "Ports & harbours"}
TIES = [(A, SEA), (B, SEA), (C, SEA), (B, PORTS), (C, PORTS)]


@pytest.fixture(scope="module")
def networks(networks_home: Path) -> FlaskClient:
    """Return a client of the application on the version of small networks."""
    return create_app(replace(read_settings({}), home=networks_home)).test_client()


def reference() -> nx.Graph:
    """Return the network of members as it is worked out by hand."""
    graph = nx.Graph()
    graph.add_nodes_from((A, B, C, D), bipartite=0)
    graph.add_nodes_from((PORTS, SEA), bipartite=1)
    graph.add_edges_from(sorted(TIES))
    return graph


def table(text: str) -> list[list[str]]:
    """Return the rows of the table of nodes that are shown as text, without the last column of links."""
    found = []
    for row in re.findall(r'<tr data-id="[^"]*">.*?</tr>', text, re.DOTALL):
        cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        found.append([unescape(re.sub(r"<[^>]*>", "", cell)).strip() for cell in cells][:-1])
    return found


def test_the_list_has_every_network_with_its_size(networks: FlaskClient) -> None:
    """One that is empty stands there too, and says so; titles are text, whatever they hold."""
    page = networks.get("/networks").text
    said = [re.sub(r"<[^>]*>|\s+", " ", part).split() for part in re.findall(r"<li class=.*?</li>", page, re.DOTALL)]
    assert [unescape(" ".join(words)) for words in said] == [
        "Cities <i>and</i> their networks Which city is in which network? Two-mode: 4 actors, 2 groups, 5 ties",
        "Nothing at all Who is a friend of whom? The network 'nothing' is empty: the query finds no tie.",
        "Where networks are In which city is which network? One-mode, directed: 4 nodes, 3 ties",
    ]
    assert re.findall(r'<img src="([^"]*)"', page) == [
        "/networks/members/thumbnail.svg",
        "/networks/places/thumbnail.svg",
    ]
    assert re.findall(r'<h2><a href="([^"]*)">', page) == ["/networks/members", "/networks/places"]
    home = networks.get("/").text
    assert home.count('href="/networks"') == 2


def test_a_thumbnail_draws_every_node_and_tie(networks: FlaskClient) -> None:
    """As SVG that an XML parser reads, with the title of the network."""
    answer = networks.get("/networks/members/thumbnail.svg")
    assert answer.mimetype == "image/svg+xml"
    drawn = etree.fromstring(answer.data)
    ns = {"s": "http://www.w3.org/2000/svg"}
    assert drawn.xpath("string(s:title)", namespaces=ns) == "Cities <i>and</i> their networks"
    assert len(drawn.xpath("s:circle", namespaces=ns)) == 6
    assert drawn.xpath("string(s:path/@d)", namespaces=ns).count("M") == 5


def test_the_table_says_what_networkx_says(networks: FlaskClient) -> None:
    """Names, kinds, sides, countries, ties, betweenness of Borgatti and Everett, cores, themes; by ties."""
    graph = reference()
    between = bipartite.betweenness_centrality(graph, {A, B, C, D})
    core = nx.core_number(graph)
    rows = table(networks.get("/networks/members").text)
    assert [[*row[:5], row[6], row[8], row[10]] for row in rows] == [
        [
            NAMES[node],
            "city" if node in (A, B, C, D) else "network",
            "actor" if node in (A, B, C, D) else "group",
            {A: "Denmark", B: "France", C: "IE", D: "France", SEA: "", PORTS: ""}[node],
            str(graph.degree[node]),
            f"{between[node]:,.4g}",
            str(core[node]),
            {C: "a roof, health & care", D: "a roof, health & care", PORTS: "a roof"}.get(node, ""),
        ]
        for node in (SEA, B, C, PORTS, A, D)
    ]


def test_the_data_of_the_picture_are_whole(networks: FlaskClient) -> None:
    """Ids, places on earth, years of each single tie, measures; the same numbers as in the table."""
    answer = networks.get("/networks/members/picture.json")
    data = answer.get_json()
    graph = reference()
    nodes = [A, B, C, D, PORTS, SEA]
    assert [node["id"] for node in data["nodes"]] == nodes
    assert [node["label"] for node in data["nodes"]] == [NAMES[node] for node in nodes]
    assert [node["degree"] for node in data["nodes"]] == [graph.degree[node] for node in nodes]
    assert [node.get("country") for node in data["nodes"]] == ["DK", "FR", "IE", "FR", None, None]
    both = ["theme:health", "theme:housing"]
    assert [node.get("themes") for node in data["nodes"]] == [None, None, both, both, ["theme:housing"], None]
    assert data["names"] == {
        "DK": "Denmark",
        "FR": "France",
        "theme:health": "health & care",
        "theme:housing": "a roof",
    }
    assert [(node.get("lat"), node.get("long")) for node in data["nodes"]] == [
        (57.05, 9.92), (48.39, -4.49), (None, None), (None, None), (None, None), (48.39, -4.49),
    ]  # fmt: skip
    assert [node["page"] for node in data["nodes"]] == [node.replace(ID, "/page/") for node in nodes]
    assert all(0 <= node["x"] <= 1 and 0 <= node["y"] <= 1 for node in data["nodes"])
    assert data["ties"] == [
        [0, 5, 1.0, [[2000, 2010]]],
        [1, 4, 1.0, [[2015, 2020]]],
        [1, 5, 1.0, [[2005, None]]],
        [2, 4, 1.0, [[2015, None]]],
        [2, 5, 1.0, [[None, None]]],
    ]
    assert [measure["title"] for measure in data["measures"]] == re.findall(
        r'data-column="(?:degree|weighted_degree|betweenness|harmonic|k_core)"[^>]*><a[^>]*>([^<]*)<',
        networks.get("/networks/members").text,
    )


def test_the_places_are_the_same_in_another_process_of_the_service(networks: FlaskClient, networks_home: Path) -> None:
    """The whole answer is, tag included."""
    again = create_app(replace(read_settings({}), home=networks_home)).test_client()
    for path in ("picture.json", "thumbnail.svg", "export.gexf", "export.svg"):
        one, other = (client.get(f"/networks/members/{path}") for client in (networks, again))
        assert one.data == other.data
        assert one.headers["ETag"] == other.headers["ETag"]
        assert (
            networks.get(f"/networks/members/{path}", headers={"If-None-Match": one.headers["ETag"]}).status_code == 304
        )


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("sort=label", ["Brest", NAMES[SEA], "Cork", "Dinan", NAMES[PORTS], "Ålborg"]),
        ("sort=label&order=desc", ["Ålborg", NAMES[PORTS], "Dinan", "Cork", NAMES[SEA], "Brest"]),
        ("sort=degree&order=asc", ["Dinan", "Ålborg", "Brest", "Cork", NAMES[PORTS], NAMES[SEA]]),
        ("sort=country", ["Ålborg", "Brest", "Dinan", "Cork", NAMES[SEA], NAMES[PORTS]]),
        ("sort=country&order=desc", ["Cork", "Brest", "Dinan", "Ålborg", NAMES[SEA], NAMES[PORTS]]),
        ("country=FR", ["Brest", "Dinan"]),
        ("kind=mg:Network", [NAMES[SEA], NAMES[PORTS]]),
        ("q=alb", ["Ålborg"]),
        ("q=SEA+of", [NAMES[SEA]]),
        ("q=zz", []),
        ("year=1999", [NAMES[SEA], "Cork"]),
        ("year=2003", [NAMES[SEA], "Cork", "Ålborg"]),
        ("year=2010&kind=mg:City", ["Brest", "Cork", "Ålborg"]),
        ("year=2021&country=FR", ["Brest"]),
        ("theme=theme:housing", ["Cork", NAMES[PORTS], "Dinan"]),
        ("theme=theme:health&country=FR", ["Dinan"]),
        (f"network={PORTS}", ["Brest", "Cork", NAMES[PORTS]]),
        (f"network={SEA}", [NAMES[SEA], "Brest", "Cork", "Ålborg"]),
        (f"network={SEA}&year=2004", [NAMES[SEA], "Cork", "Ålborg"]),
        (f"network={PORTS}&year=2021", ["Cork", NAMES[PORTS]]),
        (f"network={PORTS}&country=FR&kind=mg:City&q=brest", ["Brest"]),
        (f"network={PORTS}&year=2003", []),
        (
            "q=&country=&kind=&year=&node=&theme=&network=",
            [NAMES[SEA], "Brest", "Cork", NAMES[PORTS], "Ålborg", "Dinan"],
        ),
    ],
)
def test_the_table_is_sorted_and_chosen_without_scripts(networks: FlaskClient, query: str, names: list[str]) -> None:
    """What has no value comes last either way; an unknown start or end is in every year."""
    answer = networks.get(f"/networks/members?{query}")
    assert answer.status_code == 200
    assert [row[0] for row in table(answer.text)] == names


def test_the_form_offers_what_there_is(networks: FlaskClient) -> None:
    """Countries, groups, themes, kinds and years, in the order of their English names; what is asked is chosen."""
    page = networks.get(
        "/networks/members", query_string={"network": PORTS, "year": "1999", "theme": "theme:health"}
    ).text
    found = {}
    for title, name, options in re.findall(r'<label>(\w+) <select name="(\w+)">(.*?)</select>', page, re.DOTALL):
        values = re.findall(r'<option value="([^"]*)"( selected)?>([^<]*)</option>', options)
        found[title, name] = [(unescape(value), unescape(text), bool(selected)) for value, selected, text in values]
    years = [1999, *range(2000, 2021)]
    assert found == {
        ("Country", "country"): [("", "all", False), ("DK", "Denmark", False), ("FR", "France", False),
                                 ("IE", "IE", False)],
        ("Network", "network"): [("", "all", False), (SEA, NAMES[SEA], False), (PORTS, NAMES[PORTS], True)],
        ("Theme", "theme"): [("", "all", False), ("theme:housing", "a roof", False),
                             ("theme:health", "health & care", True)],
        ("Kind", "kind"): [("", "all", False), ("mg:City", "city", False), ("mg:Network", "network", False)],
        ("Year", "year"): [("", "all", False), *((str(year), str(year), year == 1999) for year in years)],
    }  # fmt: skip
    places = networks.get("/networks/places").text
    assert re.findall(r'<select name="(\w+)">', places) == ["country", "theme", "kind"]


def test_headings_lead_to_the_other_order_and_keep_the_choice(networks: FlaskClient) -> None:
    """And each row to what its node is tied to."""
    page = networks.get("/networks/members?country=FR&sort=degree").text
    links = {
        column: unescape(link)
        for column, link in re.findall(r'<th scope="col" data-column="([^"]*)"[^>]*><a href="([^"]*)"', page)
    }
    assert links["degree"] == "?country=FR&sort=degree&order=asc#nodes"
    assert links["label"] == "?country=FR&sort=label&order=asc#nodes"
    assert re.findall(r'aria-sort="(\w+)"', page) == ["descending"]
    node = networks.get("/networks/members", query_string={"node": SEA}).text
    tied = re.search(r'<ul class="tied">(.*?)</ul>', node, re.DOTALL)
    assert tied
    buttons = re.findall(r'name="node" value="([^"]*)">([^<]+)</button>', tied[1])
    assert buttons == [(B, "Brest"), (C, "Cork"), (A, "Ålborg")]


def test_the_page_leads_to_report_query_and_files(networks: FlaskClient) -> None:
    """Names are text, the policy lets own scripts run and nothing else."""
    answer = networks.get("/networks/members")
    assert '<h1 id="network">Cities &lt;i&gt;and&lt;/i&gt; their networks</h1>' in answer.text
    assert "<b>of" not in answer.text
    links = re.findall(r'href="([^"]*)"', answer.text)
    assert "/networks/members/report" in links
    assert any(link.startswith("/sparql?query=PREFIX") for link in links)
    assert [link for link in links if "/export." in link] == [
        f"/networks/members/export.{export.name}" for export in EXPORTS
    ]
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: str(export.name))
def test_a_file_is_sent_as_what_it_is(
    networks: FlaskClient, networks_home: Path, tmp_path: Path, export: object
) -> None:
    """Media type and name of each format; the command line writes the same bytes."""
    name, media_type = export.name, export.form.media_types[0]  # type: ignore[attr-defined]
    answer = networks.get(f"/networks/members/export.{name}")
    assert (answer.status_code, answer.mimetype) == (200, media_type)
    shown = "inline" if media_type.startswith("image/") else "attachment"
    assert answer.headers["Content-Disposition"] == f'{shown}; filename="members.{name}"'
    file = tmp_path / f"members.{name}"
    ran = CliRunner().invoke(main, ["export", "members", "--home", str(networks_home), "--output", str(file)])
    assert (ran.exit_code, ran.output) == (0, "")
    assert file.read_bytes() == answer.data


def test_a_file_holds_measures_communities_and_places(networks: FlaskClient) -> None:
    """Read back by networkx."""
    graph = nx.read_graphml(BytesIO(networks.get("/networks/members/export.graphml").data))
    read = {data["iri"]: data for _, data in graph.nodes(data=True)}
    measured = add_measures(reference())
    for node in measured:
        for name in ("degree", "weighted_degree", "betweenness", "harmonic", "k_core", "community"):
            assert read[node][name] == measured.nodes[node][name], (node, name)
    assert (read[A]["latitude"], read[A]["longitude"]) == (57.05, 9.92)


@pytest.mark.parametrize(
    ("query", "chosen", "beside", "ties", "said"),
    [
        ("country=FR", {B, D}, {SEA, PORTS}, {(B, SEA), (B, PORTS)}, "country FR"),
        ("year=2003", {A, C, SEA}, set(), {(A, SEA), (C, SEA)}, "year 2003"),
        (f"network={PORTS}", {B, C, PORTS}, {SEA}, {(B, SEA), (C, SEA), (B, PORTS), (C, PORTS)}, f"group {PORTS}"),
        ("theme=theme:housing&q=", {C, D, PORTS}, {B, SEA}, {(C, SEA), (C, PORTS), (B, PORTS)}, "theme theme:housing"),
        ("country=IE&year=2016&sort=label", {C}, {SEA, PORTS}, {(C, SEA), (C, PORTS)}, "country IE, year 2016"),
    ],
)
def test_what_is_chosen_can_be_taken_as_a_file(
    networks: FlaskClient, query: str, chosen: set[str], beside: set[str], ties: set[tuple[str, str]], said: str
) -> None:
    """What is chosen on the page, what that is tied to, and the ties of both; measures are those of the whole."""
    answer = networks.get(f"/networks/members/export.graphml?{query}")
    graph = nx.read_graphml(BytesIO(answer.data))
    read = {data["iri"]: data for _, data in graph.nodes(data=True)}
    assert {iri: data["chosen"] for iri, data in read.items()} == {i: i in chosen for i in chosen | beside}
    of = {node: data["iri"] for node, data in graph.nodes(data=True)}
    assert {frozenset((of[a], of[b])) for a, b in graph.edges()} == {frozenset(tie) for tie in ties}
    measured = add_measures(reference())
    for iri, data in read.items():
        assert data["betweenness"] == measured.nodes[iri]["betweenness"]
    assert f"nodes with {said}, and those that they are tied to" in answer.text
    for form in (export.name for export in EXPORTS):
        assert networks.get(f"/networks/members/export.{form}?{query}").status_code == 200


def test_directed_ties_are_chosen_by_their_year_and_pictures_keep_their_places(networks: FlaskClient) -> None:
    """A file of a choice has the places and sizes of the whole; without one it is the whole, byte for byte."""
    whole = networks.get("/networks/places/export.json").get_json()
    part = networks.get("/networks/places/export.json?country=DK").get_json()
    assert {node["label"] for node in part["nodes"]} == {"Ålborg", NAMES[PORTS]}
    assert [(tie["source"], tie["target"]) for tie in part["links" if "links" in part else "edges"]] == [(PORTS, A)]
    gexf = [networks.get(f"/networks/places/export.gexf{query}").text for query in ("", "?country=DK")]
    for node in part["nodes"]:
        places = [re.search(f'id="{node["id"]}".*?(<viz:position [^>]*/>).*?</node>', text)[1] for text in gexf]  # type: ignore[index]
        assert places[0] == places[1]
    assert networks.get("/networks/places/export.json?country=&q=&sort=label").get_json() == whole


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/networks/members/export.gexf?country=XX", 400, "no node of the network has the country 'XX'"),
        ("/networks/members/export.svg?q=zz&year=2003", 400, "no node of the network 'members' is chosen: none has a"),
        ("/networks/members/export.gexf?color=red", 400, "there is no parameter color"),
        ("/networks/membres", 404, "there is no network 'membres'. Some there are: members."),
        ("/networks/membres/picture.json", 404, "there is no network 'membres'. Some there are: members."),
        ("/networks/membres/export.gexf", 404, "there is no network 'membres'. Some there are: members."),
        ("/networks/members/export.xls", 404, "there is no export 'xls' of the network 'members'. There are: gexf, "),
        ("/networks/nothing", 400, "the network 'nothing' is empty: the query finds no tie. Ask for ?source and ?tar"),
        ("/networks/nothing/thumbnail.svg", 400, "the network 'nothing' is empty"),
        ("/networks/nothing/export.gexf", 400, "the network 'nothing' is empty"),
        ("/networks?x=1", 400, "there is no parameter x here. Leave it out: none is"),
        ("/networks/members?x=1", 400, "there is no parameter x here. Known: q, country, network, theme, kind, year, "),
        ("/networks/members?q=a&q=b", 400, "the parameter q is given 2 times. Give it once."),
        ("/networks/members?country=DE", 400, "no node of the network has the country 'DE'. There are: DK, FR, IE."),
        ("/networks/members?kind=mg:Pilot", 400, "no node of the network has the kind 'mg:Pilot'. There are: mg:City,"),
        ("/networks/members?theme=theme:x", 400, "no node of the network has the theme 'theme:x'. There are: theme:h"),
        (f"/networks/members?network={A}", 400, f"the network 'members' has no group '{A}'. Groups are called by"),
        (f"/networks/places?network={SEA}", 400, f"the network 'places' has no group '{SEA}'. It is one-mode, and has"),
        ("/networks/members?year=soon", 400, "year is 'soon', which is none. Give a year from 1800 to 2200"),
        ("/networks/members?year=%D9%A2", 400, "year is '٢', which is none."),
        ("/networks/members?year=" + "9" * 5000, 400, "year is '999"),
        ("/networks/members?sort=x", 400, "there is no column 'x' to sort by. There are: label, kind, bipartite, coun"),
        ("/networks/members?sort=label&order=up", 400, "order is 'up'. Use asc or desc."),
        ("/networks/members?node=urn:x", 404, "there is no node 'urn:x' in the network 'members'. Nodes are called by"),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_told_with_the_remedy(networks: FlaskClient, path: str, status: int, said: str) -> None:
    """As problem details for programs and as a page for people."""
    answer = networks.get(path)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    problem = json.loads(answer.data)
    assert f"{problem['detail']} {problem['remedy']}".startswith(said)
    page = networks.get(path, headers=BROWSER)
    assert (page.status_code, page.mimetype) == (status, "text/html")


def test_the_command_line_names_what_is_wrong(networks_home: Path) -> None:
    """An unknown network, an unknown format, no format."""
    for arguments, code, said in (
        (["membres", "--format", "gexf"], 3, "unknown-thing: there is no network 'membres'. Some there are: members."),
        (["members", "--format", "xls"], 3, "not-acceptable: "),
        (["members"], 2, "say the format"),
    ):
        ran = CliRunner().invoke(main, ["export", *arguments, "--home", str(networks_home)])
        assert ran.exit_code == code
        assert said in ran.output


def test_networks_are_worked_out_ahead(networks_home: Path, networks: FlaskClient) -> None:
    """A real server says when it is done; what it then shows is what is made on first use, byte for byte."""
    with running(networks_home) as server:
        for _ in range(600):
            if any("3 networks are worked out" in line for line in server.log):
                break
            time.sleep(0.1)
        else:
            pytest.fail("".join(server.log))
        for path in (
            "",
            "/members",
            "/members/picture.json",
            "/places/thumbnail.svg",
            "/members/export.gexf",
            "/nothing",
        ):
            answer = requests.get(f"{server.address}/networks{path}", headers={"Accept": "text/html"}, timeout=30)
            expected = networks.get(f"/networks{path}", headers={"Accept": "text/html"})
            assert (answer.status_code, answer.content) == (expected.status_code, expected.data), path


def test_what_is_worked_out_ahead_is_not_asked_again(networks_home: Path) -> None:
    """The pages are written without one query more; networks too large for a picture, and empty ones, too."""
    from migragraph.store.versions import current_version

    version = current_version(networks_home)
    task = DepictTask(str(version.folder / "store"), version.id, version.built)
    work = WorkProcesses(processes=1, seconds=60, queue_seconds=1, memory_mib=1024)
    made = work.make(task, in_background=True)
    assert {slug: type(found) for slug, found in made.items()} == {
        "members": Depicted, "nothing": Failure, "places": Depicted,
    }  # fmt: skip
    large = made["members"]
    assert isinstance(large, Depicted)
    depictions = Depictions(version, version.open(), None)  # type: ignore[arg-type]  # nothing can be asked
    depictions.take(made | {"places": large.network})
    served = (
        create_app(replace(read_settings({}), home=networks_home)).extensions["migragraph"].current()
    )  # held: it answers
    first = served.depictions
    assert depictions.depicted("members").to_json(str) == first.depicted("members").to_json(str)
    assert depictions.network("members") == first.network("members")
    assert depictions.network("places") == large.network
    faults = []
    for known in (depictions, first):
        with pytest.raises(NotANetwork) as told:
            known.network("nothing")
        faults.append((told.value.message, told.value.remedy))
    assert faults[0] == faults[1]


def test_a_version_without_networks_says_so(client: FlaskClient) -> None:
    """The tiny version has none."""
    assert "holds no networks" in client.get("/networks").text
    assert client.get("/networks/x").get_json()["remedy"] == "Some there are: none at all."


def test_a_network_that_is_too_large_is_not_drawn() -> None:
    """A star with one node more than is drawn; the command line writes it all the same."""
    nodes = {f"urn:{i}": Node(str(i), {}, None, None, {}) for i in range(MOST_NODES + 1)}
    ties = tuple(Tie("urn:0", f"urn:{i}") for i in range(1, MOST_NODES + 1))
    star = Network(NetworkDefinition.of_query("SELECT"), "v", nodes, ties)
    with pytest.raises(NetworkTooLarge, match=r"has 5,001 nodes and 5,000 ties.*migragraph export"):
        depict(star, {})


def test_what_a_measure_cannot_say_is_remarked() -> None:
    """Communities of a network without ties; an attribute of a query that has the name of a measure."""
    graph = nx.Graph()
    graph.add_node("urn:a", label="a", degree="doctor")
    measured = add_measures(graph)
    assert measured.nodes["urn:a"]["degree"] == 0
    assert graph.nodes["urn:a"]["degree"] == "doctor"
    assert [remark.partition(":")[0] for remark in measured.graph["remarks"]] == [
        "Without communities",
        "The attribute degree of the query gave way to the measure of that name.",
    ]


def test_a_thing_in_two_places_is_in_none(networks_home: Path) -> None:
    """Own coordinates go before those of the place that a thing lies in."""
    from migragraph.store.versions import current_version

    store = current_version(networks_home).open()
    assert locate_nodes(store, [A, C, SEA, PORTS, "urn:unknown"]) == {A: (57.05, 9.92), SEA: (48.39, -4.49)}
    assert locate_nodes(Store(), [A]) == {}


def test_edges_are_counted_beside_their_ties() -> None:
    """Two ties of one pair are one edge, as the command line says it."""
    nodes = {f"urn:{i}": Node(str(i), {}, None, None, {}) for i in range(3)}
    network = Network(NetworkDefinition.of_query("SELECT"), "v", nodes, (Tie("urn:0", "urn:1"), Tie("urn:0", "urn:1")))
    assert network.size == Size(n_actors=3, n_groups=None, n_edges=1, n_ties=2, n_isolates=1)
    assert "1 edges of 2 ties, 1 isolates" in network.describe_size()


def test_the_networks_of_an_older_version_are_there_as_long_as_it_is(networks_home: Path, tmp_path: Path) -> None:
    """Page, picture and files of the version that the address names; its links keep to it."""
    from migragraph.store.versions import current_version, publish

    old = current_version(networks_home)
    later = tmp_path / "home"
    copytree(networks_home, later)
    kept = [quad for quad in old.open() if not quad.predicate.value.endswith("endDate")]
    publish(later, kept, {})
    service = create_app(replace(read_settings({}), home=later)).test_client()
    assert service.get("/health").get_json()["version"] != old.id
    for path in ("picture.json", "thumbnail.svg", "export.gexf", "export.nodes.csv"):
        asked = service.get(f"/networks/members/{path}?version={old.id}")
        now = service.get(f"/networks/members/{path}")
        assert (asked.status_code, now.status_code) == (200, 200)
        assert (old.id in asked.text) == (old.id not in now.text) or path in ("thumbnail.svg", "export.nodes.csv")
    page = service.get(f"/networks/members?version={old.id}&country=FR")
    assert [row[0] for row in table(page.text)] == ["Brest", "Dinan"]
    inside = re.findall(r'(?:href|data-picture)="(/networks/[^"]+)"', page.text)
    assert inside
    assert all(f"version={old.id}" in unescape(link) for link in inside)
    assert service.get("/networks/members?version=none").status_code == 404
