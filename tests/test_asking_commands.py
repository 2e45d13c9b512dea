"""`migragraph query`, `dump` and their kin: from which version, and whose questions."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from pyoxigraph import DefaultGraph, Literal, Quad

from memberships import publish_memberships
from migragraph.cli import main
from migragraph.config import read_settings
from migragraph.iris import term
from migragraph.store.versions import Version, publish
from migragraph.web import create_app
from projects import copy_small_project
from tiny import publish_tiny

CITIES = "SELECT (COUNT(*) AS ?n) { ?city a mg:City }"


def run(*arguments: object) -> Result:
    """Run the command line."""
    return CliRunner().invoke(main, [str(a) for a in arguments])


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Version, Version]:
    """A home with the tiny version, and after it one with a city alone."""
    home = tmp_path / "var"
    first = publish_tiny(home)
    city = Quad(term("city:oslo"), term("rdf:type"), term("mg:City"), DefaultGraph())
    return home, first, publish(home, [city], {"counts": {"facts": 1}})


def test_a_question_is_that_of_the_version(tiny_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In any folder, by the setting alone; an unknown name lists those that the version has."""
    elsewhere = tiny_home.parent / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv("MIGRAGRAPH_HOME", str(tiny_home))
    result = run("query", "--question", "members")
    assert (result.exit_code, result.stdout) == (0, "city\nhttps://w3id.org/migragraph/id/city/malmo\n")
    unknown = run("query", "--question", "member")
    assert (unknown.exit_code, "there is no question 'member'. Some there are: members" in unknown.stderr) == (3, True)


def test_a_question_of_a_project_is_read_from_its_file(tiny_home: Path, tmp_path: Path) -> None:
    """So that one can try it before it is built."""
    project = copy_small_project(tmp_path / "project")
    question = project / "queries" / "networks-by-members.rq"
    question.with_stem("all-cities").write_text(
        "# Title: Cities\n# Question: Which cities are there?\n# Group: networks\n# Keywords: city\n"
        "PREFIX mg: <https://w3id.org/migragraph/ontology#>\n" + CITIES
    )
    given = ("query", "--question", "all-cities", "--home", tiny_home)
    assert run(*given).exit_code == 3
    assert run(*given, "--project", project).stdout == "n\n3\n"


def test_commands_read_the_version_that_is_named(two: tuple[Path, Version, Version]) -> None:
    """By the whole id or its beginning; the served one without."""
    home, first, second = two
    for given, expected in (((), "1"), (("--version", first.id), "3"), (("--version", first.id[:8]), "3")):
        assert run("query", CITIES, "--home", home, *given).stdout == f"n\n{expected}\n"
    assert run("query", "--question", "members", "--home", home).exit_code == 3
    assert "malmo" in run("query", "--question", "members", "--home", home, "--version", first.id[:8]).stdout
    assert run("dump", "dataset", "--home", home, "--version", second.id[:10]).stdout == (
        "<https://w3id.org/migragraph/id/city/oslo> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
        " <https://w3id.org/migragraph/ontology#City> .\n"
    )
    refused = run("dump", "facts", "--home", home, "--version", "0" * 8)
    assert (refused.exit_code, "`migragraph versions` lists" in refused.stderr) == (3, True)


def test_networks_are_those_of_the_version_that_is_named(tmp_path: Path) -> None:
    """Ranking, report and export, after another version was built without any network."""
    old = publish_memberships(tmp_path)
    home = old.folder.parents[1]
    publish(home, [Quad(term("city:oslo"), term("rdfs:label"), Literal("x"), DefaultGraph())], {})
    for command in (
        ("rank", "memberships", "--measure", "degree", "--format", "csv"),
        ("report", "memberships", "--resamples", "10", "--format", "json"),
        ("export", "memberships", "--format", "graphml"),
    ):
        assert run(*command, "--home", home).exit_code == 3
        named = run(*command, "--home", home, "--version", old.id[:12])
        assert named.exit_code == 0, named.output
        assert run("rollback", old.id[:12], "--home", home).exit_code == 0
        assert run(*command, "--home", home).stdout_bytes == named.stdout_bytes
        assert run("rollback", "--home", home).exit_code == 0


@pytest.fixture
def client(two: tuple[Path, Version, Version]) -> FlaskClient:
    """A client of the service on both."""
    return create_app(read_settings({}, home=two[0])).test_client()


def test_the_service_is_asked_for_a_version_by_its_beginning(
    client: FlaskClient, two: tuple[Path, Version, Version]
) -> None:
    """The 12 characters that pages show are enough, for the current one too; one and the same version is meant."""
    _, first, second = two

    def ask(version: str) -> tuple[int, str, str | None]:
        answer = client.get("/sparql", query_string={"query": CITIES, "format": "csv", "version": version})
        return answer.status_code, answer.text, answer.headers.get("ETag")

    for version, expected in ((first, "n\r\n3\r\n"), (second, "n\r\n1\r\n")):
        whole = ask(version.id)
        assert whole[:2] == (200, expected)
        assert ask(version.id[:12]) == ask(version.id[:8]) == whole
    assert ask(first.id[:7])[0] == ask("0" * 12)[0] == 404


@pytest.mark.parametrize(
    ("name", "start"), [("m.html", "<!DOCTYPE html>"), ("m.json", "{"), ("m.md", "# "), ("m", "# "), ("m.csv", "")]
)
def test_a_report_has_the_format_of_its_file(tmp_path: Path, name: str, start: str) -> None:
    """The ending says it; without one it is Markdown, as on standard output."""
    output = tmp_path / name
    given = ("report", "memberships", "--resamples", "10", "--home", publish_memberships(tmp_path).folder.parents[1])
    assert run(*given, "--output", output).exit_code == 0
    written = output.read_text(encoding="utf-8")
    assert written.lower().startswith(start.lower())
    form = name.partition(".")[2] or "md"
    assert written == run(*given, "--format", form).stdout


def test_a_report_in_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    """An ending that no report has is not filled with Markdown."""
    home = publish_memberships(tmp_path).folder.parents[1]
    result = run("report", "memberships", "--home", home, "--output", tmp_path / "m.pdf")
    assert result.exit_code == 3
    assert not (tmp_path / "m.pdf").exists()
