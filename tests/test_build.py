"""The pipeline from files to a served version, on a project small enough to check by hand."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, Triple, parse

from migragraph.build import assemble_project, build_version, check_project
from migragraph.checks.render import RENDERERS
from migragraph.cli import main
from migragraph.config import read_settings
from migragraph.errors import InvalidGraph
from migragraph.iris import PREFIXES, shorten, term
from migragraph.store.versions import current_version
from projects import DOCUMENTS, copy_small_project, replace_in

HEADER = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project that may be broken."""
    return copy_small_project(tmp_path / "project")


def run(*arguments: object) -> Result:
    """Run the command line."""
    return CliRunner().invoke(main, [str(a) for a in arguments])


def told(store: Store, graph: NamedNode | DefaultGraph, subject: str) -> set[str]:
    """Return what a graph says of a thing, as prefixed names."""

    def name(node: object) -> str:
        return shorten(node.value) if isinstance(node, NamedNode) else str(node)

    return {f"{name(q.predicate)} {name(q.object)}" for q in store.quads_for_pattern(term(subject), None, None, graph)}


def test_facts_are_accepted_claims_and_what_follows(project: Path) -> None:
    """The whole of what the graph says of a pilot and of a city: stated, named, derived."""
    store = assemble_project(project).store
    assert told(store, DefaultGraph(), "city:malmo") == {
        "rdf:type mg:City", "rdf:type mg:Territory", "rdf:type schema:City", "rdf:type schema:AdministrativeArea",
        "rdf:type m8g:AdminUnit", "rdf:type dct:Location", "rdf:type org:Organization",
        'skos:prefLabel "Malmö"@en', 'rdfs:label "Malmö"@en', 'skos:altLabel "Malmoe"@en',
        'dct:description "City in Sweden."@en',
        "schema:containedInPlace country:sweden", "org:memberOf network:example",
    }  # fmt: skip
    assert told(store, DefaultGraph(), "pilot:crete-health") == {
        "rdf:type mg:Pilot", "rdf:type mg:Project", "rdf:type mg:Undertaking", "rdf:type prov:Activity",
        "rdf:type dingo:Project",
        'skos:prefLabel "Crete: health services"@en', 'rdfs:label "Crete: health services"@en',
        'dct:description "Pilot on health services in Crete, made up for the tests."@en',
        'mg:unnamed "true"^^<http://www.w3.org/2001/XMLSchema#boolean>',
        "mg:locatedIn region:crete", "dct:spatial region:crete",
        "mg:locatedIn country:greece", "dct:spatial country:greece",
        "mg:operator region:crete", "dct:contributor region:crete",
        "mg:theme theme:health", "dct:subject theme:health",
        "mg:fundedBy scheme:amif", "dct:relation scheme:amif",
    }  # fmt: skip


def test_a_claim_tells_source_place_and_how(project: Path) -> None:
    """One claim with its passage and selector, whole."""
    store = assemble_project(project).store
    graph = NamedNode(PREFIXES["graph"] + "claims/report")
    operator = term("mg:operator")
    (claim,) = {q.subject for q in store.quads_for_pattern(None, term("rdf:predicate"), operator, graph)}
    passage = f"{PREFIXES['source']}report#char=4,58"
    selector = f"{PREFIXES['source']}report#selector-char=4,58"
    described = f"""
        <{claim.value}> a mg:Claim, rdf:Statement ; rdf:subject pilot:crete-health ; rdf:predicate mg:operator ;
            rdf:object region:crete ; mg:claimStatus claim-status:accepted ; mg:polarity polarity:positive ;
            mg:warrant warrant:stated ; prov:wasDerivedFrom <{passage}> .
        <{passage}> a oa:SpecificResource ; oa:hasSource source:report ; oa:hasSelector <{selector}> .
        <{selector}> a oa:TextPositionSelector ; oa:start 4 ; oa:end 58 .
    """
    expected = {
        Triple(q.subject, q.predicate, q.object) for q in parse((HEADER + described).encode(), RdfFormat.TURTLE)
    }
    found = {
        q.triple
        for node in (claim, NamedNode(passage), NamedNode(selector))
        for q in store.quads_for_pattern(node, None, None, graph)
    }
    assert found == expected


