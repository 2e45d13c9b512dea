"""Rankings and reports by the command line and over HTTP: answers, formats, errors, limits, the page in a browser."""

import csv
import io
import json
import re
import struct
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, urlsplit

import networkx as nx
import pytest
import requests
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

from browsers import CHROMIUM, Opener, blockers, is_within, watched
from memberships import ID, PAIRS, QUERY
from migragraph.cli import main
from migragraph.config import read_settings
from migragraph.errors import NetworkTooLarge, ServiceBusy
from migragraph.exports import EXPORTS, Export
from migragraph.limits.work import WorkProcesses
from migragraph.networks.definitions import find_stored
from migragraph.networks.extraction import extract_network
from migragraph.networks.wanted import Wanted
from migragraph.report.content import Parameters
from migragraph.report.firmness import say_firmness
from migragraph.report.making import make_report
from migragraph.report.ranks import rank_network
from migragraph.report.rendering import render_report
from migragraph.report.task import ReportTask
from migragraph.store.versions import Version
from migragraph.web import create_app
from servers import running, running_scratch
from test_browser import browse

QUICK = Parameters(resamples=10, seed=3)
SENT = "resamples=10&seed=3"


@pytest.fixture(scope="module")
def home(memberships_version: Version) -> Path:
    """Its home."""
    return memberships_version.folder.parents[1]


@pytest.fixture(scope="module")
def service(home: Path) -> FlaskClient:
    """A client without sockets."""
    return create_app(replace(read_settings({}), home=home, max_query_bytes=20_000)).test_client()


def expected(version: Version, name: str = "memberships") -> bytes:
    """The report as it is made here, in JSON."""
    store = version.open()
    network = extract_network(store, find_stored(store, name), version.id, version.built)
    return render_report(make_report(network, resamples=10, seed=3), "json")


def call(home: Path, *arguments: str, given: str | None = None) -> Result:
    """Run a command."""
    return CliRunner().invoke(main, [*arguments, "--home", str(home)], input=given)


