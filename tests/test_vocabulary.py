"""The ontology and the shapes, as pages for readers and as data for programs."""

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from pyoxigraph import BlankNode, RdfFormat, Triple, parse

from engines import REMOTE, Engines
from migragraph.build import build_version
from migragraph.config import Settings, read_settings
from migragraph.sources.rdf_files import read_rdf_file
from migragraph.store.versions import current_version
from migragraph.web import create_app
from projects import ROOT, copy_small_project


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings that serve a version with the real ontology and shapes."""
    folder = tmp_path_factory.mktemp("vocabulary")
    found = read_settings({}, project=copy_small_project(folder / "project"), home=folder / "var")
    build_version(found, check=False)
    return found


@pytest.fixture(scope="module", params=("embedded", *REMOTE))
def built(request: pytest.FixtureRequest, settings: Settings, engines: Engines) -> FlaskClient:
    """The application on that version, in each engine."""
    if request.param != "embedded":
        engines.load(request.param, current_version(settings.home))
        settings = replace(settings, **engines.settings(request.param))
    return create_app(settings).test_client()


def named(triples: set[Triple]) -> set[Triple]:
    """Leave out what says something of the nodes of lists."""
    return {t for t in triples if not any(isinstance(n, BlankNode) for n in (t.subject, t.object))}


@pytest.mark.parametrize(("path", "folder"), [("/ontology", "ontology"), ("/shapes", "shapes")])
def test_data_hold_what_the_files_say(built: FlaskClient, path: str, folder: str) -> None:
    """Turtle by negotiation: every statement of every file."""
    answer = built.get(path, headers={"Accept": "text/turtle"})
    assert (answer.status_code, answer.mimetype) == (200, "text/turtle")
    assert "Accept" in answer.headers["Vary"]
    found = {q.triple for q in parse(answer.data, RdfFormat.TURTLE)}
    files = list((ROOT / folder).rglob("*.ttl"))
    said = {t for p in files for t in read_rdf_file(p).triples}
    assert named(found) == named(said)
    assert len(found) == len(said)


def test_every_term_is_documented(built: FlaskClient) -> None:
    """The page names each class and property of ours with its definition, and asks no other host for anything."""
    answer = built.get("/ontology", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    ontology = read_rdf_file(ROOT / "ontology" / "migragraph.ttl").triples
    terms = {t.subject.value for t in ontology if "ontology#" in t.subject.value}  # type: ignore[union-attr]
    assert [t for t in sorted(terms) if t not in answer.text] == []
    assert re.findall(r"<(?:script|link|img)[^>]+(?:src|href)=\"(?:https?:)?//[^\"]+", answer.text) == []
    assert "script-src" not in answer.headers["Content-Security-Policy"]


def test_every_shape_is_listed_with_its_remedy(built: FlaskClient) -> None:
    """Readers see what the checks will say."""
    answer = built.get("/shapes", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert "The amount has no currency. State schema:currency beside schema:amount." in answer.text
    shapes = {t.subject.value.partition("#")[2] for p in (ROOT / "shapes").glob("*.ttl")
              for t in read_rdf_file(p).triples if t.predicate.value.endswith("#message")}  # type: ignore[union-attr]  # fmt: skip
    assert set(re.findall(r'<dt id="([^"]+)"', answer.text)) == shapes


def test_a_version_without_documentation_says_so(client: FlaskClient) -> None:
    """404 with the remedy; the data are there all the same."""
    answer = client.get("/ontology", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "format=ttl" in answer.text
    assert client.get("/ontology?format=ttl").status_code == 200


def test_unchanged_vocabulary_is_not_sent_again(built: FlaskClient) -> None:
    """ETag and 304."""
    first = built.get("/ontology?format=nt")
    again = built.get("/ontology?format=nt", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert built.get("/ontology?format=ttl").headers["ETag"] != first.headers["ETag"]


def test_an_unknown_format_is_refused(built: FlaskClient) -> None:
    """406 lists what there is."""
    assert built.get("/ontology?format=pdf").status_code == 406
    assert built.get("/shapes", headers={"Accept": "image/png"}).status_code == 406
