"""The editor as people use it: a real Chromium types, clicks and reads.

Each test also fails on a script error, a breach of the content security policy, and a request to any other host.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from browsers import CHROMIUM, NO_ANSWER, Opener, blockers, watched
from migragraph.documentation import document_ontology
from migragraph.iris import PREFIXES

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")

NAMES = "SELECT ?city ?name { ?city a mg:City ; skos:prefLabel ?name } ORDER BY ?city"
ODD = 'A "quoted" name in two lines, with a comma'
NUMBERS = "SELECT * { VALUES (?network ?members) { ('Alpha' 40) ('Beta' 10) ('Gamma' 20) ('Delta' UNDEF) } }"
YEARS = "SELECT * { VALUES (?year ?members) { ('2019' 1) ('2021' 3) ('2020' 2) } }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o . ?p ?q ?r }"


def settle(page: Page) -> None:
    """Wait for the editor, where the page has one."""
    if urlsplit(page.url).path == "/sparql":
        expect(page.locator(".CodeMirror")).to_be_visible()
        page.wait_for_load_state("networkidle")


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Opener]:
    """Return a function that opens a page of the service in a fresh window; what must never happen is looked for."""
    with watched(browser, address, wait=settle, known=(NO_ANSWER,)) as open_page:
        yield open_page


def address_of(query: str) -> str:
    """Return the address that shows the answer to a query."""
    return "/sparql?query=" + quote(query)


def write(page: Page, query: str) -> None:
    """Replace what is in the editor, by the keyboard; a list of suggestions that opens is closed."""
    page.locator(".CodeMirror").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(query)
    page.keyboard.press("Escape")


def text_in(page: Page) -> str:
    """Return what is in the editor, which the field of the form holds too."""
    return page.locator("#query").evaluate("field => field.value")


def rows(page: Page) -> list[list[str]]:
    """Return the rows of the table that are shown, without language tags."""
    return [
        [re.sub(r"\s+", " ", re.sub(r"\s+en$", "", cell)).strip() for cell in row.locator("td").all_inner_texts()]
        for row in page.locator("#answer tbody tr:visible").all()
    ]


def suggestions(page: Page) -> list[list[str]]:
    """Return the list that is offered: what would be written, and what is said of it."""
    expect(page.locator(".CodeMirror-hint").first).to_be_visible()
    return [text.split("\n") for text in page.locator(".CodeMirror-hint").all_inner_texts()]


CITIES = [["city:lodz", "Łódź"], ["city:malmo", "Malmö"], ["city:odd", ODD]]


def test_a_query_is_run_and_its_link_shows_the_same(visit: Opener) -> None:
    """By the keyboard alone; the address holds the query with its prefixes, and works without scripts too."""
    page = visit("/sparql")
    page.get_by_text("Query", exact=True).click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(NAMES)
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Run")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".said")).to_have_text("3 rows")
    assert rows(page) == CITIES
    declared = f"PREFIX mg: <{PREFIXES['mg']}>\nPREFIX skos: <{PREFIXES['skos']}>\n"
    assert parse_qs(urlsplit(page.url).query) == {"query": [declared + NAMES]}
    for scripts in (True, False):
        again = visit(page.url, java_script_enabled=scripts)
        assert rows(again) == CITIES
        assert text_in(again) == declared + NAMES
    assert [link.get_attribute("href") for link in page.locator(".downloads a").all()] == [
        f"/sparql?query={quote_plus(declared + NAMES)}&format={form}" for form in ("json", "xml", "csv", "tsv")
    ]


def quote_plus(text: str) -> str:
    """Escape as the links of the service do, which leave a few signs as they are."""
    return quote(text, safe="?:/*;").replace("%20", "+")


def test_ctrl_enter_runs_and_the_way_back_leads_to_the_query_before(visit: Opener) -> None:
    """Queries are steps of the browser's history."""
    page = visit("/sparql")
    for query, said in (("ASK { city:malmo a mg:City }", "Yes"), ("ASK { city:malmo a mg:Network }", "No")):
        write(page, query)
        page.keyboard.press("Control+Enter")
        expect(page.locator("#result")).to_have_text(said)
    page.go_back()
    expect(page.locator("#result")).to_have_text("Yes")
    assert text_in(page).endswith("ASK { city:malmo a mg:City }")
    page.go_forward()
    expect(page.locator("#result")).to_have_text("No")
    page.locator("body").evaluate("() => { location.hash = 'content' }")
    expect(page.locator("#result")).to_have_text("No")