def test_rank_lists_the_same_in_all_formats(home: Path, memberships_version: Version) -> None:
    """Text for people, a table, and JSON; ties shared, up to the rank that is asked for."""
    store = memberships_version.open()
    graph = extract_network(store, find_stored(store, "memberships"), memberships_version.id).to_graph()
    lines = rank_network(graph, "degree", top=3)
    found = json.loads(
        call(home, "rank", "memberships", "--measure", "degree", "--top", "3", "--format", "json").stdout
    )
    assert [(f["side"], f["rank"], f["score"], f["id"]) for f in found] == [
        (line.side, line.rank, line.score, line.id) for line in lines
    ]
    degrees = {node: graph.degree[node] for node, data in graph.nodes(data=True) if data["bipartite"] == 0}
    assert {f["id"]: f["rank"] for f in found if f["side"] == "actors"} == {
        node: rank for node, d in degrees.items() if (rank := 1 + sum(o > d for o in degrees.values())) <= 3
    }
    table = call(home, "rank", "memberships", "--measure", "degree", "--top", "3", "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(table, newline="")))
    assert [(r["id"], float(r["score"])) for r in rows] == [(line.id, line.score) for line in lines]
    done = call(home, "rank", "memberships", "--measure", "degree", "--top", "3")
    assert re.findall(r"https://\S+", done.stdout) == [line.id for line in lines]
    firmness = list(
        say_firmness(
            extract_network(
                store, find_stored(store, "memberships"), memberships_version.id, memberships_version.built
            ),
            "degree",
        )
    )
    assert (done.stdout.splitlines()[-2:], done.stderr) == (firmness, "")
    data = call(home, "rank", "memberships", "--measure", "degree", "--format", "csv")
    assert data.stderr.splitlines() == firmness, "data stay data"


def test_rank_takes_the_sampled_measure(home: Path) -> None:
    """With a seed; the same seed gives the same."""
    given = ("rank", "memberships", "--measure", "sampled-betweenness", "--seed", "4", "--format", "json")
    first, second = call(home, *given), call(home, *given)
    assert first.exit_code == 0
    assert json.loads(first.stdout) == json.loads(second.stdout)


def test_report_writes_each_format(home: Path, memberships_version: Version, tmp_path: Path) -> None:
    """The JSON is the report made here, byte for byte."""
    for name in ("html", "json", "csv", "md"):
        file = tmp_path / f"report.{name}"
        done = call(home, "report", "memberships", "--resamples", "10", "--seed", "3", "--format", name, "--output",
                    str(file))  # fmt: skip
        assert done.exit_code == 0, done.output
        assert file.stat().st_size > 1000
    assert (tmp_path / "report.json").read_bytes() == expected(memberships_version)


def test_the_command_in_a_report_repeats_it(home: Path, memberships_version: Version) -> None:
    """What the report says is what makes it again, byte for byte."""
    command = json.loads(expected(memberships_version))["repeat"]["command"].split()
    assert command[0] == "migragraph"
    assert command[command.index("--version") + 1] == memberships_version.id[:12]
    assert call(home, *command[1:]).stdout_bytes == expected(memberships_version)


def test_a_query_of_ones_own_is_reported(home: Path, memberships_version: Version) -> None:
    """From standard input: the same numbers as the stored network of the same query."""
    given = ("report", "--query", "-", "--mode", "two", "--resamples", "10", "--seed", "3", "--format", "json")
    found = json.loads(call(home, *given, given=QUERY).stdout)
    stored = json.loads(expected(memberships_version))
    for part in ("size", "countries", "sources", "rankings", "left_out", "evidence", "backbone", "slices"):
        assert found[part] == stored[part]


COMMANDS = [
    (["rank", "membership"], 3, "memberships"),
    (["rank", "memberships", "--measure", "between"], 3, "betweenness"),
    (["rank", "memberships", "--measure", "communities"], 3, "Rank by a measure of nodes"),
    (["rank", "arrows", "--measure", "projection-degree"], 3, "without projection-"),
    (["rank", "void"], 3, "is empty"),
    (["rank"], 2, "migragraph networks lists the names"),
    (["report", "memberships", "--query", "-"], 2, "migragraph networks lists the names"),
    (["report", "void"], 3, "is empty"),
    (["report", "memberships", "--format", "pdf"], 3, "Ask for html"),
    (["report", "memberships", "--drop", "2"], 3, "above 0 and below 1"),
    (["report", "memberships", "--measure", "eigenvectr"], 3, "eigenvector"),
]


@pytest.mark.parametrize(("arguments", "code", "words"), COMMANDS, ids=lambda value: str(value)[:40])
def test_a_command_says_what_is_wrong(home: Path, arguments: list[str], code: int, words: str) -> None:
    """With the remedy, and the exit code for unusable input."""
    done = call(home, *arguments, given=QUERY)
    assert (done.exit_code, words in done.output) == (code, True), done.output


def test_a_query_without_source_is_refused(home: Path) -> None:
    """By the command, with the remedy."""
    done = call(home, "report", "--query", "-", given="SELECT ?target { ?target a mg:City }")
    assert done.exit_code == 3
    assert "Select ?source and ?target" in done.output


def test_http_gives_the_report_in_each_format(service: FlaskClient, memberships_version: Version) -> None:
    """By suffix, by parameter and by negotiation; JSON is the report made here, byte for byte."""
    base = "/networks/memberships/report"
    whole = expected(memberships_version)
    assert service.get(f"{base}.json?{SENT}").data == whole
    assert service.get(f"{base}?{SENT}&format=json").data == whole
    accepted = service.get(f"{base}?{SENT}", headers={"Accept": "application/json"})
    assert accepted.data == whole
    assert accepted.headers["Vary"] == "Accept"
    kinds = {"csv": "text/csv; charset=utf-8", "md": "text/markdown; charset=utf-8", "json": "application/json"}
    for extension, kind in kinds.items():
        answer = service.get(f"{base}.{extension}?{SENT}")
        assert (answer.status_code, answer.content_type) == (200, kind)
        assert answer.headers["ETag"]
    page = service.get(f"{base}?{SENT}", headers={"Accept": "text/html"})
    assert page.content_type == "text/html; charset=utf-8"
    assert f'href="{base}.csv?resamples=10&amp;seed=3"' in page.text
    assert (
        page.headers.get_all("Link")[0]
        == f'<{base}.json?resamples=10&seed=3>; rel="alternate"; type="application/json"'
    )
    assert 'href="/networks/memberships"' in page.text
    assert 'href="/page/claim/booklet/' in page.text
    assert "<script" not in page.text
    for link in re.findall(r'href="(/networks/memberships/report[^"]*)"', page.text):
        assert service.get(link.replace("&amp;", "&")).status_code == 200


def test_http_reports_a_query_of_ones_own(service: FlaskClient, memberships_version: Version) -> None:
    """The same numbers as the stored network; a query that is another each time is not kept."""
    sent = {"query": QUERY, "mode": "two", "resamples": "10", "seed": "3"}
    answer = service.get("/networks/query/report.json", query_string=sent)
    stored = json.loads(expected(memberships_version))
    for part in ("size", "rankings", "left_out", "evidence", "backbone", "slices"):
        assert answer.json[part] == stored[part]
    assert "no-store" not in answer.headers["Cache-Control"]
    page = service.get("/networks/query/report", query_string=sent | {"format": "html"})
    assert page.status_code == 200
    random = sent | {"query": QUERY + "ORDER BY RAND()"}
    assert service.get("/networks/query/report.md", query_string=random).headers["Cache-Control"] == "no-store"


ERRORS = [
    ("/networks/membership/report", 404, "unknown-thing", "memberships"),
    ("/networks/void/report", 400, "not-a-network", "is empty"),
    ("/networks/memberships/report.pdf", 404, "unknown-thing", ".json, .csv, .md"),
    ("/networks/memberships/report?format=pdf", 406, "not-acceptable", "Ask for html"),
    ("/networks/memberships/report?measure=nothing", 404, "unknown-thing", "betweenness"),
    ("/networks/memberships/report?measure=communities", 400, "not-applicable", "Rank by a measure of nodes"),
    ("/networks/arrows/report?measure=projection-degree", 400, "not-applicable", "without projection-"),
    ("/networks/memberships/report?seed=one", 400, "bad-parameter", "whole number"),
    ("/networks/memberships/report?drop=nan", 400, "bad-parameter", "above 0 and below 1"),
    ("/networks/memberships/report?resamples=99999", 400, "bad-parameter", "2 to 10000"),
    ("/networks/memberships/report?seed=1&seed=2", 400, "bad-parameter", "Give it once"),
    ("/networks/memberships/report?sed=1", 400, "bad-parameter", "Known: measure"),
    ("/networks/memberships/report?query=x", 400, "bad-parameter", "no parameter query"),
    ("/networks/memberships/report?version=x", 404, "unknown-thing", "/health"),
    ("/networks/memberships/report.json?format=csv", 400, "bad-parameter", "no parameter format"),
    ("/networks/query/report", 400, "bad-parameter", "Send a SELECT"),
    ("/networks/query/report?query=SELECT+?target+{?target+a+mg:City}", 400, "not-a-network", "?source and ?target"),
    ("/networks/query/report?query=ASK+{?s+?p+?o}", 400, "not-a-network", "not SELECT"),
    ("/networks/query/report?query=SELECT+?source+?target+{", 400, "malformed-query", "Correct the query"),
    ("/networks/query/report?query=DELETE+WHERE+{?s+?p+?o}", 400, "update-in-place-of-query", "Send"),
    ("/networks/query/report?mode=three&query=SELECT+*+{}", 400, "bad-parameter", "one or two"),
    ("/networks/query/report?mode=two&directed=yes&query=SELECT+*+{}", 400, "bad-parameter", "not directed"),
    ("/networks/query/report?directed=maybe&query=SELECT+*+{}", 400, "bad-parameter", "yes or no"),
    ("/networks/query/export.gexf", 400, "bad-parameter", "Send a SELECT"),
    ("/networks/query/export.xls?query=SELECT+*+{}", 404, "unknown-thing", "There are: gexf, graphml"),
    ("/networks/query/export.gexf?query=ASK+{?s+?p+?o}", 400, "not-a-network", "not SELECT"),
    ("/networks/query/export.gexf?query=SELECT+?source+?target+{", 400, "malformed-query", "Correct the query"),
    ("/networks/query/export.gexf?query=SELECT+?target+{?target+a+mg:City}", 400, "not-a-network", "Select ?source"),
    ("/networks/query/export.gexf?query=SELECT+?source+?target+{?source+mg:x+?target}", 400, "not-a-network", "empty"),
    ("/networks/query/export.gexf?mode=three&query=SELECT+*+{}", 400, "bad-parameter", "one or two"),
    ("/networks/query/export.gexf?query=SELECT+*+{}&version=x", 404, "unknown-thing", "/health"),
    ("/networks/query/export.gexf?query=SELECT+*+{}&resamples=5", 400, "bad-parameter", "Known: query, mode"),
]  # fmt: skip


@pytest.mark.parametrize(("address", "status", "code", "words"), ERRORS, ids=[error[0] for error in ERRORS])
def test_http_says_what_is_wrong(service: FlaskClient, address: str, status: int, code: str, words: str) -> None:
    """As problem details, with the remedy."""
    path, _, sent = address.partition("?")
    asked = {"Accept": "application/problem+json, */*;q=0.5"}
    answer = service.get(path, query_string=quote(sent, safe="=&+"), headers=asked)
    assert answer.status_code == status, answer.text
    assert answer.json["type"].endswith(f"#{code}")
    assert words in answer.json["detail"] + " " + answer.json["remedy"]


def test_a_query_that_is_too_long_is_refused(service: FlaskClient) -> None:
    """As at /sparql."""
    for address in ("/networks/query/report", "/networks/query/export.gexf"):
        assert service.get(address, query_string={"query": "#" * 30_000}).status_code == 414


def test_a_network_of_a_query_that_is_too_large_is_refused(service: FlaskClient) -> None:
    """With its size and the bounds, and where it goes without them."""
    values = " ".join(str(i) for i in range(80))
    query = f"""SELECT ?source ?target {{ VALUES ?i {{ {values} }} VALUES ?j {{ {values} }}
        BIND(IRI(CONCAT("urn:a", STR(?i * 80 + ?j))) AS ?source) BIND(<urn:hub> AS ?target) }}"""
    answer = service.get("/networks/query/export.gexf", query_string={"query": query})
    assert answer.status_code == 400
    assert answer.json["detail"] == (
        "the network 'query' has 6,401 nodes and 6,400 ties, and up to 5,000 and 30,000 are drawn."
    )
    assert "migragraph export" in answer.json["remedy"]


def task(version: Version, **given: object) -> ReportTask:
    """A report on the memberships."""
    definition = find_stored(version.open(), "memberships")
    wanted = Wanted(definition, version.id, version.built)
    return ReportTask(str(version.folder / "store"), wanted, replace(QUICK, **given))  # type: ignore[arg-type]


def test_a_report_is_ended_at_the_deadline(memberships_version: Version) -> None:
    """And its place is free again."""
    quick = WorkProcesses(processes=1, seconds=0.05, queue_seconds=0.01, memory_mib=1024)
    for _ in range(2):
        with pytest.raises(NetworkTooLarge, match=r"within 0\.05 seconds"):
            quick.make(task(memberships_version))


def test_what_nobody_waits_for_has_ten_times_as_long(memberships_version: Version) -> None:
    """All else on the machine goes before it; it has a deadline all the same."""
    quick = WorkProcesses(processes=1, seconds=0.02, queue_seconds=0.01, memory_mib=1024)
    with pytest.raises(NetworkTooLarge, match=r"within 0\.2 seconds"):
        quick.make(task(memberships_version), in_background=True)


def test_a_report_may_not_take_more_memory_than_it_has(memberships_version: Version) -> None:
    """The process is ended or gives up; either way the error says so: here at 100,000 ties of a query of one's own."""
    small = WorkProcesses(processes=1, seconds=60, queue_seconds=1, memory_mib=20)
    rows = [{end: {"type": "uri", "value": f"urn:{end}:{n}"} for end in ("source", "target")} for n in range(100_000)]
    answer = json.dumps({"head": {"vars": ["source", "target"]}, "results": {"bindings": rows}}).encode()
    asked = task(memberships_version)
    with pytest.raises(NetworkTooLarge, match="20 MiB"):
        small.make(replace(asked, wanted=replace(asked.wanted, answer=answer)))


def test_what_the_engine_reserves_is_not_counted(memberships_version: Version) -> None:
    """A small report does with a fraction of the address space that the threads of an open store hold."""
    small = WorkProcesses(processes=1, seconds=60, queue_seconds=1, memory_mib=100)
    assert small.make(task(memberships_version)).rankings


def test_more_reports_than_places_are_refused(memberships_version: Version) -> None:
    """Without a place in time: the service is busy."""
    none = WorkProcesses(processes=1, seconds=60, queue_seconds=0.01, memory_mib=1024)
    none._places.acquire()
    with pytest.raises(ServiceBusy, match="1 reports"):
        none.make(task(memberships_version))


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    """A real server; it is patient, as the machine of the tests may be busy."""
    with running(home, queue_seconds=60, query_seconds=120) as server:
        yield server.address


def hits(address: str) -> int:
    """Return how many answers a service has given from its cache."""
    counts = requests.get(f"{address}/metrics", timeout=10).text
    counted = re.search(r'^migragraph_cache_total\{result="hit"\} (\d+)', counts, re.MULTILINE)
    return int(counted[1]) if counted else 0


def test_a_repeated_report_comes_from_the_cache(address: str) -> None:
    """The counts of the service say so, and it is given without making it."""
    url = f"{address}/networks/memberships/report.json?{SENT}"
    first = requests.get(url, timeout=60)
    before = hits(address)
    began = time.monotonic()
    second = requests.get(url, timeout=60)
    took = time.monotonic() - began
    assert first.content == second.content
    assert hits(address) == before + 1
    assert requests.get(url, headers={"If-None-Match": first.headers["ETag"]}, timeout=10).status_code == 304
    print(f"from the cache in {1000 * took:.1f} ms")  # noqa: T201 (the figure, for who reads the log)


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: str(export.name))
def test_a_query_of_ones_own_is_exported(address: str, home: Path, tmp_path: Path, export: Export) -> None:
    """In every format, by a real server: the bytes that the command line writes for the same query."""
    sent = {"query": QUERY, "mode": "two"}
    answer = requests.get(f"{address}/networks/query/export.{export.name}", params=sent, timeout=60)
    assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (200, export.form.media_types[0])
    assert f'filename="query.{export.name}"' in answer.headers["Content-Disposition"]
    file = tmp_path / f"own.{export.name}"
    done = call(home, "export", "--query", "-", "--mode", "two", "--output", str(file), given=QUERY)
    assert (done.exit_code, done.output) == (0, "")
    assert file.read_bytes() == answer.content