def test_disputed_claims_are_kept_tied_and_no_facts(project: Path) -> None:
    """Eleven regions in the report, ten on the page: both claims stand, each against the other, neither is a fact."""
    store = assemble_project(project).store
    assert not any("schema:value" in line for line in told(store, DefaultGraph(), "figure:crete-regions"))
    conflicts = NamedNode(PREFIXES["graph"] + "derived/conflicts")
    tied = {(q.subject, q.object) for q in store.quads_for_pattern(None, term("mg:conflictsWith"), None, conflicts)}
    assert len(tied) == 2
    assert {(b, a) for a, b in tied} == tied


def test_every_fact_has_a_reason(project: Path) -> None:
    """Claimed, in an authority file, derived by a rule, a source record, or vocabulary: nothing else is a fact."""
    assembly = assemble_project(project)
    store, known = assembly.store, set(assembly.project.sources)
    for graph in store.named_graphs():
        assert isinstance(graph, NamedNode)
        if "/graph/claims/" not in graph.value:
            known |= {q.triple for q in store.quads_for_pattern(None, None, None, graph)}
    known |= {claim.triple for claim in assembly.claims if claim.is_fact}
    assert {q.triple for q in store.quads_for_pattern(None, None, None, DefaultGraph())} <= known


def test_building_twice_gives_the_same_version_and_the_same_bytes(project: Path, tmp_path: Path) -> None:
    """Two processes with different hash seeds: one id, byte-identical dumps in every format."""
    dumps: list[list[bytes]] = []
    ids = set()
    for seed in ("1", "2"):
        home = tmp_path / seed
        environment = {**os.environ, "PYTHONHASHSEED": seed}

        def cli(*arguments: str, env: dict[str, str] = environment) -> bytes:
            command = [sys.executable, "-m", "migragraph", *arguments]
            return subprocess.run(command, env=env, check=True, capture_output=True).stdout

        cli("build", "--project", str(project), "--home", str(home), "--no-check")
        ids.add(current_version(home).id)
        formats = [("facts", f) for f in ("nt", "ttl", "jsonld", "rdf")] + [("dataset", f) for f in ("nq", "trig")]
        dumps.append([cli("dump", what, "--format", form, "--home", str(home)) for what, form in formats])
    assert len(ids) == 1
    assert dumps[0] == dumps[1]


def test_dumps_say_what_the_version_holds(project: Path, tmp_path: Path) -> None:
    """Each dump is read back and compared whole."""
    settings = read_settings({}, project=project, home=tmp_path / "var")
    store = build_version(settings, check=False).open()
    facts = {q.triple for q in store.quads_for_pattern(None, None, None, DefaultGraph())}
    for name, form in (("nt", RdfFormat.N_TRIPLES), ("ttl", RdfFormat.TURTLE), ("rdf", RdfFormat.RDF_XML)):
        path = tmp_path / f"facts.{name}"
        assert run("dump", "facts", "--format", name, "--home", settings.home, "--output", path).exit_code == 0
        read = set(parse(path.read_bytes(), form))
        named = {t for t in facts if "genid" not in str(t) and "_:" not in str(t)}
        assert named <= {q.triple for q in read}
        assert len(read) == len(facts)
    for name, form in (("nq", RdfFormat.N_QUADS), ("trig", RdfFormat.TRIG)):
        path = tmp_path / f"dataset.{name}"
        assert run("dump", "dataset", "--format", name, "--home", settings.home, "--output", path).exit_code == 0
        read_quads: set[Quad] = set(parse(path.read_bytes(), form))
        assert len(read_quads) == len(store)


