"""Robots and sitemaps: which addresses there are, and which a robot leaves alone."""

from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

import pytest
import requests
from flask.testing import FlaskClient
from lxml import etree
from protego import Protego
from pyoxigraph import NamedNode, Quad

from answers import problem
from migragraph.config import Settings
from migragraph.iris import BASE, term
from migragraph.store.versions import current_version, publish
from migragraph.web import create_app, harvesting


def test_robots_take_pages_and_data_and_leave_what_costs_much(address: str) -> None:
    """As the library of Python and one that knows RFC 9309 read it."""
    text = requests.get(f"{address}/robots.txt", timeout=30).text
    known = Protego.parse(text)
    simple = RobotFileParser(f"{address}/robots.txt")
    simple.read()
    for path in ("/", "/page/city/malmo", "/data/city/malmo.ttl", "/id/city/malmo", "/sparql", "/dumps/dataset.nq",
                 "/.well-known/void", "/sitemap.xml", "/ontology", "/networks", "/networks/membership"):  # fmt: skip
        assert known.can_fetch(address + path, "any")
        assert simple.can_fetch("any", address + path)
    for path in ("/sparql?query=ASK%7B%7D", "/?q=malmo", "/update", "/graph-store?default", "/networks/query/report"):
        assert not known.can_fetch(address + path, "any")
        assert not simple.can_fetch("any", address + path)
    for path in ("/networks/membership?country=SE", "/networks/membership/report", "/networks/membership/report.csv"):
        assert not known.can_fetch(address + path, "any")
    assert list(known.sitemaps) == simple.site_maps() == [f"{address}/sitemap.xml"]


SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
ALWAYS = [
    "",
    "sparql",
    "networks",
    "ontology",
    "shapes",
    "list/concept",
    "list/city",
    "list/region",
    "list/country",
    "list/network",
    "list/project",
    "list/practice",
    "list/service",
    "list/policy",
    "list/organisation",
    "list/scheme",
    "list/event",
    "list/work",
    "list/method",
    "list/position",
    "list/provision",
    "list/challenge",
    "list/figure",
    "list/grant",
    "list/membership",
    "list/participation",
    "list/source",
]
PAGES = [*ALWAYS, "page/city/lodz", "page/city/malmo", "page/city/odd", "page/network/eurocities",
         "page/service/help-desk"]  # fmt: skip


def listed(text: bytes, whole: str = "urlset", each: str = "url") -> list[tuple[str | None, str | None]]:
    """Return address and date of each entry of a sitemap."""
    root = etree.fromstring(text)
    assert root.tag == SITEMAP + whole
    assert {node.tag for node in root} == {SITEMAP + each}
    return [(node.findtext(f"{SITEMAP}loc"), node.findtext(f"{SITEMAP}lastmod")) for node in root]


def test_the_sitemap_lists_every_page(any_client: FlaskClient, tiny_home: Path) -> None:
    """With the date of the version; each is there, but for the ontology, which this version was built without."""
    answer = any_client.get("/sitemap.xml")
    assert answer.mimetype == "application/xml"
    built = current_version(tiny_home).built
    assert listed(answer.data) == [(f"http://localhost/{page}", built) for page in PAGES]
    statuses = {page: any_client.get(f"/{page}", headers={"Accept": "*/*"}).status_code for page in PAGES}
    assert {page for page, status in statuses.items() if status != 200} == {"ontology"}
    assert listed(any_client.get("/sitemap-1.xml").data) == listed(answer.data)
    assert problem(any_client.get("/sitemap-2.xml")) == (404, "unknown-thing")
    assert problem(any_client.get("/sitemap-0.xml")) == (404, "unknown-thing")


def test_too_many_pages_are_listed_in_parts(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """None is lost and none is listed twice, at the limit and beyond."""
    monkeypatch.setattr(harvesting, "_MOST_LISTED", len(PAGES))
    assert len(listed(client.get("/sitemap.xml").data)) == len(PAGES)
    monkeypatch.setattr(harvesting, "_MOST_LISTED", 4)
    parts = [str(part) for part, _ in listed(client.get("/sitemap.xml").data, "sitemapindex", "sitemap")]
    assert parts == [f"http://localhost/sitemap-{n}.xml" for n in range(1, -(-len(PAGES) // 4) + 1)]
    found = [entry for part in parts for entry, _ in listed(client.get(urlsplit(part).path).data)]
    assert found == [f"http://localhost/{page}" for page in PAGES]


def test_addresses_in_a_sitemap_are_those_of_the_public(tiny_settings: Settings) -> None:
    """Behind a proxy, and escaped as XML wants it."""
    publish(tiny_settings.home, [Quad(NamedNode(BASE + "id/city/a&b'c"), term("rdf:type"), term("mg:City"))], {})
    client = create_app(replace(tiny_settings, public_url="https://graph.example.org/")).test_client()
    found = [address for address, _ in listed(client.get("/sitemap.xml").data)]
    assert found == [f"https://graph.example.org/{page}" for page in (*ALWAYS, "page/city/a&b'c")]
    assert "https://graph.example.org/sitemap.xml" in client.get("/robots.txt").text
