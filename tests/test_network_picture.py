"""The picture of a network as people use it: a real Chromium draws, chooses, and goes from node to node by keys.

Each test also fails on a script error, a breach of the content security policy, and a request to any other host.
"""

import csv
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from browsers import CHROMIUM, NO_ANSWER, Opener, blockers, is_within, watched
from small_networks import ID

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
#: What a driver without a graphics card says of its own speed.
_OF_THE_DRIVER = "GL Driver Message (OpenGL, Performance"
#: What sigma throws while it is loaded by a browser without WebGL; the page then shows the still picture.
_OF_SIGMA = "Cannot read properties of null (reading 'getParameter')"
_KNOWN = (_OF_THE_DRIVER, f"{NO_ANSWER}the server responded with a status of 400", _OF_SIGMA)
#: A browser that cannot draw with WebGL.
_NO_WEBGL = "HTMLCanvasElement.prototype.getContext = () => null"


@pytest.fixture
def visit(browser: Browser, networks_address: str) -> Iterator[Opener]:
    """Return a function that opens a page in a fresh window; what must never happen is looked for."""
    with watched(
        browser, networks_address, wait=lambda page: page.wait_for_selector("#see[data-ready]"), known=_KNOWN
    ) as opened:
        yield opened


def rows(page: Page) -> list[str]:
    """Return the names in the table that are shown, in their order."""
    return [name.strip() for name in page.locator("#table tbody tr:visible th").all_inner_texts()]


SEA, PORTS = "Cities <b>of</b> the sea", "Ports & harbours"


def test_the_form_steers_picture_and_table_as_the_service_would(visit: Opener) -> None:
    """Each choice shows the rows that the service writes without scripts, and stands in the address that is shared."""
    page = visit("/networks/members")
    still = visit("/networks/members", ready=False, java_script_enabled=False)
    assert rows(page) == rows(still) == [SEA, "Brest", "Cork", PORTS, "Ålborg", "Dinan"]
    assert page.locator("#said").inner_text() == "6 of 6 nodes; 5 edges."
    said = {
        ("country", "DK"): "1 of 6 nodes, with 1 that they are tied to; 1 edge.",
        ("kind", "mg:Network"): "2 of 6 nodes, with 3 that they are tied to; 5 edges.",
        ("year", "2003"): "3 of 6 nodes; 2 edges.",
        ("theme", "theme:health"): "2 of 6 nodes, with 2 that they are tied to; 2 edges.",
        ("network", f"{ID}network/ports"): "3 of 6 nodes, with 1 that they are tied to; 4 edges.",
        ("q", "alborg"): "1 of 6 nodes, with 1 that they are tied to; 1 edge.",
    }
    for (name, value), text in said.items():
        field = page.locator(f"[name={name}]")
        field.fill(value) if name == "q" else field.select_option(value)
        expect(page.locator("#said")).to_have_text(text)
        field.blur()
        assert parse_qs(urlsplit(page.url).query) == {name: [value]}
        still.goto(page.url)
        assert rows(page) == rows(still)
        assert page.locator("#n-rows").inner_text() == still.locator("#n-rows").inner_text() == str(len(rows(page)))
        again = visit(page.url)
        expect(again.locator("#said")).to_have_text(text)
        assert rows(again) == rows(page)
        page.get_by_role("link", name="All", exact=True).click()
        expect(page.locator("#said")).to_have_text("6 of 6 nodes; 5 edges.")
        assert urlsplit(page.url).query == ""


@pytest.mark.parametrize("scripts", [True, False])
def test_a_file_of_what_is_chosen_is_one_click_away(visit: Opener, scripts: bool) -> None:
    """It holds what the form says at that moment; the page stays."""
    page = visit("/networks/members", ready=scripts, java_script_enabled=scripts)
    page.locator("[name=country]").select_option("DK")
    with page.expect_download() as download:
        page.get_by_role("button", name=".nodes.csv of what is chosen").click()
    lines = list(csv.DictReader(download.value.path().read_text(encoding="utf-8").splitlines()))
    assert {line["Label"]: line["chosen"] for line in lines} == {"Ålborg": "true", SEA: "false"}
    assert page.locator("h1").is_visible()


def test_a_shared_link_goes_on_as_it_began(visit: Opener) -> None:
    """What was chosen can be changed without leaving the page, to nothing and back; the node is in the link too."""
    page = visit(f"/networks/members?network={ID}network/ports&year=2021")
    expect(page.locator("#said")).to_have_text("2 of 6 nodes, with 1 that they are tied to; 2 edges.")
    assert rows(page) == ["Cork", PORTS]
    page.locator("[name=year]").select_option("2003")
    assert rows(page) == []
    expect(page.get_by_text("No node is like this.")).to_be_visible()
    page.locator("[name=year]").select_option("")
    assert rows(page) == ["Brest", "Cork", PORTS]
    expect(page.get_by_text("No node is like this.")).to_be_hidden()
    page.get_by_role("button", name="Show what Brest is tied to").click()
    assert parse_qs(urlsplit(page.url).query) == {"network": [f"{ID}network/ports"], "node": [f"{ID}city/brest"]}
    again = visit(page.url)
    expect(again.locator("#about h2")).to_have_text("Brest")
    assert rows(again) == rows(page)


