"""The network of a user's own query over HTTP: the form, the page, the data of its picture, and what is refused."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import lxml.html
import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import Store

from migragraph.config import Settings, read_settings
from migragraph.exports import EXPORTS
from migragraph.networks.definitions import NetworkDefinition, find_stored
from migragraph.web import create_app
from migragraph.web.serving import Scratch
from servers import running
from small_networks import ID

BROWSER = {"Accept": "text/html"}
PAGE = "/networks/query"
FRIENDS = "SELECT ?source ?target { VALUES (?source ?target) { (<urn:a> <urn:b>) (<urn:b> <urn:c>) } }"
ENDLESS = "SELECT ?source ?target { ?source ?b ?target . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?p ?q ?r }"
SEA = "Cities <b>of</b> the sea"


@pytest.fixture(scope="module")
def settings(networks_home: Path) -> Settings:
    """Return settings that serve it; queries may be 5,000 bytes long."""
    return replace(read_settings({}), home=networks_home, max_query_bytes=5000)


@pytest.fixture(scope="module")
def app(settings: Settings) -> Flask:
    """Return the application."""
    return create_app(settings)


@pytest.fixture(scope="module")
def networks(app: Flask) -> FlaskClient:
    """Return a client of the application."""
    return app.test_client()


@pytest.fixture(scope="module")
def stored(networks_home: Path) -> dict[str, NetworkDefinition]:
    """Return the networks that the version holds."""
    from migragraph.store.versions import current_version

    store = current_version(networks_home).open()
    return {name: find_stored(store, name) for name in ("members", "places")}


def sent(definition: NetworkDefinition) -> dict[str, str]:
    """Return what asks for the network of a definition by its query."""
    directed = "yes" if definition.directed else "no"
    return {"query": definition.sparql, "mode": definition.mode, "directed": directed}


def form_in(page: str, name: str) -> Any:
    """Return the form of a page that has a field of this name; a line end after <textarea> is none, as in browsers."""
    form = next(form for form in lxml.html.fromstring(page).forms if name in form.fields)
    for field in form.xpath(".//textarea"):
        field.text = (field.text or "").removeprefix("\n")
    return form


def submitted(form: Any, **given: str) -> str:
    """Return the address that a browser goes to when a form is sent, with fields filled in; lines end with CRLF."""
    values = {name: value.replace("\n", "\r\n") for name, value in [*form.form_values(), *given.items()]}
    return f"{form.action.partition('#')[0]}?{urlencode(values)}"


def said_in(link: str) -> dict[str, str]:
    """Return what an address says, each parameter once."""
    return {name: value for name, (value,) in parse_qs(urlsplit(link).query).items()}


def table(page: str) -> list[list[str]]:
    """Return the rows of the table of nodes that are shown."""
    rows = lxml.html.fromstring(page).xpath("//table[@id='table']/tbody/tr[not(@hidden)]")
    return [[cell.text_content().strip() for cell in row] for row in rows]


def test_the_form_holds_an_example_that_works(networks: FlaskClient) -> None:
    """Sent as it stands, as a browser without scripts sends it, it shows a network."""
    answer = networks.get(PAGE, headers=BROWSER)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert "<script" not in answer.text
    form = form_in(answer.text, "query")
    assert (form.method, form.action) == ("GET", PAGE)
    values = dict(form.form_values())
    assert values.keys() == {"query", "mode"}
    shown = networks.get(submitted(form), headers=BROWSER)
    assert shown.status_code == 200
    assert [row[:3] for row in table(shown.text)] == [
        ["Cork", "city", "actor"],
        ["project:harbour", "project", "group"],
    ]
    again = form_in(shown.text, "query")
    assert dict(again.form_values()) == values
    assert networks.get(f"{PAGE}?utm_source=letter", headers=BROWSER).data == answer.data


def test_the_columns_are_explained(networks: FlaskClient) -> None:
    """Each variable that a network takes, beside ?part, which is for the networks of a version."""
    page = networks.get(PAGE).text
    told = set(re.findall(r"<code>\?(\w+)</code>", page))
    assert told == {"source", "target", "weight", "start", "end", "tie", "evidence", "source_x", "target_x"}


def test_the_networks_of_the_version_are_there_to_start_from(
    networks: FlaskClient, stored: dict[str, NetworkDefinition]
) -> None:
    """Each with the query, mode and direction that it has."""
    starts = lxml.html.fromstring(networks.get(PAGE).text).xpath("//ul[@class='questions']//a/@href")
    found = [said_in(start) for start in starts]
    assert [urlsplit(start).path for start in starts] == [PAGE] * 3
    assert (found[0], found[2]) == (sent(stored["members"]), sent(stored["places"]))
    answers = [networks.get(start, headers=BROWSER) for start in starts]
    assert [answer.status_code for answer in answers] == [200, 400, 200]
    assert "The network &#39;query&#39; is empty" in answers[1].text


@pytest.mark.parametrize("name", ["members", "places"])
def test_a_query_shows_what_the_network_of_that_query_shows(
    networks: FlaskClient, stored: dict[str, NetworkDefinition], name: str
) -> None:
    """The same table, whatever is chosen, the same choice, columns and size; the same picture under another name."""
    asked = sent(stored[name])
    choices: list[dict[str, str]] = [
        {},
        {"q": "brest"},
        {"country": "FR"},
        {"sort": "label"},
        {"node": f"{ID}network/sea"},
    ]
    if name == "members":
        choices += [{"year": "2003"}, {"network": f"{ID}network/ports", "sort": "degree", "order": "asc"}]
    for choice in choices:
        own = networks.get(PAGE, query_string=asked | choice)
        named = networks.get(f"/networks/{name}", query_string=choice)
        assert own.status_code == named.status_code == 200
        assert own.headers["Content-Security-Policy"] == named.headers["Content-Security-Policy"]
        assert table(own.text) == table(named.text)
        pages = [lxml.html.fromstring(answer.text) for answer in (own, named)]
        for part in ("//form[@id='choose']//select", "//thead", "//ul[@class='tied']//button", "//p[@class='muted']"):
            texts = [[found.text_content() for found in page.xpath(part)] for page in pages]
            if part == "//p[@class='muted']":  # what a tie is, and what is in, nobody has said of a query
                texts = [[texts[0][0].partition(" In it")[0]], [texts[1][0].partition(" A tie")[0]]]
            assert texts[0] == texts[1], part
    own, named = (networks.get(f"{path}/picture.json", query_string=given).get_json()
                  for path, given in ((PAGE, asked), (f"/networks/{name}", None)))  # fmt: skip
    assert (own.pop("name"), named.pop("name")) == ("query", name)
    assert own == named


def test_every_address_on_the_page_says_which_query_is_meant(
    networks: FlaskClient, stored: dict[str, NetworkDefinition]
) -> None:
    """Picture, report, files, headings, the form that chooses and its way back; each of them is answered."""
    version = networks.get("/health").get_json()["version"]
    asked = sent(stored["members"]) | {"version": version}
    page = lxml.html.fromstring(networks.get(PAGE, query_string=asked | {"country": "FR"}).text)
    see = page.get_element_by_id("see")
    links = [see.get("data-picture"), see.get("data-still"), *page.xpath("//main//a/@href")]
    own = [link for link in links if link.startswith((PAGE, "?"))]
    said = [said_in(link) for link in own]
    choice = {"country", "sort", "order"}
    assert [{name: value for name, value in one.items() if name not in choice} for one in said] == [asked] * len(own)
    paths = [urlsplit(link).path for link in own]
    files = [f"{PAGE}/export.{export.name}" for export in EXPORTS]
    assert sorted(path for path in paths if "/export." in path) == sorted([*files, f"{PAGE}/export.svg"])
    assert {f"{PAGE}/report", f"{PAGE}/picture.json", PAGE, ""} <= set(paths)
    assert len([link for link in links if link.startswith("?")]) == len(page.xpath("//th[@data-column]"))
    for link in own:
        whole = link if link.startswith("/") else PAGE + link
        assert networks.get(whole, headers=BROWSER).status_code == 200, whole
    editor = next(link for link in links if link.startswith("/sparql"))
    assert said_in(editor) == {"query": asked["query"], "version": version}
    choose = form_in(networks.get(PAGE, query_string=asked).text, "q")
    chosen = networks.get(submitted(choose, country="FR"))
    assert [row[0] for row in table(chosen.text)] == ["Brest", "Dinan"]
    assert networks.get(submitted(choose, node=f"{ID}city/cork")).text.count(">Ports &amp; harbours</button>") == 1
    report = networks.get(f"{PAGE}/report", query_string=asked, headers=BROWSER)
    back = lxml.html.fromstring(report.text).xpath("//a[text()='The network']/@href")
    assert [networks.get(link).status_code for link in back] == [200]


def test_a_button_shows_what_a_node_is_tied_to(networks: FlaskClient, stored: dict[str, NetworkDefinition]) -> None:
    """Without scripts: it sends the form, which says what the query is, so no row has to."""
    asked = sent(stored["members"])
    text = networks.get(PAGE, query_string=asked | {"country": "FR"}).text
    page = lxml.html.fromstring(text)
    buttons = page.xpath("//tr[not(@hidden)]//button[@name='node']")
    assert [(b.get("form"), b.get("formaction"), b.get("value")) for b in buttons] == [
        ("choose", f"{PAGE}#node", f"{ID}city/{city}") for city in ("brest", "dinan")
    ]
    shown = networks.get(submitted(form_in(text, "q"), node=buttons[0].get("value")))
    tied = lxml.html.fromstring(shown.text).xpath("//ul[@class='tied']//button")
    assert [(b.text, b.get("value")) for b in tied] == [
        (SEA, f"{ID}network/sea"),
        ("Ports & harbours", f"{ID}network/ports"),
    ]
    assert [row[0] for row in table(shown.text)] == ["Brest", "Dinan"]
    assert text.count(urlencode({"query": asked["query"]})) < 40  # and not once a node


def test_pages_lead_there(networks: FlaskClient, stored: dict[str, NetworkDefinition]) -> None:
    """The list, and the page of each network with its own query."""
    assert f'<a href="{PAGE}">A network of your own</a>' in networks.get("/networks").text
    for name, definition in stored.items():
        page = lxml.html.fromstring(networks.get(f"/networks/{name}").text)
        (change,) = page.xpath("//a[text()='Change the query']/@href")
        assert said_in(change) == sent(definition)
        assert (urlsplit(change).path, urlsplit(change).fragment) == (PAGE, "query")
        assert networks.get(change).status_code == 200


@pytest.mark.parametrize(
    ("asked", "is_shown"),
    [
        ({"query": FRIENDS}, True),
        ({"query": FRIENDS.replace("?source ?target {", "?source ?target (2 AS ?weight) {")}, True),
        ({"query": FRIENDS.replace("?source ?target {", "* {")}, True),
        ({"query": FRIENDS.replace("?source ?target {", "?source {")}, False),
        ({"query": FRIENDS.replace("?source ?target {", "?source ?target ?name {")}, False),
        ({"query": "ASK { ?source ?p ?target }"}, False),
        ({"query": "CONSTRUCT { ?source ?p ?target } { ?source ?p ?target }"}, False),
        ({"query": "SELECT ?source ?target {"}, False),
        ({}, False),
    ],
)
def test_the_editor_leads_to_the_network_of_a_result(
    networks: FlaskClient, asked: dict[str, str], is_shown: bool
) -> None:
    """Where the query is one of a network."""
    page = lxml.html.fromstring(networks.get("/sparql", query_string=asked, headers=BROWSER).text)
    links = page.xpath("//div[@id='answer']//a[text()='Show as a network']/@href")
    assert [(urlsplit(link).path, said_in(link)) for link in links] == ([(PAGE, asked)] if is_shown else [])
    assert all(networks.get(link).status_code == 200 for link in links)


def test_the_editor_leads_only_where_the_same_is_asked(networks: FlaskClient) -> None:
    """A version is; other graphs are not, nor is a query that was too long for an address."""
    version = networks.get("/health").get_json()["version"]
    asked = {"query": FRIENDS, "version": version}
    page = lxml.html.fromstring(networks.get("/sparql", query_string=asked, headers=BROWSER).text)
    assert [said_in(link) for link in page.xpath("//a[text()='Show as a network']/@href")] == [asked]
    graphs = "https://w3id.org/migragraph/graph/networks"
    for name in ("default-graph-uri", "named-graph-uri"):
        page = networks.get("/sparql", query_string={"query": FRIENDS, name: graphs}, headers=BROWSER)
        assert (page.status_code, "Show as a network" in page.text) == (200, False)
    assert "Show as a network" not in networks.post("/sparql", data={"query": FRIENDS}, headers=BROWSER).text


ERRORS = [
    ({"query": "SELECT ?target { ?target a mg:City }"}, 400, "not-a-network", "The query has no variable ?source. Sel"),
    ({"query": "SELECT ?source ?target { ?source mg:x ?target }"}, 400, "not-a-network", "The network 'query' is"),
    ({"query": "SELECT ?source ?target { ?source a mg:City }"}, 400, "not-a-network",
     "The network 'query' is empty: the query finds 4 nodes and no tie. Ask for"),
    ({"query": "ASK { ?source ?p ?target }"}, 400, "not-a-network", "The query is ASK, not SELECT. Select ?source and"),
    ({"query": "CONSTRUCT WHERE { ?s ?p ?o }"}, 400, "not-a-network", "The query is CONSTRUCT, not SELECT. Select"),
    ({"query": "SELECT ?source ?target ?name { ?source a ?target }"}, 400, "not-a-network", "The variable ?name means"),
    ({"query": "SELECT ?source ?target { ?source nope:x ?target }"}, 400, "malformed-query", "The query is not valid"),
    ({"query": "SELECT ?source ?target {\n  ?source ?p"}, 400, "malformed-query",
     "The query is not valid SPARQL at line 2, column 13: it ends too early. Correct the query and send it again."),
    ({"query": "SELECT ?source ?target { ?source mg:size ?target }", "mode": "three"}, 400, "bad-parameter",
     "There is no mode 'three'. Use one or two."),
    ({"query": FRIENDS, "mode": "two", "directed": "yes"}, 400, "bad-parameter", "A two-mode network is not directed."),
    ({"query": FRIENDS, "directed": "<b>"}, 400, "bad-parameter", "Directed is '<b>'. Use yes or no."),
    ({"query": FRIENDS, "version": "<i>"}, 404, "unknown-thing", "'<i>' is not the id of a version, nor the begin"),
    ({"query": ""}, 400, "bad-parameter", "There is no query. Send a SELECT of ?source and ?target as query=; "),
    ({"mode": "two"}, 400, "bad-parameter", "There is no query. Send a SELECT"),
    ({"query": " \r\n "}, 400, "bad-parameter", "There is no query. Send a SELECT"),
    ({"query": FRIENDS, "country": "DE"}, 400, "bad-parameter", "No node of the network has the country 'DE'. There a"),
    ({"query": FRIENDS, "node": "urn:x"}, 404, "unknown-thing", "There is no node 'urn:x' in the network 'query'. Nod"),
    ({"query": FRIENDS, "sort": "x"}, 400, "bad-parameter", "There is no column 'x' to sort by. There are: label,"),
    ({"query": FRIENDS.replace("{", "(-1 AS ?weight) {", 1)}, 400, "not-a-network", "Row 1 of the"),
    ({"query": "SELECT ?source ?target { ?source skos:prefLabel ?target }"}, 400, "not-a-network", "Row 1 of the"),
    ({"query": "DELETE WHERE { ?s ?p ?o }"}, 400, "update-in-place-of-query", "DELETE is SPARQL Update, and queries"),
    ({"query": "SELECT * { SERVICE <urn:x> { ?source ?p ?target } }"}, 403, "forbidden-query", "The query calls"),
    ({"query": "#" + "x" * 5000}, 414, "request-too-large", "The address is longer than this service reads. Send a"),
    ({"query": "SELECT ?source ?target { </textarea><script>alert(1)</script>"}, 400, "malformed-query", "The query"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "status", "code", "said"), ERRORS, ids=[str(error[0])[:50] for error in ERRORS])
def test_what_was_typed_is_not_lost(
    networks: FlaskClient, asked: dict[str, str], status: int, code: str, said: str
) -> None:
    """People see the form again with the error above it, programs problem details; at the picture, the same error."""
    answer = networks.get(PAGE, query_string=asked, headers=BROWSER)
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert answer.headers["Cache-Control"] == "no-store"
    page = lxml.html.fromstring(answer.text)
    assert not page.xpath("//script")
    (alert,) = page.xpath("//*[@role='alert']")
    told = re.sub(r"\s+", " ", alert.text_content()).strip()
    assert told.startswith(said), told
    assert alert.xpath("a/@href") == [f"/errors#{code}"]
    form = form_in(answer.text, "query")
    values = dict(form.form_values())
    assert values["query"] == asked.get("query", "").replace("\r\n", "\n")
    assert values["mode"] == ("two" if asked.get("mode") == "two" else "one")
    assert values.get("directed") == ("yes" if asked.get("directed") == "yes" else None)
    assert values.get("version") == asked.get("version")
    field = form.xpath(".//textarea")[0]
    assert (field.get("aria-invalid"), field.get("aria-describedby"), alert.get("id")) == ("true", "fault", "fault")
    data = networks.get(PAGE, query_string=asked)
    assert (data.status_code, data.mimetype) == (status, "application/problem+json")
    problem = json.loads(data.data)
    assert f"{problem['detail']} {problem['remedy']}".casefold().startswith(said.casefold())
    if not asked.keys() & {"country", "node", "sort"}:
        drawn = networks.get(f"{PAGE}/picture.json", query_string=asked)
        assert (drawn.status_code, json.loads(drawn.data)) == (status, problem)


def test_the_place_of_a_fault_is_shown(networks: FlaskClient) -> None:
    """The line, and a mark below the place: as a form sends it, and where the fault is the missing end."""
    for typed, shown in (
        ("SELECT ?source\r\n?target {\r\n  ?source <b> & }", "  ?source <b> & }\n              ^"),
        ("SELECT ?source ?target {\n", "SELECT ?source ?target {\n" + 24 * " " + "^"),
    ):
        answer = networks.get(PAGE, query_string={"query": typed}, headers=BROWSER)
        (pre,) = lxml.html.fromstring(answer.text).xpath("//*[@role='alert']/pre")
        assert (answer.status_code, pre.text) == (400, shown)


def test_what_the_address_does_not_know_is_refused(networks: FlaskClient) -> None:
    """Before anything is asked, on a page that is that of all errors."""
    for query_string, said in (
        ({"query": FRIENDS, "x": "1"}, "There is no parameter x here."),
        ([("query", FRIENDS), ("query", FRIENDS)], "The parameter query is given 2 times."),
        ({"query": "SELECT \0"}, "The request holds a NUL byte."),
    ):
        answer = networks.get(PAGE, query_string=query_string, headers=BROWSER)  # type: ignore[arg-type]
        assert (answer.status_code, said in answer.text) == (400, True)
    assert networks.post(PAGE, data={"query": FRIENDS}).status_code == 405
    assert networks.get(f"{PAGE}/thumbnail.svg").status_code == 404


def test_names_and_queries_are_text(networks: FlaskClient, stored: dict[str, NetworkDefinition]) -> None:
    """Whatever they hold."""
    query = "# </textarea></details><script>alert('x')</script>\n" + stored["members"].sparql
    answer = networks.get(PAGE, query_string={"query": query, "mode": "two"})
    assert answer.status_code == 200
    assert "<b>of" not in answer.text
    assert "<script>" not in answer.text
    assert dict(form_in(answer.text, "query").form_values())["query"] == query
    assert table(answer.text)[0][0] == SEA


def test_a_query_that_takes_too_long_is_ended(settings: Settings) -> None:
    """The query itself, and what is worked out from its answer; what was typed stays."""
    slow = create_app(replace(settings, query_seconds=0.2)).test_client()
    answer = slow.get(PAGE, query_string={"query": ENDLESS}, headers=BROWSER)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert "The query was not answered within 0.2 seconds, and was ended." in answer.text
    assert dict(form_in(answer.text, "query").form_values())["query"] == ENDLESS
    hasty = create_app(replace(settings, report_seconds=0.05)).test_client()
    answer = hasty.get(PAGE, query_string={"query": FRIENDS}, headers=BROWSER)
    assert answer.status_code == 400
    assert "The picture was not made within 0.05 seconds, and was ended." in answer.text
    assert dict(form_in(answer.text, "query").form_values())["query"] == FRIENDS


def test_a_network_that_is_too_large_is_not_drawn(networks: FlaskClient) -> None:
    """With its size, the bounds, and where it goes without them."""
    values = " ".join(str(i) for i in range(80))
    query = f"""SELECT ?source ?target {{ VALUES ?i {{ {values} }} VALUES ?j {{ {values} }}
        BIND(IRI(CONCAT("urn:a", STR(?i * 80 + ?j))) AS ?source) BIND(<urn:hub> AS ?target) }}"""
    answer = networks.get(PAGE, query_string={"query": query}, headers=BROWSER)
    assert answer.status_code == 400
    assert "6,401 nodes and 6,400 ties, and up to 5,000 and 30,000 are drawn" in answer.text


def test_page_and_picture_are_worked_out_once(settings: Settings) -> None:
    """By version and definition, whether a form or a link sent the query; another definition is another network."""
    app = create_app(settings)
    client = app.test_client()
    lines = FRIENDS.replace("{ VALUES", "{\n VALUES")
    assert client.get(PAGE, query_string={"query": lines}).status_code == 200
    app.extensions["migragraph"].work = None  # nothing can be made from here on
    for query in (lines, lines.replace("\n", "\r\n")):
        for path in (PAGE, f"{PAGE}/picture.json"):
            assert client.get(path, query_string={"query": query}).status_code == 200
    version = client.get("/health").get_json()["version"]
    assert client.get(f"{PAGE}/picture.json", query_string={"query": lines, "version": version}).status_code == 200
    for other in ({"query": lines, "directed": "yes"}, {"query": lines, "mode": "two"}, {"query": lines + " "}):
        assert client.get(f"{PAGE}/picture.json", query_string=other).status_code == 500


def test_a_query_that_changes_is_kept_by_nobody(settings: Settings) -> None:
    """Its picture stands in the page, since at its own address there would be another."""
    app = create_app(settings)
    client = app.test_client()
    query = """SELECT ?source ?target { VALUES ?i { 1 2 3 }
        BIND(IRI(CONCAT("urn:", STR(?i), "-", STRUUID())) AS ?source) BIND(<urn:hub> AS ?target) }"""
    page = client.get(PAGE, query_string={"query": query})
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert "another answer each time" in page.text
    see = lxml.html.fromstring(page.text).get_element_by_id("see")
    assert see.get("data-picture") is None
    drawn = [node["id"] for node in json.loads(see.get("data-drawn"))["nodes"]]
    buttons = lxml.html.fromstring(page.text).xpath("//table[@id='table']//button[@name='node']/@value")
    assert sorted(drawn) == sorted(buttons)
    other = client.get(f"{PAGE}/picture.json", query_string={"query": query})
    assert (other.status_code, other.headers["Cache-Control"]) == (200, "no-store")
    assert len({node["id"] for node in other.get_json()["nodes"]} & set(drawn)) == 1  # the hub
    still = client.get(PAGE, query_string={"query": FRIENDS})
    assert "no-store" not in still.headers["Cache-Control"]
    assert "data-drawn" not in still.text


def test_a_throw_away_instance_shows_what_it_holds_now(tiny_settings: Settings) -> None:
    """Its graph changes without a version, so nothing is held; and there is nothing to start from."""
    app = create_app(tiny_settings, Scratch(tiny_settings, None))
    client = app.test_client()
    assert "Queries to start from" not in client.get(PAGE).text
    asked = {"query": "SELECT ?source ?target { ?source <urn:knows> ?target }"}
    store: Store = app.extensions["migragraph"].current().store
    assert client.get(PAGE, query_string=asked).status_code == 400
    for n, name in enumerate("bcd"):
        store.update(f"INSERT DATA {{ <urn:a> <urn:knows> <urn:{name}> }}")
        assert len(table(client.get(PAGE, query_string=asked).text)) == n + 2
        assert len(client.get(f"{PAGE}/picture.json", query_string=asked).get_json()["nodes"]) == n + 2


@pytest.fixture(scope="module")
def address(networks_home: Path) -> Iterator[str]:
    """A real server; it is patient, as the machine of the tests may be busy."""
    with running(networks_home, queue_seconds=60, query_seconds=120, max_query_bytes=20_000) as server:
        yield server.address


def test_a_real_server_shows_the_same_and_lets_it_be_kept(
    address: str, networks: FlaskClient, stored: dict[str, NetworkDefinition]
) -> None:
    """Page and picture, with a tag; the version that is named is the current one."""
    for path in (PAGE, f"{PAGE}/picture.json"):
        answer = requests.get(address + path, params=sent(stored["members"]), headers=BROWSER, timeout=60)
        expected = networks.get(path, query_string=sent(stored["members"]), headers=BROWSER)
        assert (answer.status_code, answer.content) == (200, expected.data)
        tag = {"If-None-Match": answer.headers["ETag"], **BROWSER}
        assert requests.get(address + path, params=sent(stored["members"]), headers=tag, timeout=60).status_code == 304


def test_an_address_that_is_too_long_is_told(address: str) -> None:
    """With the form and what was typed, up to what the server reads; beyond that in one line."""
    typed = "#" + "x" * 30_000
    answer = requests.get(address + PAGE, params={"query": typed}, headers=BROWSER, timeout=60)
    assert answer.status_code == 414
    assert dict(form_in(answer.text, "query").form_values())["query"] == typed
    answer = requests.get(address + PAGE, params={"query": "#" + "x" * 70_000}, headers=BROWSER, timeout=60)
    assert (answer.status_code, answer.text.partition(":")[0]) == (414, "request-too-large")