def test_the_small_project_conforms(project: Path) -> None:
    """All checks with the documents at hand: no violation."""
    report = check_project(project, documents=DOCUMENTS)
    assert [f for f in report.findings if f.severity == "violation"] == []
    assert report.counts["claims checked against documents"] == 24


def test_what_breaks_a_shape_is_not_published(project: Path, tmp_path: Path) -> None:
    """The served version stays; the error carries the report."""
    settings = read_settings({}, project=project, home=tmp_path / "var")
    served = build_version(settings, documents=DOCUMENTS)
    replace_in(project / "data/ttl/claims/report.trig", "mg:cofinancingRate 0.9", "mg:cofinancingRate 90")
    with pytest.raises(InvalidGraph) as caught:
        build_version(settings, documents=DOCUMENTS)
    assert any("mg:cofinancingRate" in f.path for f in caught.value.report.findings)
    assert current_version(settings.home).id == served.id
    assert len(list((settings.home / "versions").iterdir())) == 1


def test_two_accepted_values_are_a_violation_until_decided(project: Path) -> None:
    """Without the curator's decisions the contradiction stops the build, and the remedy is named."""
    (project / "data/decisions.csv").write_text("subject,predicate,value,source,status,why\n")
    report = check_project(project, documents=None)
    about = [f for f in report.findings if f.severity == "violation" and f.focus == "figure:crete-regions"]
    assert about
    assert any("decisions.csv" in f.message or "decide" in f.message.lower() for f in about)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("data/ttl/things/things.ttl", "city:malmo a mg:City ;", "city:malmo a mg:City", "things.ttl:16"),
        ("data/registry/members.csv", "joined", "entered", "members.csv"),
        ("data/ttl/claims/page.trig", "schema:value", "schema:valu", "page.trig:8"),
        ("data/ttl/claims/page.trig", "figure:crete-regions schema", "<urn:x> schema", "not an IRI of ours"),
    ],
)
def test_bad_input_stops_the_build_and_leaves_nothing(
    project: Path, tmp_path: Path, file: str, old: str, new: str, said: str
) -> None:
    """Exit code 3, file and line on standard error, no version."""
    replace_in(project / file, old, new)
    home = tmp_path / "var"
    result = run("build", "--project", project, "--home", home)
    assert result.exit_code == 3
    assert said in result.stderr
    assert "Correct the lines named" in result.stderr
    assert not home.exists()


def test_a_claim_outside_its_document_stops_the_build(project: Path, tmp_path: Path) -> None:
    """Exit code 1 with the place and the remedy."""
    replace_in(project / "data/ttl/claims/page.trig", "#char=13,30", "#char=13,300")
    result = run("build", "--project", project, "--home", tmp_path / "var", "--documents", DOCUMENTS)
    assert result.exit_code == 1
    assert "page.trig:8" in result.stdout
    assert "lies outside the document" in result.stdout
    assert not (tmp_path / "var").exists()


def test_check_prints_reports_and_says_how_it_went(project: Path) -> None:
    """Text, JSON and SHACL; exit code 0 without violations and 1 with."""
    assert run("check", "--project", project, "--documents", DOCUMENTS).exit_code == 0
    replace_in(project / "data/ttl/claims/report.trig", "schema:value 1052", "schema:value 1053")
    result = run("check", "--project", project, "--documents", DOCUMENTS, "--format", "json")
    assert result.exit_code == 1
    (finding,) = [f for f in json.loads(result.stdout)["findings"] if f["check"] == "evidence"]
    assert (finding["file"].rpartition("/")[2], finding["line"]) == ("report.trig", 30)
    assert "1053 does not stand" in finding["message"]


