"""A network of one's own as people ask for it: a real Chromium fills in the form, with scripts and without, by keys.

Each test also fails on a script error, a breach of the content security policy, and a request to any other host.
"""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from browsers import CHROMIUM, NO_ANSWER, Opener, blockers, is_within, watched
from small_networks import ID

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
#: What a driver without a graphics card says of its own speed.
_OF_THE_DRIVER = "GL Driver Message (OpenGL, Performance"
_REFUSED = tuple(f"{NO_ANSWER}the server responded with a status of {status}" for status in (400, 404))
_KNOWN = (_OF_THE_DRIVER, *_REFUSED)
PAGE = "/networks/query"
SEA, PORTS = "Cities <b>of</b> the sea", "Ports & harbours"
MEMBERS = """# who is in which "network" & when? </textarea>
SELECT ?source ?target ?tie {
  ?source org:hasMembership ?tie .
  ?tie org:organization ?target .
}"""
OWN = f"{PAGE}?{urlencode({'query': MEMBERS, 'mode': 'two', 'directed': 'no'})}"
CHANGING = """SELECT ?source ?target { VALUES ?i { 1 2 3 }
  BIND(IRI(CONCAT("urn:", STR(?i), "-", STRUUID())) AS ?source) BIND(<urn:hub> AS ?target) }"""


def drawn(page: Page) -> None:
    """Wait for the picture, where the page has one."""
    if page.locator("#see").count():
        page.wait_for_selector("#see[data-ready]")


@pytest.fixture
def visit(browser: Browser, networks_address: str) -> Iterator[Opener]:
    """Return a function that opens a page in a fresh window; what must never happen is looked for."""
    with watched(browser, networks_address, wait=drawn, known=_KNOWN) as opened:
        yield opened


def rows(page: Page) -> list[str]:
    """Return the names in the table that are shown, in their order."""
    return [name.strip() for name in page.locator("#table tbody tr:visible th").all_inner_texts()]


def asked(page: Page) -> dict[str, str]:
    """Return what the address of a page says, with plain line ends."""
    return {name: value.replace("\r\n", "\n") for name, (value,) in parse_qs(urlsplit(page.url).query).items()}


def test_a_network_is_asked_for_by_keys_alone(visit: Opener) -> None:
    """From the list to the form, through its fields, to the picture; and back to the query to change it."""
    page = visit("/networks")
    page.get_by_role("link", name="A network of your own").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{PAGE}")
    page.get_by_label("Query", exact=True).focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(MEMBERS)
    page.keyboard.press("Tab")
    two = page.get_by_role("radio", name="two-mode")
    expect(two).to_be_focused()
    expect(two).to_be_checked()
    page.keyboard.press("Tab")
    expect(page.get_by_role("checkbox", name="directed")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Show the network")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{PAGE}?**")
    drawn(page)
    assert asked(page) == {"query": MEMBERS, "mode": "two"}
    assert rows(page) == [SEA, "Brest", "Cork", PORTS, "Ålborg"]
    expect(page.locator("#said")).to_have_text("5 of 5 nodes; 5 edges.")
    page.locator("#canvas").focus()
    page.keyboard.press("n")
    expect(page.locator("#about h2")).to_have_text(SEA)
    fold = page.locator("details.fold summary")
    fold.focus()
    page.keyboard.press("Enter")
    field = page.get_by_label("Query", exact=True)
    expect(field).to_be_visible()
    expect(field).to_have_value(MEMBERS)
    page.keyboard.press("Tab")
    expect(field).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(MEMBERS.replace("?tie org:", "FILTER(?source != city:cork) ?tie org:"))
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**city%3Acork**")
    drawn(page)
    assert rows(page) == ["Brest", SEA, PORTS, "Ålborg"]


def test_the_query_stays_while_a_reader_chooses(visit: Opener) -> None:
    """In the address that is shared, with a choice, a node, another order; a link shows the same."""
    page = visit(OWN)
    query = asked(page)
    assert query == {"query": MEMBERS, "mode": "two", "directed": "no"}
    page.locator("[name=country]").select_option("FR")
    expect(page.locator("#said")).to_have_text("1 of 5 nodes, with 2 that they are tied to; 2 edges.")
    assert rows(page) == ["Brest"]
    page.get_by_role("button", name="Show what Brest is tied to").click()
    expect(page.locator("#about h2")).to_have_text("Brest")
    assert asked(page) == query | {"country": "FR", "node": f"{ID}city/brest"}
    again = visit(page.url)
    expect(again.locator("#about h2")).to_have_text("Brest")
    assert rows(again) == ["Brest"]
    again.locator("#node").get_by_role("button", name=PORTS).click()
    again.wait_for_url("**ports**")
    expect(again.locator("#about h2")).to_have_text(PORTS)
    page.get_by_role("link", name="All", exact=True).click()
    expect(page.locator("#said")).to_have_text("5 of 5 nodes; 5 edges.")
    assert asked(page) == query
    page.get_by_role("button", name="Show what Cork is tied to").click()
    expect(page.locator("#about h2")).to_have_text("Cork")


