"""The renderers of the centrality report: JSON, CSV, the page and Markdown say what the report says."""

import csv
import io
import json
import re
from collections import Counter
from dataclasses import asdict
from html.parser import HTMLParser

import networkx as nx
import pytest
from pyoxigraph import Store

from memberships import HOSTILE
from migragraph.networks.definitions import find_stored
from migragraph.networks.extraction import extract_network
from migragraph.report.content import Report
from migragraph.report.making import make_report
from migragraph.report.rendering import render_report


def test_json_holds_the_whole_report(memberships_report: Report) -> None:
    """Strictly: no NaN, and every field."""
    read = json.loads(render_report(memberships_report, "json"), parse_constant=pytest.fail)
    assert read == json.loads(json.dumps(asdict(memberships_report)))
    assert read["repeat"]["query"].startswith("PREFIX xsd:")
    assert dict(read["repeat"]["libraries"])["networkx"] == nx.__version__


def test_csv_holds_every_row(memberships_report: Report) -> None:
    """As a reader of CSV finds them; a name like a formula is made harmless."""
    rows = list(csv.DictReader(io.StringIO(render_report(memberships_report, "csv").decode(), newline="")))
    told = [(ranking, row) for ranking in memberships_report.rankings for row in ranking.rows]
    assert len(rows) == len(told)
    for line, (ranking, row) in zip(rows, told, strict=True):
        assert (line["measure"], line["side"], line["id"]) == (ranking.measure, ranking.side, row.node.id)
        assert float(line["score"]) == row.score
        assert (int(line["rank"]), int(line["low"]), int(line["high"])) == (row.rank, row.low, row.high)
        assert line["z"] == ("" if row.z is None else repr(row.z))


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.ids: list[str] = []
        self.referred: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        for name, value in attrs:
            if name == "id":
                self.ids.append(str(value))
            if name == "aria-labelledby":
                self.referred += str(value).split()

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_says_what_the_report_says(memberships_report: Report) -> None:
    """Each sentence; names are text, never markup; what is referred to is there, once; charts have title and text."""
    page = _Page()
    page.feed(render_report(memberships_report, "html").decode())
    for sentence in (
        *memberships_report.short,
        *memberships_report.cautions,
        memberships_report.repeat.version,
        memberships_report.repeat.command,
    ):
        assert sentence in page.text
    assert page.tags["script"] == 0
    assert HOSTILE in page.text
    assert len(page.ids) == len(set(page.ids))
    assert set(page.referred) <= set(page.ids)
    assert page.tags["svg"] == page.tags["desc"] == 2
    lines = memberships_report.rankings[0].rows[:20]
    assert all(row.node.label in page.text for row in lines)


def test_markdown_says_what_the_report_says(memberships_report: Report) -> None:
    """Special characters of names are escaped, so a table keeps its columns."""
    text = render_report(memberships_report, "md").decode()
    assert text.startswith(r"# \<script\>alert(")
    lines = [line.replace("\\|", "") for line in text.splitlines()]
    widths = [len(line.split("|")) for line in lines if line.startswith("| Rank | ")]
    table = [line for line in lines if line.startswith("| 1 | ")]
    assert {len(line.split("|")) for line in table} == set(widths)
    assert memberships_report.repeat.query.rstrip("\n") in text


def heads(report: Report, name: str) -> list[list[str]]:
    """Return the heads of the tables of ranks as the page and Markdown show them."""
    text = render_report(report, name).decode()
    if name == "md":
        return [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| Rank | ")]
    rows = re.findall(r"<thead><tr>(.+?)</tr>", text)
    tables = [re.findall(r"<th[^>]*>([^<]*)</th>", row) for row in rows]
    return [table for table in tables if table[0] == "Rank"]


@pytest.mark.parametrize("name", ["html", "md"])
def test_columns_that_say_nothing_are_left_out(memberships_store: Store, memberships_report: Report, name: str) -> None:
    """Chance where degrees fix the scores or nothing is compared, as a note says; rows where none is known."""
    chance = ["By chance", "z", "p"]
    first = ["Rank", "Name", "Score", "Interval, ties", "Range, sources", "Before the next", "Told apart"]
    assert heads(memberships_report, name) == [
        [*first, *(chance if ranking.measure == "betweenness" else []), "Claims", "Sources"]
        for ranking in memberships_report.rankings
    ]
    for ranking in memberships_report.rankings:
        assert ranking.fixed_by_degrees is (ranking.measure == "degree")
        assert any("left out of this table" in note for note in ranking.notes) is ranking.fixed_by_degrees
        assert any("best and the worst rank in 3 networks" in note for note in ranking.notes)
    network = extract_network(memberships_store, find_stored(memberships_store, "arrows"), "v")
    arrows = make_report(network, resamples=2, seed=5)
    assert arrows.rankings[0].each_source_once is False, "two samples cannot hold three sources"
    head = ["Interval, sources" if head == "Range, sources" else head for head in first]
    assert heads(arrows, name) == [[*head, "Claims", "Sources"]] * 2
    assert any("No comparison with chance" in note for note in arrows.rankings[0].notes)
