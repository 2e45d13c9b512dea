"""What the documentation says is what the software does."""

import re
import shutil
from pathlib import Path

import click
import pytest
import requests
from click.testing import CliRunner

from migragraph.cli import main
from migragraph.config import SETTINGS
from migragraph.store.versions import current_version
from migragraph.tokens import Scope, make_token
from migragraph.web.metrics import Metrics
from projects import ROOT
from servers import running

DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def test_every_setting_is_documented_as_it_is() -> None:
    """Variable, meaning, range and default of each, and no other."""
    rows = re.findall(r"^\| `(\w+)` \| (.+) \| (.+) \| (.+) \|$", (ROOT / "docs/settings.md").read_text(), re.MULTILINE)
    default = {s.variable: "—" if s.default in (None, "") else f"`{s.default}`" for s in SETTINGS}
    assert rows == [(s.variable, s.help, s.range or "—", default[s.variable]) for s in SETTINGS]


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_has_help_and_an_example(name: str) -> None:
    """The example is a call that the command takes."""
    command = main.commands[name]
    assert command.help
    assert command.epilog is not None
    example = re.search(r"Example: migragraph (\S+)", command.epilog)
    assert example is not None
    assert example[1] == name
    options = {o for p in command.params if isinstance(p, click.Option) for o in p.opts}
    assert set(re.findall(r"(?<=\s)--[\w-]+", command.epilog)) <= options
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.opts} has no help"


@pytest.mark.parametrize("path", DOCS, ids=lambda p: p.name)
def test_links_of_a_page_lead_somewhere(path: Path) -> None:
    """Relative links and pictures exist; commands that a page names are commands."""
    text = path.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if "://" not in target:
            assert (path.parent / target).exists(), f"{path.name} links to {target}"
    for command in re.findall(r"`migragraph ([a-z]+)", text):
        assert command in main.commands, f"{path.name} names migragraph {command}"
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"`make ([a-z]+)`", text):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"{path.name} names make {target}"


def test_the_answers_in_the_readme_are_those_of_the_graph(real_home: Path) -> None:
    """Each `migragraph query` of the README, run on the real graph, prints what stands below it."""
    blocks = re.findall(r"```console\n\$ migragraph (query .+)\n((?:.+\n)+?)```", (ROOT / "README.md").read_text())
    assert len(blocks) == 3
    for command, printed in blocks:
        result = CliRunner().invoke(main, [*command.split(), "--project", str(ROOT), "--home", str(real_home)])
        assert result.exit_code == 0, result.output
        assert result.output.replace("\r\n", "\n") == printed


def test_the_page_about_operation_has_every_field_and_metric() -> None:
    """Of the log and of Prometheus, and no other metric."""
    text = (ROOT / "docs/operation.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.+?`) \|", text, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    front = (ROOT / "src/migragraph/web/front.py").read_text(encoding="utf-8")
    fields = set(re.findall(r"^ +(\w+)=", front.partition("_log.write(")[2].partition("\n        )")[0], re.MULTILINE))
    assert len(fields) == 9
    assert fields <= named
    metrics = {family.name for family in Metrics().registry.collect()}
    assert {name.removesuffix("_total") for name in named if name.startswith("migragraph_")} == metrics
    for name in set(re.findall(r"MIGRAGRAPH_[A-Z_]+[A-Z]", text)):
        assert name in {setting.variable for setting in SETTINGS}, name


def test_the_ways_back_in_the_readme_lead_somewhere(real_home: Path) -> None:
    """The claim is one of the graph and shows its row; the place is that of a passage in the data."""
    claim, place = re.findall(r"^migragraph (cite [^#\n]+?) *(?:#.*)?$", (ROOT / "README.md").read_text(), re.MULTILINE)
    result = CliRunner().invoke(main, [*claim.split(), "--project", str(ROOT), "--home", str(real_home)])
    assert result.exit_code == 0, result.output
    assert "membership:eurocities/malmo org:organization network:eurocities (claim-status:accepted)" in result.output
    assert "\ndata/registry/eurocities_members.csv\n  city: Malmo\n" in result.output
    source, span = re.findall(r"cite (\S+) --at (\S+)", place)[0]
    assert f"\n<#char={span}> {{\n" in (ROOT / f"data/ttl/claims/{source}.trig").read_text(encoding="utf-8")


def test_the_blocks_in_the_page_about_the_model_are_those_of_the_data() -> None:
    """Each is shown as it stands in the claim file, the first below the base of the file."""
    blocks = re.findall(r"```trig\n(.+?)```", (ROOT / "docs/model.md").read_text(encoding="utf-8"), re.DOTALL)
    data = (ROOT / "data/ttl/claims/includ-eu-journey.trig").read_text(encoding="utf-8")
    assert len(blocks) == 2
    base, _, first = blocks[0].partition("\n\n")
    assert data.startswith(base + "\n")
    for block in (first, blocks[1]):
        assert block.startswith("<#char=")
        assert f"\n{block}" in data


def test_the_first_write_in_the_page_about_writes_is_taken(real_home: Path, tmp_path: Path) -> None:
    """On the real graph, with the parameters that the page gives to curl: 204, and the fact is there."""
    page = (ROOT / "docs/writes.md").read_text(encoding="utf-8")
    sent = dict(re.findall(r"--data-urlencode '(update|why)=(.+)'", page))
    home = tmp_path / "var"
    shutil.copytree(real_home, home)
    manifest = current_version(home).folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"checked": false', '"checked": true'))  # which CI does apart
    secret, entry = make_token("ana", Scope.WRITE)
    with running(home, project=str(ROOT), tokens=entry, query_seconds=600, log="none") as server:
        bearer = {"Authorization": f"Bearer {secret}"}
        answer = requests.post(f"{server.address}/update", data=sent, headers=bearer, timeout=600)
        assert (answer.status_code, answer.text) == (204, "")
        asked = sent["update"].replace("INSERT DATA", "ASK")
        found = requests.get(f"{server.address}/sparql", params={"query": asked, "format": "json"}, timeout=600)
        assert found.json()["boolean"] is True