def test_an_exported_query_holds_what_was_asked(address: str, memberships_version: Version) -> None:
    """Read back by networkx: every node and tie with its dates and claims, worked out from the table of memberships."""
    sent = {"query": QUERY, "mode": "two"}
    answer = requests.get(f"{address}/networks/query/export.json", params=sent, timeout=60)
    graph = nx.node_link_graph(answer.json(), edges="links" if "links" in answer.json() else "edges")
    cities = {a: f"{ID}city/{'malmo' if a == 0 else 'odd' if a == 1 else f'c{a}'}" for a in range(14)}
    assert {node for node, side in graph.nodes(data="bipartite") if side == 0} == set(cities.values())
    assert {node for node, side in graph.nodes(data="bipartite") if side == 1} == {
        f"{ID}network/g{g}" for g in range(6)
    }
    ties = {frozenset((cities[a], f"{ID}network/g{g}")): (a, g) for a, g in PAIRS}
    assert {frozenset(edge) for edge in graph.edges} == set(ties)
    for one, other, data in graph.edges(data=True):
        a, g = ties[frozenset((one, other))]
        keys = {0: ["booklet"], 1: ["booklet"], 2: ["register"], 3: ["register"]}.get(g, ["register", "web"])
        assert sorted(data["sources"]) == keys
        assert len(data["evidence"]) == 2
        assert data.get("start") == (str(2000 + (a + g) % 5) if g % 2 else None)
        assert data.get("end") == (str(2010 + a % 2) if (a + g) % 4 == 1 else None)
    assert {node: graph.nodes[node]["degree"] for node in graph} == dict(graph.degree)
    facts = graph.graph
    assert (facts["version"], facts["version_date"], facts["query"]) == (
        memberships_version.id,
        memberships_version.built,
        QUERY,
    )