def test_the_choice_is_made_by_keys_alone(visit: Opener) -> None:
    """Tab goes from list to list; a letter or an arrow takes a value, and the table follows at once."""
    page = visit("/networks/members")
    page.locator("[name=q]").focus()
    page.keyboard.press("Tab")
    expect(page.locator("[name=country]")).to_be_focused()
    page.keyboard.press("f")
    expect(page.locator("#said")).to_have_text("2 of 6 nodes, with 2 that they are tied to; 2 edges.")
    page.keyboard.press("Tab")
    expect(page.locator("[name=network]")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert rows(page) == ["Brest"]
    page.keyboard.press("Tab")
    expect(page.locator("[name=theme]")).to_be_focused()
    assert parse_qs(urlsplit(page.url).query) == {"country": ["FR"], "network": [f"{ID}network/ports"]}


def test_headings_sort_as_the_service_would(visit: Opener) -> None:
    """Without leaving the page."""
    page = visit("/networks/members")
    still = visit("/networks/members", ready=False, java_script_enabled=False)
    for column, order in (("country", "asc"), ("country", "desc"), ("degree", "desc"), ("degree", "asc")):
        page.locator(f"th[data-column={column}] a").click()
        still.goto(f"/networks/members?sort={column}&order={order}")
        assert rows(page) == rows(still)
    assert urlsplit(page.url).query == ""


def test_nodes_are_reached_by_keys_alone(visit: Opener) -> None:
    """Tab to the picture, N to the largest node and the next, Escape to none, Enter to the page of a node."""
    page = visit("/networks/members")
    about = page.locator("#about")
    page.get_by_role("button", name="Whole").focus()
    page.keyboard.press("Tab")
    expect(page.locator("#canvas")).to_be_focused()
    page.keyboard.press("n")
    expect(about.locator("h2")).to_have_text(SEA)
    assert about.locator(".others button").all_inner_texts() == ["Ålborg", "Brest", "Cork"]
    assert about.locator("dl").inner_text().split("\n")[:4] == ["Ties", "3", "Weight of ties", "3"]
    page.keyboard.press("n")
    expect(about.locator("h2")).to_have_text("Brest")
    page.keyboard.press("p")
    expect(about.locator("h2")).to_have_text(SEA)
    for key in ("ArrowLeft", "ArrowUp", "+", "-", "0"):
        page.keyboard.press(key)
    page.keyboard.press("Escape")
    expect(about).to_contain_text("Click on a node")
    page.keyboard.press("n")
    page.keyboard.press("Enter")
    page.wait_for_url("**/page/network/sea")


def test_a_node_is_chosen_by_a_click_and_from_the_table(visit: Opener) -> None:
    """What is shown from the table stands in the middle of the picture, where a click finds it."""
    page = visit("/networks/members")
    about = page.locator("#about")
    page.get_by_role("button", name="Show what Cork is tied to").click()
    expect(about.locator("h2")).to_have_text("Cork")
    expect(page.locator("#table tr.chosen th")).to_have_text("Cork")
    about.get_by_role("button", name=PORTS).click()
    expect(about.locator("h2")).to_have_text(PORTS)
    page.locator("#canvas").press("Escape")
    expect(about).to_contain_text("Click on a node")
    page.locator("#canvas").click()
    expect(about.locator("h2")).to_have_text(PORTS)
    assert about.locator("h2 a").get_attribute("href") == "/page/network/ports"


def test_the_map_has_borders_and_the_nodes_with_coordinates(visit: Opener) -> None:
    """Borders of Natural Earth that follow the picture; the shown node lies at its place."""
    page = visit(f"/networks/members?node={ID}city/brest")
    expect(page.locator("#about h2")).to_have_text("Brest")
    page.get_by_role("button", name="Map").click()
    expect(page.locator("#said")).to_contain_text("3 of these 6 have a place on the map.")
    land = page.locator(".borders path")
    expect(land).to_have_attribute("transform", re.compile("translate"))
    before = land.get_attribute("transform")
    assert len(land.get_attribute("d") or "") > 50_000
    page.get_by_role("button", name="Nearer").click()
    expect(land).not_to_have_attribute("transform", before or "")
    page.get_by_role("button", name="Show what Brest is tied to").click()
    page.locator("#canvas").press("Escape")
    page.locator("#canvas").click()
    expect(page.locator("#about h2")).to_have_text(re.compile(f"Brest|{re.escape(SEA)}"))  # both lie there
    page.get_by_role("button", name="Map").click()
    expect(page.locator("#said")).to_have_text("6 of 6 nodes; 5 edges.")


def test_colours_are_explained(visit: Opener) -> None:
    """The legend counts the nodes of each colour."""
    page = visit("/networks/members")
    legend = page.locator("#legend li")
    assert legend.all_inner_texts() == ["city (4)", "network (2)"]
    page.locator("#colour").select_option("country")
    assert legend.all_inner_texts() == ["France (2)", "Denmark (1)", "IE (1)", "unknown (2)"]
    page.locator("#colour").select_option("side")
    assert legend.all_inner_texts() == ["actors (4)", "groups (2)"]
    page.locator("#size").select_option("betweenness")


@pytest.mark.parametrize(
    "settings", [{"java_script_enabled": False}, {"script": _NO_WEBGL}], ids=["no-script", "no-webgl"]
)
def test_a_browser_that_cannot_draw_shows_the_still_picture(visit: Opener, settings: dict[str, Any]) -> None:
    """And the whole table."""
    page = visit("/networks/members", ready=False, **settings)
    still = page.locator("img.still")
    expect(still).to_be_visible()
    assert still.get_attribute("src") == "/networks/members/export.svg"
    assert len(rows(page)) == 6


@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1280)])
def test_the_pages_have_no_serious_barrier(visit: Opener, scheme: str, width: int) -> None:
    """By the rules of axe-core; and nothing is wider than the window."""
    for path in ("/networks", f"/networks/members?node={ID}city/brest", "/networks/places", "/networks/nothing"):
        page = visit(path, ready="members" in path or "places" in path, color_scheme=scheme, size=(width, 844))
        assert blockers(page) == [], path
        assert is_within(page), path