def test_without_scripts_the_page_does_the_same(visit: Opener) -> None:
    """The form is sent with its line ends; choosing, sorting and looking at a node keep the query."""
    page = visit(PAGE, java_script_enabled=False)
    page.get_by_label("Query", exact=True).fill(MEMBERS)
    page.get_by_role("button", name="Show the network").click()
    assert rows(page) == [SEA, "Brest", "Cork", PORTS, "Ålborg"]
    still = page.locator("img.still")
    expect(still).to_be_visible()
    assert still.evaluate("image => image.decode().then(() => image.naturalWidth > 100)")
    page.locator("[name=country]").select_option("FR")
    page.get_by_role("button", name="Choose").click()
    assert rows(page) == ["Brest"]
    page.get_by_role("button", name="Show what Brest is tied to").click()
    assert page.locator(".tied button").all_inner_texts() == [SEA, PORTS]
    assert rows(page) == ["Brest"]
    page.locator("th[data-column=label] a").click()
    assert asked(page)["sort"] == "label"
    page.get_by_role("link", name="All", exact=True).click()
    assert asked(page) == {"query": MEMBERS, "mode": "two", "directed": "no"}
    assert rows(page) == [SEA, "Brest", "Cork", PORTS, "Ålborg"]


def test_a_stored_network_is_where_one_starts(visit: Opener) -> None:
    """Its page leads to the form with its query, open; both have the same nodes."""
    page = visit("/networks/members")
    before = rows(page)
    page.get_by_role("link", name="Change the query").click()
    page.wait_for_url(f"**{PAGE}?**")
    drawn(page)
    field = page.get_by_label("Query", exact=True)
    expect(field).to_be_visible()
    assert "org:hasMembership" in field.input_value()
    assert rows(page) == before


def test_an_error_stands_above_what_was_typed(visit: Opener) -> None:
    """So that it can be put right."""
    page = visit(PAGE)
    field = page.get_by_label("Query", exact=True)
    wrong = MEMBERS.replace("org:organization ?target", "org:organization")
    field.fill(wrong)
    page.get_by_role("radio", name="one-mode").first.check()
    page.get_by_role("button", name="Show the network").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("The query is not valid SPARQL at line 4")
    expect(field).to_have_value(wrong)
    expect(page.get_by_role("radio", name="one-mode").first).to_be_checked()
    box, place = alert.bounding_box(), field.bounding_box()
    assert box
    assert place
    assert box["y"] + box["height"] <= place["y"]
    field.fill(MEMBERS)
    page.get_by_role("button", name="Show the network").click()
    drawn(page)
    expect(page.locator("#said")).to_have_text("5 of 5 nodes; 5 edges.")


def test_the_editor_leads_to_the_picture(visit: Opener) -> None:
    """The link comes with the answer, also where scripts fetched that; another query takes it away again."""
    page = visit("/sparql?query=ASK%7B%7D")
    link = page.get_by_role("link", name="Show as a network")
    expect(link).to_have_count(0)
    for query, n in ((MEMBERS, 1), ("SELECT ?source { ?source a mg:City }", 0), (MEMBERS, 1)):
        page.locator(".CodeMirror").click()
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(query)
        page.keyboard.press("Escape")
        page.keyboard.press("Control+Enter")
        expect(link).to_have_count(n)
    link.click()
    page.wait_for_url(f"**{PAGE}?**")
    drawn(page)
    expect(page.locator("#said")).to_have_text("5 of 5 nodes; 5 edges.")


def test_a_picture_that_changes_is_that_of_its_table(visit: Opener) -> None:
    """Each node of the table is found in the picture."""
    page = visit(f"{PAGE}?{urlencode({'query': CHANGING})}")
    expect(page.locator("#said")).to_have_text("4 of 4 nodes; 3 edges.")
    for button in page.locator("#table button.show").all():
        button.click()
        name = page.locator("#table tr.chosen th").inner_text()
        expect(page.locator("#about h2")).to_have_text(name)


@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1280)])
def test_the_pages_have_no_serious_barrier(visit: Opener, scheme: str, width: int) -> None:
    """By the rules of axe-core, with the query folded and open; and nothing is wider than the window."""
    long = urlencode({"query": f"SELECT ?source ?target {{ # {'x' * 300} <b>", "version": "0" * 64})
    good, bad = (PAGE, OWN, f"{OWN}&node={ID}city/brest#query"), [f"{PAGE}?mode=two", f"{PAGE}?{long}"]
    bad.append(f"{PAGE}?" + urlencode({"query": "SELECT ?source ?target { " + 90 * "?"}))
    for path in (*good, *bad):
        page = visit(path, color_scheme=scheme, size=(width, 844))
        expect(page.get_by_role("alert")).to_have_count(int(path in bad))
        assert blockers(page) == [], path
        assert is_within(page), path
