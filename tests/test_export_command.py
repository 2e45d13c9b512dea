"""A part of a network from the command line: the same names, files and errors as over HTTP."""

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from migragraph.cli import main
from migragraph.config import read_settings
from migragraph.depiction.choice import CHOICES
from migragraph.depiction.picture import MOST_NODES
from migragraph.exports import EXPORTS
from migragraph.web import create_app
from migragraph.web.operations import OPERATIONS
from migragraph.web.parameters import known_parameters
from small_networks import ID

B, PORTS = ID + "city/brest", ID + "network/ports"
FORMS = [export.name for export in EXPORTS]
QUERY = """PREFIX org: <http://www.w3.org/ns/org#>
SELECT ?source ?target { ?source org:hasMembership/org:organization ?target }"""


@pytest.fixture(scope="module")
def client(networks_home: Path) -> FlaskClient:
    """Return a client of the application on the same version."""
    return create_app(replace(read_settings({}), home=networks_home)).test_client()


def export(networks_home: Path, *arguments: str, asked: dict[str, str]) -> Result:
    """Run the command with a choice."""
    chosen = [text for name, value in asked.items() for text in (f"--{name}", value)]
    return CliRunner().invoke(main, ["export", *arguments, *chosen, "--home", str(networks_home)])


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("members", {"country": "FR"}),
        ("members", {"year": "2003"}),
        ("members", {"network": PORTS}),
        ("members", {"theme": "theme:housing", "q": " "}),
        ("members", {"kind": "mg:City", "q": "BR"}),
        ("members", {"country": " IE ", "year": "2016"}),
        ("places", {"country": "DK"}),
        ("members", {"country": ""}),
    ],
)
def test_a_choice_gives_the_bytes_that_the_service_gives(
    networks_home: Path, client: FlaskClient, name: str, asked: dict[str, str]
) -> None:
    """In every format, for two-mode and directed networks."""
    for form in FORMS:
        sent = client.get(f"/networks/{name}/export.{form}?{urlencode(asked)}")
        ran = export(networks_home, name, "--format", form, asked=asked)
        assert (sent.status_code, ran.exit_code, ran.stderr) == (200, 0, ""), form
        assert ran.stdout_bytes == sent.data, form


def test_a_choice_from_a_query_of_ones_own(networks_home: Path, tmp_path: Path) -> None:
    """The chosen city and its two networks, by hand; colours and sizes stay those of the whole network."""
    file = tmp_path / "members.rq"
    file.write_text(QUERY, encoding="utf-8")
    options = ("--query", str(file), "--mode", "two", "--format", "json", "--size-by", "degree")
    whole, part = (
        {node["id"]: node for node in json.loads(export(networks_home, *options, asked=asked).stdout_bytes)["nodes"]}
        for asked in ({}, {"q": "brest"})
    )
    assert {id_: node["chosen"] for id_, node in part.items()} == {B: True, PORTS: False, ID + "network/sea": False}
    for id_, node in part.items():
        del node["chosen"]
        assert node == whole[id_]


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("members", {"country": "XX"}),
        ("members", {"kind": "mg:Pilot"}),
        ("members", {"theme": "theme:x"}),
        ("members", {"network": B}),
        ("places", {"network": PORTS}),
        ("members", {"year": "soon"}),
        ("members", {"year": "٢"}),
        ("members", {"q": "zz", "year": "2003"}),
    ],
)
def test_what_cannot_be_chosen_is_told_in_the_words_of_the_service(
    networks_home: Path, client: FlaskClient, name: str, asked: dict[str, str]
) -> None:
    """What is wrong and what to do; nothing is written."""
    problem = json.loads(client.get(f"/networks/{name}/export.gexf?{urlencode(asked)}").data)
    ran = export(networks_home, name, "--format", "gexf", asked=asked)
    assert (ran.exit_code, ran.stdout_bytes) == (3, b"")
    assert ran.stderr.endswith(f": {problem['detail']} {problem['remedy']}\n")


def test_command_and_addresses_have_the_same_names_for_a_choice() -> None:
    """Each is an option with the words of the description of the service; what is none is refused."""
    helped = " ".join(CliRunner().invoke(main, ["export", "--help"]).stdout.split())
    for view in ("networks.export", "network_queries.export", "networks.show_network"):
        assert CHOICES.keys() <= known_parameters(OPERATIONS[view]).keys()
    for name, says in CHOICES.items():
        assert f"--{name} TEXT {says}" in helped
    assert CliRunner().invoke(main, ["export", "members", "--format", "gexf", "--colour", "red"]).exit_code == 2


def test_a_part_of_a_network_too_large_for_a_picture_is_written(networks_home: Path, tmp_path: Path) -> None:
    """The service refuses to draw it; the command takes the chosen node and its tie out of it."""
    file = tmp_path / "many.rq"
    one = "IRI(CONCAT('urn:n:', STR(?a), STR(?b), STR(?c), STR(?d)))"
    digits = " ".join(f"VALUES ?{name} {{ 0 1 2 3 4 5 6 7 8 9 }}" for name in "abc")
    file.write_text(
        f"SELECT ?source (<urn:hub> AS ?target) {{ {digits} VALUES ?d {{ 0 1 2 3 4 5 }} BIND({one} AS ?source) }}",
        encoding="utf-8",
    )
    ran = export(networks_home, "--query", str(file), "--format", "edges.csv", asked={"q": "urn:n:0123"})
    assert ran.stderr == ""
    assert [line.split(",")[:2] for line in ran.stdout.splitlines()[1:]] == [["urn:hub", "urn:n:0123"]]
    assert MOST_NODES < 6000
