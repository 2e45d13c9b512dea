"""What a page about a thing says, in which order and words, worked out by hand from a small graph; lists to browse."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, parse

from answers import problem
from engines import REMOTE, Engines
from migragraph.config import read_settings
from migragraph.iris import ID, PREFIXES, term
from migragraph.store.versions import Version, publish
from migragraph.things import describe_thing
from migragraph.things.lists import KINDS, Catalogue
from migragraph.things.schemes import concepts_of
from migragraph.things.sections import FOLDED, REPEATING, SECTIONS, place_of
from migragraph.web import create_app

SMALL = Path(__file__).parent / "data" / "small-pages.trig"
CONCEPTS = {"mg:City": 1, "mg:Practice": 2}
#: Thing → section → relation → values, each with for when it holds and the narrower concept that it is about.
PAGES = {
    "city:malmo": {
        "What it does": {"runs": ["Future leaders | undated, before the merger"]},
        "Networks and projects": {"member of": ["The network | as of 2016"], "partner in": ["Route"]},
        "What is there": {"located here": ["Keys"]},
        "Where it is": {"contained in place": ["Sweden"]},
        "Names and codes": {"LAU code": ["SE_1280"]},
        "Single records": {"memberships": ["Malmö in the network | as of 2016"]},
    },
    "theme:work": {
        "At a glance": {"narrower concepts": ["hiring"]},
        "Practices and services": {"on this theme": ["Future leaders", "Keys < hiring"]},
        "Projects": {"on this theme": ["Route"]},
        "Names and codes": {"is in scheme": ["Themes"], "hidden label": ["jobs"]},
    },
    "network:n": {
        "Networks and projects": {"has member (ORG)": ["Malmö | as of 2016"]},
        "Single records": {"named as “organization” by": ["Malmö in the network"]},
    },
    "country:sweden": {"Where it is": {"named as “contained in place” by": ["Malmö"]}},
}


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> Version:
    """A version with a city, its network, project and practices, and two themes."""
    quads = list(parse(SMALL.read_bytes(), RdfFormat.TRIG))
    for name, label in (("org:hasMember", "has member (ORG)"), ("org:organization", "organization")):
        quads.append(Quad(term(name), term("rdfs:label"), Literal(label, language="en")))
    return publish(tmp_path_factory.mktemp("pages") / "var", quads, {"classes": CONCEPTS, "counts": {}})


@pytest.fixture
def client(version: Version) -> FlaskClient:
    """A client of the application on that version."""
    return create_app(replace(read_settings({}), home=version.folder.parents[1])).test_client()


@pytest.mark.parametrize("engine", ["embedded", *REMOTE])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_in_its_sections(version: Version, engines: Engines, engine: str, name: str) -> None:
    """What matters first, in words that read right from both sides, and nothing twice."""
    store = version.open() if engine == "embedded" else engines.open(engine, version)
    thing = describe_thing(store, term(name).value)
    assert thing is not None

    def shown(value: object) -> str:
        text, moment, via = value.value.text, value.moment, value.via  # type: ignore[attr-defined]
        return text + (f" | {moment}" if moment else "") + (f" < {via.text}" if via else "")

    found = {
        section.title: {p.property.text: [shown(value) for value in p.values] for p in section.properties}
        for section in thing.sections
    }
    assert found == PAGES[name]
    assert list(found) == list(PAGES[name])


def test_a_derived_fact_says_its_rule_and_what_it_rests_on(client: FlaskClient) -> None:
    """The membership behind it, its source and date; the link shows the same in the editor."""
    page = client.get("/page/city/malmo").text
    _, _, why = page.partition("This follows by the rule “Members of networks”.")
    assert why.startswith(
        ' It rests on <a href="/page/membership/n-malmo">Malmö in the network</a>, '
        'known from <a href="/page/source/list">The list</a> <span class="muted">(as of 2016)</span>. '
        '<span class="muted">Reason for the rule: no n-ary node is needed.</span>'
    )
    link = why.partition('href="/sparql')[2].partition('"')[0].replace("&amp;", "&")
    answer = client.get("/sparql" + link, headers={"Accept": "text/csv"})
    head, row = (line.split(",") for line in answer.text.split())
    premises = {"one": f"{ID}city/malmo", "all": f"{ID}network/n", "m": f"{ID}membership/n-malmo"}
    assert dict(zip(head, row, strict=True)) == premises


def test_what_is_no_fact_says_why(client: FlaskClient) -> None:
    """A source that denies it is no source that is accepted."""
    _, _, claims = client.get("/page/city/malmo").text.partition("Said, but not counted as fact</h2>")
    denied, _, disputed = claims.partition("LAU code")
    assert "The source says that this is not so." in denied
    assert "accepted" not in denied
    assert "disputed: A slip" in disputed


def test_a_scheme_counts_what_is_about_each_concept(version: Version, client: FlaskClient) -> None:
    """A broader concept counts what is about narrower ones; a concept below itself ends no tree."""
    scheme = NamedNode(PREFIXES["theme"].rstrip("/"))
    rows = [(c.concept.text, c.depth, c.practices, c.projects, c.things) for c in concepts_of(version.open(), scheme)]
    assert rows == [("work", 0, 2, 1, 3), ("hiring", 1, 1, 0, 1)]
    assert '<td class="depth-1"><a href="/page/concept/theme/hiring">hiring</a></td><td class="num">1</td>' in (
        client.get("/page/concept/theme").text
    )
    assert '<a href="/page/concept/theme">Themes</a> <span class="muted">2</span>' in client.get("/list/concept").text


@pytest.mark.parametrize("engine", ["embedded", *REMOTE])
def test_lists_of_things(version: Version, engines: Engines, engine: str) -> None:
    """Name, what it is, and its country: of a practice without a place that of the city that runs it."""
    store = version.open() if engine == "embedded" else engines.open(engine, version)
    catalogue = Catalogue(store)

    def rows(kind: str) -> list[tuple[str, str, list[str]]]:
        listed = catalogue.of(KINDS[kind])
        return [(row.thing.text, row.description, [country.text for country in row.countries]) for row in listed]

    assert rows("city") == [("Malmö", "", ["Sweden"])]
    assert rows("practice") == [("Future leaders", "Leadership programme.", ["Sweden"]), ("Keys", "", [])]
    assert rows("source") == [("The list", "List of members.", [])]  # its part is left to its page
    assert rows("grant") == []


def test_a_long_list_has_pages(tmp_path: Path) -> None:
    """Each name stands on one of them, in the order of the alphabet without accents; other pages are refused."""
    names = [f"{letter}{n:03}" for n in range(125) for letter in "ÉF"]
    store = Store()
    for name in names:
        city = term(f"city:{name.lower()}")
        store.add(Quad(city, term("rdf:type"), term("mg:City")))
        store.add(Quad(city, term("skos:prefLabel"), Literal(name, language="en")))
    home = publish(tmp_path / "var", list(store), {}).folder.parents[1]
    client = create_app(replace(read_settings({}), home=home)).test_client()
    found = []
    for page in ("", "?page=2", "?page=3"):
        text = client.get(f"/list/city{page}").text
        found += [part.partition("</a>")[0].partition(">")[2] for part in text.split('<li><a href="')[1:]]
    assert found == sorted(names)[125:] + sorted(names)[:125]  # É is sorted as E
    assert "201 to 250 of 250, by name." in text
    for bad in ("0", "4", "-1", "x", "1.0", "٣", "9" * 30, ""):
        assert problem(client.get("/list/city", query_string={"page": bad})) == (400, "bad-parameter")
    assert problem(client.get("/list/nothing")) == (404, "unknown-thing")
    assert problem(client.get("/list/city?order=name")) == (400, "bad-parameter")


def test_kinds_lead_to_lists_and_counts_do(client: FlaskClient) -> None:
    """From the page of a thing and from the start page."""
    assert '<a href="/list/network"><span class="kind">' in client.get("/page/network/n").text
    assert '<a href="/list/practice"><strong>2</strong> <span>practices</span></a>' in client.get("/").text


def test_the_table_of_sections_names_what_there_is(declared: set[str]) -> None:
    """Each key once; each property and class is one that the ontology declares."""
    keys = [key for _, text in SECTIONS for key in text.split()]
    assert len(set(keys)) == len(keys)
    named: set[str] = set()
    for key in {*keys, *REPEATING, *FOLDED} - {"*", "^*"}:
        parts = key.removeprefix("^").split(":")
        named |= {f"{parts[-2]}:{parts[-1]}"} | ({":".join(parts[:2])} if parts[0] != "*" else set())
    assert len(named) > 100
    assert named - declared == set()
    assert place_of("schema:nothing") == place_of("*")
    assert place_of("schema:nothing", is_inverse=True, classes=["mg:Project"]) == place_of("^*:mg:Project")
    assert place_of("mg:locatedIn", is_inverse=True) != place_of("mg:locatedIn")


@pytest.fixture(scope="module")
def declared() -> set[str]:
    """All terms that the ontology declares."""
    store = Store()
    folder = Path(__file__).parents[1] / "ontology"
    for path in folder.glob("*.ttl"):
        store.bulk_load(path=str(path), format=RdfFormat.TURTLE)
    short = {iri: prefix for prefix, iri in PREFIXES.items()}
    found = set()
    for quad in store.quads_for_pattern(None, term("rdf:type"), None):
        assert isinstance(quad.subject, NamedNode | BlankNode)
        iri = quad.subject.value
        cut = max(iri.rfind("#"), iri.rfind("/")) + 1
        if iri[:cut] in short:
            found.add(f"{short[iri[:cut]]}:{iri[cut:]}")
    return found