def test_cite_prints_the_block_of_a_passage(project: Path) -> None:
    """The range of the words, and the text around it for the eye."""
    result = run(
        "cite", "report", "carried out", "--to", "health services", "--project", project, "--documents", DOCUMENTS
    )
    assert result.exit_code == 0
    assert result.stdout == "<#char=20,58> {\n}\n\n"
    assert "The Region of Crete [carried out a pilot on health services] with 1,052" in result.stderr
    for words, said in (("nowhere", "does not stand in report"), ("The", "no passage of at most 400")):
        result = run("cite", "report", words, "--to", "zebra", "--project", project, "--documents", DOCUMENTS)
        assert (result.exit_code, said in result.stderr) == (3, True)


def test_format_brings_files_into_canonical_form(project: Path) -> None:
    """Order and spacing do not matter to the reader, but to the next diff."""
    assert run("format", "--check", "--project", project).exit_code == 0
    path = project / "data/ttl/claims/page.trig"
    canonical = path.read_text()
    prefixes, _, block = canonical.partition("\n\n")
    path.write_text(prefixes + "\n" + block.replace("\n    ", "  ").replace("{", "{\n\n"))
    result = run("format", "--check", "--project", project)
    assert (result.exit_code, result.stdout) == (1, f"not canonical: {path}\n")
    assert run("format", "--project", project).exit_code == 0
    assert path.read_text() == canonical


def test_reconcile_says_what_is_no_thing_yet(project: Path) -> None:
    """A name of a table without a row is reported, with candidates."""
    assert run("reconcile", "--project", project).exit_code == 0
    replace_in(project / "data/registry/members.csv", "Malmoe", "Malmooe")
    result = run("reconcile", "--project", project)
    assert result.exit_code == 1
    assert "Malmooe" in result.stdout
    assert "city:malmo" in result.stdout


def test_format_changes_nothing_where_a_file_is_broken_and_knows_no_empty_project(
    project: Path, tmp_path: Path
) -> None:
    """All files or none; a folder without files does not pass for one in canonical form."""
    path = project / "data/ttl/claims/page.trig"
    before = path.read_bytes() + b"\n"
    path.write_bytes(before)
    things = project / "data/ttl/things/things.ttl"
    things.write_text(things.read_text() + "broken")
    result = run("format", "--project", project)
    assert (result.exit_code, path.read_bytes()) == (3, before)
    assert re.search(r"things\.ttl:\d+: not well-formed", result.stderr)
    assert run("format", "--check", "--project", tmp_path / "empty").exit_code == 3


def test_format_brings_line_ends_of_windows_home(project: Path) -> None:
    """A file differs from its canonical form by its bytes."""
    path = project / "data/ttl/claims/page.trig"
    canonical = path.read_bytes()
    path.write_bytes(canonical.replace(b"\n", b"\r\n"))
    assert run("format", "--check", "--project", project).exit_code == 1
    assert run("format", "--project", project).exit_code == 0
    assert path.read_bytes() == canonical


def test_what_the_system_refuses_and_what_is_our_fault_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 3 with the path and no traceback; exit code 4 with one, for the report."""
    (tmp_path / "file").write_text("")
    (tmp_path / "var" / "current").mkdir(parents=True)
    result = run("version", "--home", tmp_path / "var")
    assert (result.exit_code, "Traceback" in result.stderr) == (3, False)
    assert f"{tmp_path}/var/current: Is a directory" in result.stderr

    def fail(*_: object, **__: object) -> None:
        raise KeyError("a slip")

    monkeypatch.setattr("migragraph.cli.read_settings", fail)
    result = run("version")
    assert (result.exit_code, "KeyError: 'a slip'" in result.stderr) == (4, True)
    assert "please report it" in result.stderr


def test_the_formats_of_reports_are_those_that_can_be_written() -> None:
    """The command line names them without importing their writers."""
    (choice,) = [p.type for p in main.commands["check"].params if p.name == "format_"]
    assert isinstance(choice, click.Choice)
    assert set(choice.choices) == set(RENDERERS)
