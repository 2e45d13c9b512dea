"""Things as linked data: where their IRIs lead, what their pages show, what their data hold."""

import json

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from answers import BROWSER, MALMO, problem
from migragraph.iris import term
from migragraph.things.names import Link, plain_link


@pytest.mark.parametrize(
    ("path", "accept", "location"),
    [
        ("/id/city/malmo", "*/*", "/page/city/malmo"),
        ("/id/city/malmo", BROWSER["Accept"], "/page/city/malmo"),
        ("/id/city/malmo", "text/turtle", "/data/city/malmo.ttl"),
        ("/id/city/malmo", "application/ld+json", "/data/city/malmo.jsonld"),
        ("/source/report", "application/rdf+xml", "/data/source/report.rdf"),
        ("/claim/report/0123456789abcdef", "application/n-triples", "/data/claim/report/0123456789abcdef.nt"),
        ("/concept/claim-status/accepted", "text/html", "/page/concept/claim-status/accepted"),
    ],
)
def test_the_address_of_a_thing_leads_to_page_or_data(
    any_client: FlaskClient, path: str, accept: str, location: str
) -> None:
    """By negotiation; where it leads there is an answer."""
    answer = any_client.get(path, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["Location"]) == (303, location)
    assert any_client.get(location).status_code == 200


def test_data_of_a_thing_holds_its_facts_and_names(any_client: FlaskClient) -> None:
    """As subject and as object, with the names of what they mention, in the format of the extension."""
    path = "/data/network/eurocities.nt"
    found = {quad.triple for quad in parse(any_client.get(path).data, RdfFormat.N_TRIPLES)}
    document = NamedNode("http://localhost" + path)
    assert {(t.subject, t.predicate) for t in found if t.subject != document} == {
        (term("network:eurocities"), term("rdf:type")),
        (term("network:eurocities"), term("skos:prefLabel")),
        (term("network:eurocities"), term("skos:altLabel")),
        (term("city:malmo"), term("org:memberOf")),
        (term("city:malmo"), term("skos:prefLabel")),
        (term("mg:Network"), term("rdfs:label")),
    }
    assert problem(any_client.get("/data/network/eurocities.png")) == (404, "unknown-thing")


def test_a_page_shows_facts_with_their_evidence(any_client: FlaskClient) -> None:
    """The claim with source and place; what is disputed stands apart; derived classes are not repeated."""
    page = any_client.get("/page/city/malmo").text
    facts, _, others = page.partition('id="claims"')
    assert '<a href="/page/network/eurocities">Eurocities</a>' in facts
    assert '<a href="/page/source/report">Report of 2024</a>, characters 10–52: “members”' in facts
    assert "1353" not in facts
    assert "1353" in others
    assert "disputed" in others
    assert '<span class="kind">city</span>' in page
    assert '<span class="kind">territory</span>' not in page


def test_what_is_not_known_is_refused_with_names_that_come_near(any_client: FlaskClient) -> None:
    """Pages, data and addresses of things; hostile paths too."""
    body = json.loads(any_client.get("/page/city/malm").data)
    assert body["remedy"] == f"Did you mean Malmö <{MALMO}>?"
    for path in (
        "/page/city/none",
        "/id/city/none",
        "/data/city/none.ttl",
        "/page/%3Cscript%3E",
        "/page/a%20b",
        "/id/%22",
    ):
        assert problem(any_client.get(path)) == (404, "unknown-thing")


def test_a_claim_is_called_by_what_it_says(any_client: FlaskClient) -> None:
    """A page titled with a hash tells a reader nothing."""
    answer = any_client.get("/page/claim/report/0123456789abcdef")
    assert "<h1>Malmö · member of · Eurocities</h1>" in answer.text


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("P3Y", Link("3 years")),
        ("P1Y6M", Link("1 year 6 months")),
        ("P30D", Link("30 days")),
        *((text, Link(text, note="duration")) for text in ("P", "P2W", "PT3H", "P1YT2H", "-P1Y", "3Y", "P1Y ")),
    ],
)
def test_a_duration_is_shown_in_words(written: str, shown: Link) -> None:
    """Whole years, months and days; another one as it is written."""
    assert plain_link(Literal(written, datatype=term("xsd:duration"))) == shown
    assert plain_link(Literal(written)) == Link(written)
