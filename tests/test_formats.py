"""Formats: names, media types, and the choice that the Accept header asks for."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migragraph.errors import NotAcceptable
from migragraph.formats import DATASET_FORMATS, GRAPH_FORMATS, HTML, RESULT_FORMATS, by_name, negotiate

FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
SPARQL_WRAPPER = "application/sparql-results+json,application/json,text/javascript,application/javascript"
JAVA = "text/html, image/gif, image/jpeg, *; q=0.2, */*; q=0.2"

RESULTS = [
    (None, "json", "application/sparql-results+json"),
    ("", "json", "application/sparql-results+json"),
    ("  ", "json", "application/sparql-results+json"),
    ("*/*", "json", "application/sparql-results+json"),
    ("application/*", "json", "application/sparql-results+json"),
    ("text/*", "csv", "text/csv"),
    ("text/csv", "csv", "text/csv"),
    ("TEXT/CSV", "csv", "text/csv"),
    ("text/csv;charset=utf-8", "csv", "text/csv"),
    ("text/csv; charset=utf-8; q=0.9, text/tab-separated-values;q=0.8", "csv", "text/csv"),
    ("text/csv;q=0.8, text/tab-separated-values;q=0.9", "tsv", "text/tab-separated-values"),
    ("text/html, application/json", "json", "application/json"),
    ("application/json", "json", "application/json"),
    ("application/xml", "xml", "application/xml"),
    ("text/xml, */*;q=0.1", "xml", "text/xml"),
    ("application/sparql-results+xml;q=0.5, */*;q=0.1", "xml", "application/sparql-results+xml"),
    ("application/sparql-results+json;q=0, */*", "xml", "application/sparql-results+xml"),
    ("application/sparql-results+json;q=0, application/json;q=0, */*", "xml", "application/sparql-results+xml"),
    ("application/*;q=0, */*", "csv", "text/csv"),
    ("application/*;q=0.5, text/csv;q=0.5", "csv", "text/csv"),
    ("text/csv;q=0.0001", "csv", "text/csv"),
    ("image/png, */*;q=0.01", "json", "application/sparql-results+json"),
    ("text/csv;q=high, text/tab-separated-values", "tsv", "text/tab-separated-values"),
    (SPARQL_WRAPPER, "json", "application/sparql-results+json"),
    (FIREFOX, "xml", "application/xml"),
    (JAVA, "json", "application/sparql-results+json"),
    (";;;, text/csv", "csv", "text/csv"),
]
GRAPHS = [
    (None, "ttl", "text/turtle"),
    ("*/*", "ttl", "text/turtle"),
    ("text/turtle, application/rdf+xml;q=0.9", "ttl", "text/turtle"),
    ("application/rdf+xml, text/turtle;q=0.9", "rdf", "application/rdf+xml"),
    ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "jsonld", "application/ld+json"),
    ("application/n-triples", "nt", "application/n-triples"),
    ("application/json", "jsonld", "application/json"),
    ("text/rdf+n3, */*;q=0.2", "n3", "text/rdf+n3"),
]
NOTHING = ["text/html", "image/png", "text/csv;q=0", "*/*;q=0", "csv", "*/json", "application/sparql-results+jso"]


@pytest.mark.parametrize(("accept", "name", "media_type"), RESULTS)
def test_the_result_format_is_the_one_the_client_likes_best(accept: str | None, name: str, media_type: str) -> None:
    """Quality decides, then specificity, then our order; q=0 excludes; the media type is the one asked for."""
    choice = negotiate(accept, RESULT_FORMATS)
    assert (choice.format.name, choice.media_type) == (name, media_type)


@pytest.mark.parametrize(("accept", "name", "media_type"), GRAPHS)
def test_the_graph_format_is_the_one_the_client_likes_best(accept: str | None, name: str, media_type: str) -> None:
    """Profiles are wishes that do not stand in the way."""
    choice = negotiate(accept, GRAPH_FORMATS)
    assert (choice.format.name, choice.media_type) == (name, media_type)


@pytest.mark.parametrize("accept", NOTHING)
def test_what_cannot_be_written_is_refused_with_the_offers(accept: str) -> None:
    """There is no silent default."""
    with pytest.raises(NotAcceptable) as caught:
        negotiate(accept, RESULT_FORMATS)
    assert caught.value.remedy == (
        "Ask for json (application/sparql-results+json), xml (application/sparql-results+xml), csv (text/csv), "
        "tsv (text/tab-separated-values)."
    )


@pytest.mark.parametrize(("accept", "is_page"), [(FIREFOX, True), ("*/*", False), (JAVA, True), ("text/*", False)])
def test_a_browser_gets_the_page_and_a_program_the_data(accept: str, is_page: bool) -> None:
    """A client that names HTML likes it best; one that takes anything gets data."""
    assert (negotiate(accept, (*RESULT_FORMATS, HTML)).format is HTML) == is_page


@given(st.text())
def test_no_header_crashes(accept: str) -> None:
    """Whatever stands in the header, the answer is a format or a refusal."""
    with suppress(NotAcceptable):
        assert negotiate(accept, RESULT_FORMATS).format in RESULT_FORMATS


def test_formats_are_found_by_every_name() -> None:
    """Short names, other names and media types all lead to the format, whatever their case."""
    for offers in (RESULT_FORMATS, GRAPH_FORMATS, DATASET_FORMATS):
        for form in offers:
            assert {by_name(name.upper(), offers) for name in (*form.names, *form.media_types)} == {form}


def test_the_names_of_sparqlwrapper_and_rdflib_are_known() -> None:
    """Both libraries send their own names in a ``format`` parameter."""
    assert [by_name(n, GRAPH_FORMATS).name for n in ("turtle", "n3", "rdf", "rdf+xml", "xml", "json-ld")] == [
        "ttl", "n3", "rdf", "rdf", "rdf", "jsonld",
    ]  # fmt: skip


def test_an_unknown_name_is_refused_with_the_offers() -> None:
    """The remedy names what can be asked for."""
    with pytest.raises(NotAcceptable, match=r"'png' cannot be written here. Ask for nq \(application/n-quads\), trig"):
        by_name("png", DATASET_FORMATS)


def test_extensions_and_media_types_are_those_of_the_engine() -> None:
    """What files are called and how they are sent."""
    assert {form.extension: form.media_types[0] for form in (*RESULT_FORMATS, *GRAPH_FORMATS, *DATASET_FORMATS)} == {
        "srj": "application/sparql-results+json",
        "srx": "application/sparql-results+xml",
        "csv": "text/csv",
        "tsv": "text/tab-separated-values",
        "ttl": "text/turtle",
        "nt": "application/n-triples",
        "jsonld": "application/ld+json",
        "rdf": "application/rdf+xml",
        "n3": "text/n3",
        "nq": "application/n-quads",
        "trig": "application/trig",
    }