def test_classes_properties_and_things_are_completed(visit: Opener) -> None:
    """With names and counts of the graph; prefixes that are missing are declared."""
    page = visit("/sparql")
    write(page, "")
    page.keyboard.type("SELECT * { ?s a mg:")
    assert suggestions(page) == [
        ["mg:City", "city, 3 ×"], ["mg:Network", "network, 1 ×"], ["mg:Service", "service, 1 ×"],
        ["mg:Territory", "territory, 1 ×"],
    ]  # fmt: skip
    page.keyboard.type("ci")
    expect(page.locator(".CodeMirror-hint")).to_have_count(1)
    page.keyboard.press("Enter")
    page.keyboard.type(" ; org:")
    assert suggestions(page) == [["org:memberOf", "member of, 1 ×"]]
    page.keyboard.press("Enter")
    page.keyboard.type(" network:euro")
    assert suggestions(page) == [["network:eurocities", "Eurocities, network"]]
    expect(page.get_by_role("listbox", name="Suggestions")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.type(" }")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".said")).to_have_text("1 row")
    assert rows(page) == [["city:malmo"]]
    head, body = text_in(page).rsplit("\n", 1)
    assert body == "SELECT * { ?s a mg:City ; org:memberOf network:eurocities }"
    assert sorted(head.split("\n")) == [f"PREFIX {p}: <{PREFIXES[p]}>" for p in ("mg", "network", "org")]


def test_a_plain_word_is_completed_when_asked_for(visit: Opener) -> None:
    """Ctrl+Space finds a class by its name, and a thing by another spelling of its own."""
    page = visit("/sparql")
    write(page, "")
    page.keyboard.type("SELECT * { ?s a terr")
    assert suggestions(page) == [["mg:Territory", "territory, 1 ×"]]
    page.keyboard.press("Enter")
    page.keyboard.type(" . ?s org:memberOf Eurocit")
    expect(page.locator(".CodeMirror-hint")).to_have_count(0)
    page.keyboard.press("Control+Space")
    assert suggestions(page) == [["network:eurocities", "Eurocities, network"]]
    page.keyboard.press("Enter")
    assert text_in(page).endswith("?s a mg:Territory . ?s org:memberOf network:eurocities")


def test_prefixes_are_ours_and_declared_once(visit: Opener) -> None:
    """Offered after PREFIX; one that a query declares itself, or takes back by undo, is left alone."""
    page = visit("/sparql")
    write(page, "")
    page.keyboard.type("PREFIX sk")
    assert suggestions(page) == [[f"skos: <{PREFIXES['skos']}>"]]
    page.keyboard.press("Enter")
    assert text_in(page) == f"PREFIX skos: <{PREFIXES['skos']}>"
    own = "PREFIX mg: <http://other.example/>\nASK { ?s a mg:City ; <http://x/mg:y> 'mg:z' # org:no\n}\nLIMIT 1"
    write(page, own)
    assert text_in(page) == own
    write(page, "ASK { ?s a mg:City }")
    assert text_in(page) == f"PREFIX mg: <{PREFIXES['mg']}>\nASK {{ ?s a mg:City }}"
    page.keyboard.press("Control+z")
    assert text_in(page) != f"PREFIX mg: <{PREFIXES['mg']}>\nASK {{ ?s a mg:City }}"


def test_a_question_is_found_and_run(visit: Opener) -> None:
    """The library stands beside the editor; a word finds a question, a click puts it into the editor and runs it."""
    page = visit("/sparql")
    page.get_by_label("Find a question").fill("zebra")
    expect(page.locator(".ask-questions .none")).to_have_text("0 questions found")
    page.get_by_label("Find a question").fill("EUROCITIES which")
    expect(page.locator(".ask-questions .none")).to_have_text("1 question found")
    page.get_by_role("link", name="Members of a network").click()
    expect(page.locator(".said")).to_have_text("1 row")
    assert rows(page) == [["city:malmo"]]
    assert text_in(page).endswith("SELECT ?city { ?city org:memberOf network:eurocities }")


def test_numbers_are_drawn_as_bars(visit: Opener) -> None:
    """As long as the numbers say, each with its name; a row without a number is left out; a link opens the chart."""
    page = visit("/sparql")
    write(page, NUMBERS)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".said")).to_have_text("4 rows")
    expect(page.locator("#chart svg")).not_to_be_visible()
    page.locator("#chart summary").click()
    bars = page.locator("#chart .bar")
    box = page.locator("#chart").bounding_box()
    assert box is not None
    assert box["width"] > 800  # in a window of 1280, so that names are not cut
    expect(bars).to_have_count(3)
    assert [bar.text_content() for bar in bars.all()] == ["Alpha: 40", "Beta: 10", "Gamma: 20"]
    widths = [float(bar.get_attribute("width") or 0) for bar in bars.all()]
    assert [round(width / widths[1], 6) for width in widths] == [4, 1, 2]
    picture = page.get_by_role("img", name="members by network")
    assert "Highest: Alpha, 40. Lowest: Beta, 10." in (picture.text_content() or "")
    assert page.url.endswith("#chart")
    again = visit(page.url)
    expect(again.locator("#chart .bar")).to_have_count(3)


