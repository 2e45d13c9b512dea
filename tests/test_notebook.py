"""The notebook for a first look: it runs as a reader would run it, and shows what the graph says.

It is executed once, on the real graph, from the folder ``examples`` beside the folder ``var``. What its tables and
charts hold is compared with what Oxigraph answers to the question file.
"""

import csv
import html
import io
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, QueryResultsFormat, QuerySolutions, Store

from migragraph.config import PREFIX
from migragraph.iris import term
from migragraph.questions import read_question
from migragraph.store.versions import Version
from projects import ROOT

NOTEBOOK = ROOT / "examples" / "first-questions.ipynb"
#: Section, the question it asks, and for each column of its table the heading and the variable.
SECTIONS = {
    "networks": ("networks-by-members", {"Network": "name", "Members": "members"}),
    "intercultural-cities": ("members-by-country-of-icc", {"Country": "name", "Members": "cities"}),
    "funders": ("funders-by-projects", {"Funder or scheme": "name", "Projects": "projects"}),
    "participants": (
        "includ-eu-participants-by-activity",
        {"Kind of activity": "activity", "Participants": "participants"},
    ),
    "practices": ("practices-by-theme", {"Theme": "name", "Undertakings": "practices"}),
    "evidence": (
        "eu-belong-partner-regions",
        {
            "Source": "source",
            "Partner regions": "value",
            "Status": "status",
            "From character": "start",
            "To character": "end",
        },
    ),
}
RENDERER = {
    "cell_type": "code",
    "execution_count": None,
    "id": "renderer",
    "metadata": {},
    "outputs": [],
    "source": 'import altair\n\naltair.renderers.enable("json");',
}