def test_a_query_that_changes_is_exported_anew(address: str) -> None:
    """What is random is kept by nobody; what is not is answered again with 304."""
    sent = {"query": QUERY, "mode": "two"}
    url = f"{address}/networks/query/export.nodes.csv"
    first = requests.get(url, params=sent, timeout=60)
    again = requests.get(url, params=sent, headers={"If-None-Match": first.headers["ETag"]}, timeout=60)
    assert again.status_code == 304
    random = requests.get(url, params=sent | {"query": QUERY + "ORDER BY RAND()"}, timeout=60)
    assert (random.status_code, random.headers["Cache-Control"]) == (200, "no-store")
    assert random.content == first.content


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize("size", [(390, 844), (1280, 900)])
def test_the_page_is_drawn(address: str, tmp_path: Path, size: tuple[int, int]) -> None:
    """Its heading, sentences and charts are in the browser's own view, and the picture is not blank."""
    page = f"{address}/networks/memberships/report?{SENT}"
    dom = browse("--dump-dom", page)
    assert dom.count('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360') == 2
    assert 'id="cautions">How far this can be trusted</h2>' in dom
    picture = tmp_path / "page.png"
    browse(f"--window-size={size[0]},{size[1]}", f"--screenshot={picture}", page)
    data = picture.read_bytes()
    assert struct.unpack(">II", data[16:24]) == size
    assert len(data) > 20_000