def test_numbers_over_years_are_drawn_as_a_line(visit: Opener) -> None:
    """In the order of time, whatever the order of the rows; the reader may choose bars."""
    page = visit(address_of(YEARS) + "#chart")
    expect(page.get_by_label("Shape")).to_have_value("line")
    points = page.locator("#chart .point")
    assert [point.text_content() for point in points.all()] == ["2019: 1", "2020: 2", "2021: 3"]
    x, y = ([float(point.get_attribute(name) or 0) for point in points.all()] for name in ("cx", "cy"))
    assert abs((x[2] - x[1]) / (x[1] - x[0]) - 366 / 365) < 1e-6  # 2020 is a leap year
    assert y[0] - y[1] == pytest.approx(y[1] - y[2])
    page.get_by_label("Shape").select_option("Bars")
    expect(page.locator("#chart .bar")).to_have_count(3)


def test_a_table_without_a_number_has_no_chart(visit: Opener) -> None:
    """Nor has one with a number alone."""
    for query in (NAMES, "SELECT * { VALUES ?n { 1 2 } }"):
        page = visit(address_of(query))
        expect(page.locator("th .sort").first).to_be_visible()
        assert page.locator("#chart").count() == 0


def test_rows_are_sorted_and_filtered(visit: Opener) -> None:
    """Numbers as numbers, text by letters, rows without a value last; the state is told to assistive technology."""
    values = " ".join(f"('n{n}' {n})" for n in (2, 10, 1, 30, 4, 5, 6, 7, 8, 9, 3))
    page = visit(address_of(f"SELECT ?name ?n {{ VALUES (?name ?n) {{ {values} ('none' UNDEF) }} }}"))
    page.get_by_role("button", name="n", exact=True).click()
    assert [row[1] for row in rows(page)] == [*"123456789", "10", "30", "–"]
    page.get_by_role("button", name="n", exact=True).click()
    assert [row[1] for row in rows(page)] == ["30", "10", *"987654321", "–"]
    assert page.locator("th").nth(1).get_attribute("aria-sort") == "descending"
    page.get_by_role("button", name="name").click()
    assert [row[0] for row in rows(page)][:3] == ["n1", "n2", "n3"]
    assert page.locator("th").nth(1).get_attribute("aria-sort") is None
    page.get_by_label("Filter the rows shown").fill("N1")
    assert [row[0] for row in rows(page)] == ["n1", "n10"]
    expect(page.locator(".said")).to_have_text("2 of 12 rows shown")


@pytest.mark.parametrize("is_typed", [True, False])
def test_a_fault_is_told_and_marked(visit: Opener, is_typed: bool) -> None:
    """In words, with the line marked and the cursor there; the mark goes with the next change."""
    query = "SELECT *\nWHERE { ?s ?p '𝄞' & }\nLIMIT 3"  # the character before the fault is two units of UTF-16
    page = visit("/sparql" if is_typed else address_of(query))
    if is_typed:
        write(page, query)
        page.keyboard.press("Control+Enter")
    fault = page.get_by_role("alert")
    expect(fault).to_contain_text("The query is not valid SPARQL at line 2, column 19: '&' is not expected here.")
    expect(fault).to_contain_text("Correct the query and send it again.")
    expect(page.locator(".fault-line")).to_have_count(1)
    expect(page.locator(".fault-text")).to_have_text("&")
    assert page.locator(".CodeMirror textarea").get_attribute("aria-invalid") == "true"
    page.locator(".CodeMirror textarea").press("x")
    expect(page.locator(".fault-line")).to_have_count(0)
    expect(page.locator(".fault-text")).to_have_count(0)
    assert page.locator(".CodeMirror textarea").get_attribute("aria-invalid") is None


def test_a_query_that_takes_too_long_is_ended_in_words(visit: Opener) -> None:
    """The deadline of the address holds for what is asked from it."""
    page = visit("/sparql?timeout=0.4&query=" + quote("ASK {}"))
    write(page, ENDLESS)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("0.4")
    assert parse_qs(urlsplit(page.url).query)["timeout"] == ["0.4"]