@dataclass(frozen=True)
class Run:
    """What the executed notebook shows, by the id of the cell, and the graph it asked."""

    cells: dict[str, Any]
    store: Store
    version: str

    def shown(self, cell: str) -> dict[str, Any]:
        """Return the one thing that a cell shows, by media type."""
        (output,) = self.cells[cell]["outputs"]
        joined = {"text/html": "".join(output["data"].get("text/html", []))}
        return output["data"] | joined

    def table(self, cell: str) -> list[list[str]]:
        """Return the rows of the table that a cell shows, the headings first."""
        rows = re.findall(r"<tr>(.*?)</tr>", self.shown(cell)["text/html"], re.DOTALL)
        return [[html.unescape(text) for text in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)] for row in rows]

    def chart(self, section: str) -> dict[str, Any]:
        """Return the Vega-Lite specification of the chart of a section."""
        return self.shown(f"{section}-chart")["application/json"]

    def expected(self, section: str) -> list[dict[str, str]]:
        """Ask Oxigraph the question of a section; names in place of IRIs, under the headings of the table."""
        slug, columns = SECTIONS[section]
        result = self.store.query(read_question(ROOT / "queries", slug).sparql)
        assert isinstance(result, QuerySolutions)
        written = result.serialize(format=QueryResultsFormat.CSV)
        assert written is not None
        rows = csv.DictReader(io.StringIO(written.decode(), newline=""))
        return [{heading: self.name(row[variable]) for heading, variable in columns.items()} for row in rows]

    def name(self, value: str) -> str:
        """Return the English name of the thing with this IRI; other values as they are."""
        if not value.startswith("https://"):
            return value
        labels = self.store.quads_for_pattern(NamedNode(value), term("skos:prefLabel"), None)
        (name,) = {q.object.value for q in labels if isinstance(q.object, Literal) and q.object.language == "en"}
        return name


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, real_home: Path, real_version: Version) -> Run:
    """Execute the notebook on the real graph; its charts are kept as specifications instead of pages with scripts."""
    for package in ("altair", "ipykernel", "nbclient", "vl_convert"):
        pytest.importorskip(package)
    folder = tmp_path_factory.mktemp("notebook")
    (folder / "var").symlink_to(real_home)
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    notebook["cells"].insert(0, RENDERER)
    path = folder / "examples" / NOTEBOOK.name
    path.parent.mkdir()
    path.write_text(json.dumps(notebook), encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "JUPYTER", "IPYTHON"))}
    own = {f"JUPYTER_{name}_DIR": str(folder / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    # a process of its own: jupyter_client leaves sockets and an event loop open, which pytest would report
    done = subprocess.run(
        [sys.executable, "-c", "from nbclient.cli import main; main()", "--inplace", "--timeout=30", str(path)],
        env=kept | own | {"IPYTHONDIR": str(folder / "ipython")},
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"][1:]
    return Run({cell["id"]: cell for cell in cells}, real_version.open(), real_version.id)


def test_the_file_is_a_source() -> None:
    """No outputs, nothing of the machine or the moment; no result in the prose."""
    text = NOTEBOOK.read_text(encoding="utf-8")
    notebook = json.loads(text)
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    prose = "".join(line for cell in notebook["cells"] if cell["cell_type"] == "markdown" for line in cell["source"])
    ids = [cell["id"] for cell in notebook["cells"]]
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}

    assert [(cell["outputs"], cell["execution_count"]) for cell in code] == [([], None)] * len(code)
    assert [cell["metadata"] for cell in notebook["cells"]] == [{}] * len(ids)
    assert notebook["metadata"] == {"kernelspec": kernel, "language_info": {"name": "python"}}
    assert len(set(ids)) == len(ids)
    assert [id_ for id_ in ids if not re.fullmatch(r"[a-z]+(-[a-z]+)*", id_)] == []
    assert text == json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    assert re.findall(r"\d[\d.,]*\d", prose) == []


def test_every_cell_runs_without_a_word(run: Run) -> None:
    """In the order of the file; no error, no warning, nothing printed."""
    code = [cell for cell in run.cells.values() if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(2, len(code) + 2))
    kinds = {cell["id"]: [output["output_type"] for output in cell["outputs"]] for cell in code}
    quiet = {"setup", "helpers"}
    assert kinds == {id_: [] if id_ in quiet else ["execute_result"] for id_ in kinds}


def test_it_names_the_version(run: Run) -> None:
    """In full at the beginning, in short below the title of each chart."""
    assert f"<td>{run.version}</td>" in run.shown("version")["text/html"]
    subtitles = {section: run.chart(section)["title"]["subtitle"][-1] for section in SECTIONS}
    assert subtitles == dict.fromkeys(SECTIONS, f"migragraph version {run.version[:12]}")


@pytest.mark.parametrize("section", SECTIONS)
def test_a_table_shows_the_answer_of_the_stored_question(run: Run, section: str) -> None:
    """The whole table, row by row, in order."""
    rows = run.expected(section)
    assert rows
    written = [[f"{int(v):,}" if re.fullmatch(r"\d+", v) else v for v in row.values()] for row in rows]
    assert run.table(f"{section}-table") == [list(SECTIONS[section][1]), *written]


def test_reasons_are_those_of_the_claims(run: Run) -> None:
    """Each source of the table before has a row; words are as stated, reasons are those noted at the claim."""
    headings, *rows = run.table("reasons-table")
    assert headings == ["Source", "In the words of the source", "Reason of the status"]
    assert {row[0] for row in rows} == {row["Source"] for row in run.expected("evidence")}

    def noted(predicate: str) -> set[str]:
        return {q.object.value for q in run.store.quads_for_pattern(None, term(predicate), None)}  # type: ignore[union-attr]

    assert {row[1] for row in rows} <= noted("mg:asStated") | {"–"}
    assert {row[2] for row in rows} <= noted("mg:statusReason") | {"–"}
    assert any(row[2] != "–" for row in rows)


@pytest.mark.parametrize("section", SECTIONS)
def test_a_chart_draws_the_answer(run: Run, section: str) -> None:
    """Its data are the answer; Altair finds the specification valid and Vega draws each name."""
    import altair as alt
    import vl_convert

    spec = run.chart(section)
    alt.LayerChart.from_dict(spec)
    (data,) = spec["datasets"].values()
    label, number = list(SECTIONS[section][1])[:2]
    rows = [(row[label], float(row[number])) for row in run.expected(section) if row[label] != "total"]
    if section == "participants":
        rows.sort(key=lambda row: -row[1])
    if section == "evidence":
        rows = sorted(set(rows))
    assert [(row[label], row[number]) for row in data] == rows[:40]

    picture = html.unescape(vl_convert.vegalite_to_svg(spec))
    texts = re.findall(r"<text[^>]*>(.*?)</text>", picture)
    assert {spec["title"]["text"], label, number, *(f"{value:,.0f}" for _, value in rows[:40])} <= set(texts)
    starts = tuple(text[:-1] for text in texts if text.endswith("…"))  # long names are cut
    assert [name for name, _ in rows[:40] if name not in texts and not name.startswith(starts)] == []


@pytest.mark.parametrize("section", SECTIONS)
def test_a_chart_explains_itself(run: Run, section: str) -> None:
    """Both axes are named, and each mark tells name and number."""
    spec = run.chart(section)
    label, number = list(SECTIONS[section][1])[:2]
    for layer in spec["layer"]:
        encoding = layer["encoding"]
        assert (encoding["x"]["field"], encoding["y"]["field"]) == (number, label)
        assert {hint["field"] for hint in encoding["tooltip"]} >= {label, number}


def test_all_stored_questions_are_listed(run: Run) -> None:
    """One row each, with its words."""
    found = {row[0]: row[2] for row in run.table("questions")[1:]}
    assert found == {
        path.stem: read_question(ROOT / "queries", path.stem).question for path in (ROOT / "queries").glob("*.rq")
    }