def test_a_throw_away_instance_reports_what_it_holds() -> None:
    """Its store is in memory, so the report is made in place."""
    with running_scratch("secret") as address:
        sent = {"query": QUERY, "mode": "two", "resamples": "10"}
        answer = requests.get(f"{address}/networks/query/report.json", params=sent, timeout=60)
        assert answer.status_code == 200
        assert answer.json()["size"]["actors"] == 14
        sent = {"query": QUERY, "mode": "two"}
        file = requests.get(f"{address}/networks/query/export.nodes.csv", params=sent, timeout=60)
        assert file.text.count("\n") == 1 + 14 + 6


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Opener]:
    """Return a function that opens a page in a fresh window; what must never happen is looked for."""
    with watched(browser, address) as opened:
        yield opened


REPORTS = [
    "/networks/memberships/report",
    "/networks/arrows/report",
    "/networks/query/report?mode=two&query=" + quote(QUERY),
]


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1280)])
@pytest.mark.parametrize("path", REPORTS, ids=lambda path: str(path)[:30])
def test_the_page_has_no_serious_barrier(visit: Opener, path: str, scheme: str, width: int) -> None:
    """By the rules of axe-core, with all that folds out open; nothing is wider than the window."""
    page = visit(f"{path}{'&' if '?' in path else '?'}{SENT}", color_scheme=scheme, size=(width, 844))
    assert is_within(page)
    page.evaluate("document.querySelectorAll('details').forEach(found => { found.open = true; })")
    assert page.locator("details[open]").count() > 4
    assert blockers(page) == []
    assert is_within(page)


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_the_page_is_used_by_keys_alone(visit: Opener) -> None:
    """Tab leads past the menu to a section, over a wide table that arrows move, and to the claims behind a rank."""
    page = visit(f"/networks/memberships/report?{SENT}", size=(390, 844))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    walked = []
    while not walked or walked[-1] != "Ranks":
        assert len(walked) < 12, walked
        page.keyboard.press("Tab")
        walked.append(page.evaluate("document.activeElement.textContent"))
    assert walked == ["The network", "JSON", "CSV", "Markdown", "In short", "How far this can be trusted",
                      "What was analysed", "Ranks"]  # fmt: skip
    page.keyboard.press("Enter")
    assert urlsplit(page.url).fragment == "ranks"
    page.keyboard.press("Tab")
    table = page.get_by_role("region", name="Betweenness: actors", exact=True)
    expect(table).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    expect(table).not_to_have_js_property("scrollLeft", 0)
    proof = page.locator("details.proof").first
    while not proof.locator("summary").evaluate("found => found === document.activeElement"):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement !== document.body"), "the end of the page came first"
    page.keyboard.press("Enter")
    expect(proof).to_have_attribute("open", "")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    claim = page.evaluate("document.activeElement.getAttribute('href')")
    assert re.fullmatch(r"/page/claim/(?:booklet|register)/\d+-\d+-(?:who|where)", claim)
    seen = page.evaluate("""() => {
      const style = getComputedStyle(document.activeElement);
      return document.activeElement.matches(':focus-visible') && parseFloat(style.outlineWidth) >= 2;
    }""")
    assert seen, "a reader cannot see where the keyboard is"