def test_a_query_can_be_stopped(visit: Opener) -> None:
    """By a button that is there while it runs."""
    page = visit("/sparql")
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    write(page, ENDLESS)
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".said")).to_have_text("Stopped.")
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)


def test_a_service_that_is_gone_and_one_that_refuses_are_told(visit: Opener) -> None:
    """No answer at all, and an answer that is no result."""
    page = visit("/sparql")
    page.context.set_offline(True)
    page.route("**/sparql?*", lambda route: route.abort())
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("alert")).to_contain_text("The service did not answer.")
    page.unroute("**/sparql?*")
    page.context.set_offline(False)
    write(page, "#" + "x" * 100_000)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("The request is longer than this service reads.")
    expect(page.get_by_role("alert")).to_contain_text("Send a shorter query")


def test_a_query_too_long_for_an_address_is_answered(visit: Opener) -> None:
    """It is sent in the body, and the reader is told that there is no link to it."""
    page = visit("/sparql")
    write(page, "ASK {} #" + "x" * 70_000)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#result")).to_have_text("Yes")
    expect(page.locator(".said")).to_have_text("The query is too long for a link: this answer has no address.")
    assert urlsplit(page.url).query == ""
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator(".said")).to_have_text("The query is too long for a link.")


def test_a_link_is_copied(visit: Opener) -> None:
    """To the clipboard, or shown in a field where the browser does not allow that."""
    page = visit("/sparql")
    write(page, "ASK {}")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator(".said")).to_have_text("The link is copied: it opens this page with the query run.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert urlsplit(copied).path == "/sparql"
    assert parse_qs(urlsplit(copied).query) == {"query": ["ASK {}"]}
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')) }")
    page.get_by_role("button", name="Copy link").click()
    assert page.get_by_label("Link to this query").input_value() == copied


def test_another_format_is_downloaded(visit: Opener) -> None:
    """The form sends the query itself where a page is not wanted."""
    page = visit("/sparql")
    write(page, NAMES)
    page.get_by_label("as", exact=True).select_option("CSV")
    with page.expect_response(lambda response: "format=csv" in response.url) as answered:
        page.get_by_role("button", name="Run").click()
    assert answered.value.headers["content-type"] == "text/csv; charset=utf-8"


def test_without_scripts_the_page_is_a_form(visit: Opener) -> None:
    """A query is written, run and answered."""
    page = visit("/sparql", java_script_enabled=False)
    page.get_by_label("Query").fill(NAMES)
    page.get_by_role("button", name="Run").click()
    assert rows(page) == CITIES
    page.get_by_label("Query").fill("ASK { & }")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("alert")).to_contain_text("at line 1, column 7")
    page.locator("summary").click()
    page.get_by_role("link", name="Members of a network").click()
    assert rows(page) == [["city:malmo"]]


@pytest.mark.parametrize("width", [360, 390, 1280])
def test_the_page_fits_the_screen(visit: Opener, width: int) -> None:
    """Nothing runs over the side, with suggestions open and a chart drawn too."""
    page = visit(address_of(NUMBERS) + "#chart", size=(width, 844))
    expect(page.locator("#chart .bar")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    write(page, "")
    page.keyboard.type("SELECT * { ?s a mg:")
    assert len(suggestions(page)) == 4
    assert page.evaluate("document.documentElement.scrollWidth") == width


PAGES = ["/", "/?q=malmo", "/?q=zz", "/sparql", address_of(NAMES), address_of(NUMBERS) + "#chart", address_of("ASK {"),
         address_of("DESCRIBE city:malmo"), "/page/city/malmo", "/page/network/eurocities", "/list/city",
         "/list/concept", "/shapes", "/errors",
         "/nothing"]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_serious_barrier(visit: Opener, path: str, scheme: str) -> None:
    """By the rules of axe-core, WCAG 2 A and AA among them, in both colour schemes."""
    assert blockers(visit(path, color_scheme=scheme)) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_suggestions_have_no_serious_barrier(visit: Opener, scheme: str) -> None:
    """The list is open while axe looks."""
    page = visit("/sparql", color_scheme=scheme)
    write(page, "")
    page.keyboard.type("SELECT * { ?s a mg:")
    assert len(suggestions(page)) == 4
    assert blockers(page) == []


def test_the_documentation_of_the_ontology_has_no_serious_barrier(browser: Browser, tmp_path: Path) -> None:
    """The page that a build makes of the real ontology."""
    file = tmp_path / "ontology.html"
    file.write_text(document_ontology(ROOT / "ontology" / "migragraph.ttl"), encoding="utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())
    assert blockers(page) == []
    page.close()
