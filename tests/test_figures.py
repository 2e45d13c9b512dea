"""What figures say on the page of the thing that they are about, in words worked out by hand."""

import re
from dataclasses import replace

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from engines import REMOTE, Engines
from migragraph.config import read_settings
from migragraph.iris import term
from migragraph.store.versions import Version, publish
from migragraph.things.figures import numbers_of
from migragraph.things.page import describe_thing
from migragraph.web import create_app

FIGURE = NamedNode("https://w3id.org/migragraph/id/figure/x")
NAMES = {
    "unit:persons": "persons", "unit:percent": "percent", "unit:year": "year", "unit:factor": "factor",
    "unit:one": "one", "unit:eur": "euro", "qualifier:over": "over", "qualifier:about": "about",
    "qualifier:exactly": "exactly", "qualifier:range": "range", "qualifier:up-to": "up to",
    "basis:planned": "planned or expected", "basis:observed": "observed",
}  # fmt: skip


def stored(said: dict[str, str], of: NamedNode = FIGURE) -> Store:
    """Return a store with what a figure says, and the names of units, qualifiers and kinds of number."""
    quads = [
        Quad(of, term(name), term(value) if value in NAMES else Literal(value), DefaultGraph())
        for name, value in said.items()
    ]
    quads += [
        Quad(term(concept), term("skos:prefLabel"), Literal(name, language="en"), DefaultGraph())
        for concept, name in NAMES.items()
    ]
    store = Store()
    store.extend(quads)
    return store


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"schema:value": "635000", "mg:unit": "unit:persons", "mg:qualifier": "qualifier:over"},
         "over 635,000 persons"),
        ({"schema:value": "1666663.03", "mg:unit": "unit:eur"}, "1,666,663.03 euro"),
        ({"schema:value": "15", "mg:unit": "unit:percent", "mg:qualifier": "qualifier:about",
          "mg:basis": "basis:planned"}, "about 15 %, planned or expected"),
        ({"schema:value": "7", "mg:unit": "unit:one", "mg:qualifier": "qualifier:exactly", "mg:basis": "basis:observed",
          "schema:observationDate": "2019-05"}, "7, 2019-05"),
        ({"schema:value": "2", "mg:unit": "unit:factor"}, "factor 2"),
        ({"schema:value": "1", "mg:unit": "unit:year"}, "1 year"),
        ({"schema:minValue": "18", "schema:maxValue": "23", "mg:unit": "unit:year", "mg:qualifier": "qualifier:range"},
         "18 to 23 years"),
        ({"schema:minValue": "1000"}, "at least 1,000"),
        ({"schema:maxValue": "1000"}, "up to 1,000"),
        ({"schema:maxValue": "1000000", "mg:unit": "unit:eur", "mg:qualifier": "qualifier:up-to"},
         "up to 1,000,000 euro"),
        ({"schema:value": "30", "schema:startDate": "2022", "schema:endDate": "2023"}, "30, 2022 to 2023"),
        ({"schema:value": "0", "schema:startDate": "2013"}, "0, since 2013"),
        ({"schema:value": "-1.50", "schema:endDate": "2013"}, "-1.50, until 2013"),
        ({"schema:value": "1e21"}, "1,000,000,000,000,000,000,000"),
        ({"schema:value": "a <b>few</b>"}, "a <b>few</b>"),
        ({"schema:value": "NaN"}, "NaN"),
        ({"mg:unit": "unit:persons", "mg:qualifier": "qualifier:exactly"}, "no accepted number"),
        ({}, "no accepted number"),
    ],
)  # fmt: skip
def test_a_figure_in_words(said: dict[str, str], words: str) -> None:
    """Whole or broken, a range or open to one side, with and without a unit; text that is no number stays text."""
    assert numbers_of(stored(said), [FIGURE]) == {FIGURE: words}


def test_each_figure_has_its_own_number() -> None:
    """Of several, and none of none; of two values the first in order, so that it is the same each time."""
    other = NamedNode(FIGURE.value + "2")
    store = stored({"schema:value": "20"})
    store.extend(stored({"schema:value": "3"}, other))
    store.add(Quad(FIGURE, term("schema:value"), Literal("10"), DefaultGraph()))
    assert numbers_of(store, [FIGURE, other]) == {FIGURE: "10", other: "3"}
    assert numbers_of(store, []) == {}


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> Version:
    """A version with a city, two figures about it and one that compares another city with it."""
    store = stored({"schema:value": "11180", "mg:unit": "unit:persons", "schema:observationDate": "2019"})
    city = term("city:oslo")
    for figure, label, relation in (
        (FIGURE, "Population <2019>", "mg:figureOf"),
        (NamedNode(FIGURE.value + "2"), "Networks", "mg:figureOf"),
        (NamedNode(FIGURE.value + "3"), "Share of Oslo", "mg:comparedWith"),
    ):
        store.add(Quad(figure, term("rdf:type"), term("mg:Figure"), DefaultGraph()))
        store.add(Quad(figure, term("rdfs:label"), Literal(label), DefaultGraph()))
        store.add(Quad(figure, term(relation), city, DefaultGraph()))
    store.extend(stored({"schema:value": "12.5", "mg:unit": "unit:percent"}, NamedNode(FIGURE.value + "3")))
    store.add(Quad(city, term("rdf:type"), term("mg:City"), DefaultGraph()))
    store.add(Quad(city, term("rdfs:label"), Literal("Oslo"), DefaultGraph()))
    return publish(tmp_path_factory.mktemp("figures") / "var", list(store), {"classes": {}, "counts": {}})


@pytest.mark.parametrize("engine", ["embedded", *REMOTE])
def test_a_page_says_the_numbers_of_a_thing(version: Version, engines: Engines, engine: str) -> None:
    """In the section of numbers, beside the name of each figure; what is no figure has none."""
    store = version.open() if engine == "embedded" else engines.open(engine, version)
    thing = describe_thing(store, term("city:oslo").value)
    assert thing is not None
    found = {
        section.title: [(value.value.text, value.number) for held in section.properties for value in held.values]
        for section in thing.sections
    }
    assert found == {
        "Numbers": [
            ("Networks", "no accepted number"),
            ("Population <2019>", "11,180 persons, 2019"),
            ("Share of Oslo", "12.5 %"),
        ]
    }


def test_the_number_stands_beside_its_name_on_the_page(version: Version) -> None:
    """As text, after the link to the figure, where its sources are."""
    client = create_app(replace(read_settings({}), home=version.folder.parents[1])).test_client()
    page = client.get("/page/city/oslo", headers={"Accept": "text/html"}).text
    assert re.findall(r'<div class="value">(.*?)</div>', page) == [
        '<a href="/page/figure/x2">Networks</a>: <strong>no accepted number</strong>',
        '<a href="/page/figure/x">Population &lt;2019&gt;</a>: <strong>11,180 persons, 2019</strong>',
        '<a href="/page/figure/x3">Share of Oslo</a>: <strong>12.5 %</strong>',
    ]
