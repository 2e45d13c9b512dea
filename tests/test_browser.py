"""Pages as a browser shows them: Chromium loads them, and their layout holds on a phone and on a desk."""

import os
import struct
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote

import pytest

from browsers import CHROMIUM

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
QUERY = "/sparql?query=" + quote("SELECT ?city ?name { ?city a mg:City ; skos:prefLabel ?name } ORDER BY ?city")
FAULT = "/sparql?query=" + quote("SELECT * { ?s }")
PAGES = ["/", "/?q=malmo", "/sparql", QUERY, FAULT, "/page/city/malmo", "/list/city", "/errors", "/nothing"]


def browse(*arguments: str) -> str:
    """Run Chromium on a page, without a window, and return what it prints."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                   f"--user-data-dir={profile}", *arguments]  # fmt: skip
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=90, check=True, env={**os.environ, "LC_ALL": "C.UTF-8"}
        )
    return done.stdout


def test_the_start_page_is_shown(address: str) -> None:
    """The browser's own view of it has heading, search, counts and questions."""
    dom = browse("--dump-dom", f"{address}/")
    assert "<h1>Who does what for migrant integration in Europe</h1>" in dom
    assert '<input id="q" name="q" type="search"' in dom
    assert "<strong>3</strong> <span>cities</span>" in dom
    assert "Members of a network" in dom


def test_a_query_is_answered_with_a_table(address: str) -> None:
    """What a person gets who follows a link to a query."""
    dom = browse("--dump-dom", address + QUERY)
    names = ["Łódź", "Malmö", 'A "quoted" name\nin two lines, with a comma']
    assert [dom.find(f"<td>{name} <span") > 0 for name in names] == [True] * 3
    assert ">3 rows</h2>" in dom


@pytest.mark.parametrize("size", [(360, 740), (1280, 900)])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_drawn_at_the_size_of_the_screen(
    address: str, tmp_path: Path, page: str, size: tuple[int, int]
) -> None:
    """The picture has the size of the window and is not blank."""
    picture = tmp_path / "page.png"
    browse(f"--window-size={size[0]},{size[1]}", f"--screenshot={picture}", address + page)
    data = picture.read_bytes()
    assert struct.unpack(">II", data[16:24]) == size
    assert len(data) > 8_000
