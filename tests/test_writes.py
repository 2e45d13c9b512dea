"""Guarded writes on the small project: what becomes of a change, what is refused, and that a build agrees."""

import pickle
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, Triple, parse

from migragraph.build import assemble_project, build_version
from migragraph.cli import main
from migragraph.config import Settings, read_settings
from migragraph.errors import (
    BadParameter,
    ForbiddenWrite,
    InvalidGraph,
    NoVersion,
    OutdatedVersion,
    QueryTimeout,
    SourceError,
    WriteConflict,
)
from migragraph.iris import PREFIXES, term
from migragraph.sources.edits import read_edit
from migragraph.store.versions import Version, canonical_lines, current_version, recorded_edits, roll_back
from migragraph.writes.apart import writing_apart
from migragraph.writes.change import Change
from migragraph.writes.writing import write_change
from projects import copy_small_project, replace_in

HEADER = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
WHEN = datetime(2026, 11, 22, 6, 15, tzinfo=UTC)
NAME = "0001-20261122t061500z"


def quads(trig: str) -> frozenset[Quad]:
    """Read TriG with our prefixes: facts outside of graphs, names in graph:authority."""
    return frozenset(parse((HEADER + trig).encode(), RdfFormat.TRIG))


def change(added: str = "", removed: str = "", why: str = "Seen on the page of the city.", second: int = 0) -> Change:
    """Make a change of TriG."""
    return Change(quads(added), quads(removed), "Curator", why, WHEN.replace(second=second))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project, built and checked once."""
    folder = tmp_path_factory.mktemp("built")
    build_version(settings_of(copy_small_project(folder / "project").parent))
    return folder


def settings_of(folder: Path) -> Settings:
    """Return settings for a project and a home beside each other."""
    return read_settings({}, project=folder / "project", home=folder / "var")


@pytest.fixture
def settings(built: Path, tmp_path: Path) -> Settings:
    """A copy of the small project and its home."""
    shutil.copytree(built, tmp_path / "copy")
    return settings_of(tmp_path / "copy")


def write(settings: Settings, wanted: Change) -> Version:
    """Make a change to the current version; a build of the project with all edits gives the same version."""
    version = write_change(settings, current_version(settings.home).id, wanted)
    assert current_version(settings.home) == version
    assembly = assemble_project(settings.project, edits=recorded_edits(settings.home))
    assert canonical_lines(version.open()) == canonical_lines(assembly.store)
    return version


def state(settings: Settings) -> dict[str, bytes]:
    """Return all files of the home that say what it holds."""
    paths = [p for p in settings.home.rglob("*") if p.is_file() and "store" not in p.parts and p.name != "build.lock"]
    return {str(p.relative_to(settings.home)): p.read_bytes() for p in paths}


def facts(version: Version, subject: str) -> set[Triple]:
    """Return the facts about a thing."""
    return {q.triple for q in version.open().quads_for_pattern(term(subject), None, None, DefaultGraph())}


def triples(turtle: str) -> set[Triple]:
    """Read Turtle with our prefixes."""
    return {quad.triple for quad in quads(turtle)}


def test_a_fact_that_is_added_is_a_claim_of_the_edit(settings: Settings) -> None:
    """The claim with all it says, the source with who, when and why, and what follows from the fact."""
    before = facts(current_version(settings.home), "city:malmo")
    version = write(settings, change(added='city:malmo mg:nutsCode "SE224" .'))
    assert facts(version, "city:malmo") - before == triples('city:malmo mg:nutsCode "SE224" .')
    store, graph = version.open(), term(f"graph:claims/edit-{NAME}")
    (claim,) = {q.subject for q in store.quads_for_pattern(None, term("rdf:type"), None, graph)}
    source = f"source:edit-{NAME}"
    assert {q.triple for q in store.quads_for_pattern(None, None, None, graph)} == triples(f"""
        {claim} a mg:Claim , rdf:Statement ; rdf:subject city:malmo ; rdf:predicate mg:nutsCode ; rdf:object "SE224" ;
            mg:claimStatus claim-status:accepted ; mg:polarity polarity:positive ; mg:warrant warrant:stated ;
            prov:wasDerivedFrom {source} .
    """)
    told = {t for t in facts(version, source) if t.predicate != term("schema:sha256")}
    assert told == triples(f"""
        {source} a mg:Source , prov:Entity , schema:CreativeWork ; dct:created "2026-11-22T06:15:00Z"^^xsd:dateTime ;
            dct:creator <https://w3id.org/migragraph/agent/curator> ; dct:identifier "{NAME}" ;
            dct:description "Change by Curator: Seen on the page of the city."@en ;
            skos:prefLabel "Edit 1, 22 November 2026"@en ; rdfs:label "Edit 1, 22 November 2026"@en .
    """)
    edit = read_edit(recorded_edits(settings.home)[0])
    sizes = (edit.claims_added, edit.claims_withdrawn, edit.names_added, edit.names_withdrawn)
    assert (edit.number, edit.who, edit.when, sizes) == (1, "Curator", WHEN, (1, 0, 0, 0))
    assert version.manifest["edits"] == [NAME]


def test_the_next_build_keeps_what_was_written(settings: Settings) -> None:
    """A build of the same files is the same version, manifest and all."""
    version = write(settings, change('city:malmo mg:nutsCode "SE224" .', "pilot:crete-health mg:theme theme:health ."))
    again = build_version(settings)
    assert again.id == version.id
    shutil.rmtree(version.folder)
    rebuilt = build_version(settings)
    assert {**rebuilt.manifest, "built": ""} == {**version.manifest, "built": ""}
    assert rebuilt.page("ontology.html") == version.page("ontology.html")


def test_a_fact_that_is_removed_loses_its_claims(settings: Settings) -> None:
    """The claim stays, rejected with the reason; the fact goes with all that was derived from it."""
    version = write(settings, change(removed="pilot:crete-health mg:operator region:crete .", why="It was the city."))
    left = {t for t in facts(version, "pilot:crete-health") if t.object == term("region:crete")}
    assert left == triples("pilot:crete-health mg:locatedIn region:crete ; dct:spatial region:crete .")
    store, graph = version.open(), term("graph:claims/report")
    (claim,) = {q.subject for q in store.quads_for_pattern(None, None, term("mg:operator"), graph)}
    assert isinstance(claim, NamedNode)
    told = {q.triple for q in store.quads_for_pattern(claim, None, None, graph)}
    assert triples(f"""
        {claim} mg:claimStatus claim-status:rejected ; mg:statusReason "It was the city. (edit {NAME})"@en .
    """) == {t for t in told if t.predicate in (term("mg:claimStatus"), term("mg:statusReason"))}
    edit = read_edit(recorded_edits(settings.home)[0])
    assert (edit.claims_added, edit.claims_withdrawn) == (0, 1)


def test_a_claim_of_an_earlier_edit_is_dropped(settings: Settings) -> None:
    """Added, removed, added again: three edits, one claim; what is taken back leaves no trace in the graph."""
    fact = 'city:malmo mg:nutsCode "SE224" .'
    for second, wanted in enumerate((change(fact), change(removed=fact), change(fact))):
        version = write(settings, replace(wanted, when=WHEN.replace(second=second)))
    said = {q.graph_name for q in version.open().quads_for_pattern(None, term("rdf:object"), None, None)}
    assert {graph for graph in said if "edit" in str(graph)} == {term("graph:claims/edit-0003-20261122t061502z")}
    assert version.manifest["edits"] == [f"000{n + 1}-20261122t06150{n}z" for n in range(3)]


def test_an_edit_can_decide_what_is_disputed(settings: Settings) -> None:
    """A decision about every source does not stand against the claim of the edit; taking it back restores all."""
    fact = "figure:crete-regions schema:value 11 ."
    before = facts(current_version(settings.home), "figure:crete-regions")
    version = write(settings, change(fact))
    assert facts(version, "figure:crete-regions") - before == triples(fact)
    assert facts(write(settings, change(removed=fact, second=1)), "figure:crete-regions") == before


def test_names_are_written_in_the_authority_graph(settings: Settings) -> None:
    """A spelling added, another one taken back, and a new thing of which a fact speaks, in one change."""
    version = write(
        settings,
        change(
            """graph:authority { city:malmo skos:altLabel "Malmø"@da .
               city:chania a mg:City ; skos:prefLabel "Chania"@en ; dct:description "City in Crete."@en . }
               city:chania schema:containedInPlace region:crete .""",
            'graph:authority { city:malmo skos:altLabel "Malmoe"@en }',
        ),
    )
    names = {t for t in facts(version, "city:malmo") if t.predicate == term("skos:altLabel")}
    assert names == triples('city:malmo skos:altLabel "Malmø"@da .')
    assert triples("city:chania schema:containedInPlace region:crete , country:greece .") <= facts(
        version, "city:chania"
    )
    edit = read_edit(recorded_edits(settings.home)[0])
    assert (edit.claims_added, edit.names_added, edit.names_withdrawn) == (1, 4, 1)


def test_a_change_that_changes_nothing_leaves_no_record(settings: Settings) -> None:
    """What is there already, or not there, and what is both added and removed."""
    before, there = state(settings), "pilot:crete-health mg:theme theme:health ."
    gone = 'city:malmo mg:nutsCode "SE224" .'
    current = current_version(settings.home)
    assert write_change(settings, current.id, change(there, gone)) == current
    assert write_change(settings, current.id, change(gone, gone)) == current
    assert state(settings) == before


GENERATED = [
    (
        r"graph:claims\/report { claim:report\/x mg:claimStatus claim-status:rejected }",
        "write the fact into the default",
    ),
    (r"graph:derived\/memberships { city:malmo org:memberOf network:x }", "the rule memberships makes it"),
    ('graph:ontology { mg:City rdfs:label "x"@en }', "the vocabulary stands in ontology/"),
    ('graph:shapes { mgsh:Source rdfs:label "x"@en }', "the shapes stand in shapes/"),
    ('graph:queries { <urn:q> rdfs:label "x"@en }', "the questions stand in queries/"),
    ('graph:networks { <urn:n> rdfs:label "x"@en }', "the networks stand in networks/"),
    ("<urn:mine> { city:malmo mg:theme theme:health }", "there is no such graph"),
    ("_:graph { city:malmo mg:theme theme:health }", "graph without a name"),
    ("city:malmo mg:theme _:b .", "has a blank node"),
    ('theme:health mg:wordedAs "health" .', "is a note on a claim"),
]


@pytest.mark.parametrize("removed", [False, True])
@pytest.mark.parametrize(("wanted", "said"), GENERATED, ids=[said for _, said in GENERATED])
def test_what_is_generated_is_not_written(settings: Settings, wanted: str, said: str, *, removed: bool) -> None:
    """Refused with the reason, and what to write instead; nothing is changed."""
    before = state(settings)
    with pytest.raises(ForbiddenWrite) as caught:
        write_change(settings, current_version(settings.home).id, change(*(("", wanted) if removed else (wanted,))))
    assert said in caught.value.message
    assert state(settings) == before


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        ("city:malmo a mg:City .", "an authority file says so; remove it from graph:authority"),
        ("city:malmo org:memberOf network:example .", "it follows by the rule memberships"),
        ("mg:City a owl:Class .", "it is part of the vocabulary"),
        ('source:report dct:identifier "report.txt" .', "it describes a source"),
        ("city:heraklion schema:containedInPlace country:greece .", "it follows by the rule containment"),
    ],
)
def test_a_fact_that_stays_cannot_be_removed(settings: Settings, fact: str, said: str) -> None:
    """An authority file, a rule, the vocabulary or a source record holds it, also where a claim of it is withdrawn."""
    if "heraklion" in fact:
        write(settings, change("city:heraklion schema:containedInPlace region:crete ."))
    before = state(settings)
    with pytest.raises(ForbiddenWrite, match=f"cannot be removed: {said}"):
        write_change(settings, current_version(settings.home).id, change(removed=fact, second=1))
    assert state(settings) == before


@pytest.mark.parametrize(
    ("added", "removed", "check", "said"),
    [
        ("pilot:crete-health mg:operator theme:health .", "", "Relation-operator", "no agent"),
        ("figure:crete-participants schema:value 7 .", "", "two-values", "several values"),
        ("city:malmo mg:nonsense 7 .", "", "inputs", "there is no term mg:nonsense"),
        ("city:malmo mg:theme theme:nonsense .", "", "inputs", "there is no concept theme:nonsense"),
        ("<urn:x> mg:theme theme:health .", "", "inputs", "is not an IRI of ours"),
        ('figure:crete-participants mg:asStated "' + "x" * 61 + '" .', "", "inputs", "60 is the most"),
        ('graph:authority { city:malmo mg:nutsCode "SE224" }', "", "inputs", "a fact that a source has to vouch for"),
        ("", 'graph:authority { city:malmo skos:prefLabel "Malmö"@en }', "inputs", "city:malmo has no skos:prefLabel"),
        ('city:malmo schema:url "jane.doe@example.org" .', "", "personal-data", "e-mail address"),
        ("graph:authority { city:x a mg:City ; skos:prefLabel 'Malmö'@en ; dct:description 'x'@en }", "",
         "label-not-unique", "same preferred label"),
    ],
)  # fmt: skip
def test_what_breaks_a_shape_or_a_rule_is_refused(
    settings: Settings, added: str, removed: str, check: str, said: str
) -> None:
    """The report names the fault without places in files that are not there; nothing is changed."""
    before = state(settings)
    with pytest.raises(InvalidGraph) as caught:
        write_change(settings, current_version(settings.home).id, change(added, removed))
    found = [f for f in caught.value.report.findings if f.check == check and f.severity == "violation"]
    assert said in " ".join(f.message for f in found)
    assert not any(f.where and "/edits/" in str(f.where.path) for f in caught.value.report.findings)
    assert state(settings) == before


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"who": " "}, "name of the writer is empty"),
        ({"who": "…"}, "no letter or digit"),
        ({"why": ""}, r"the reason \(why\) is empty"),
        ({"why": "x" * 301}, "has 301 characters"),
        ({"why": "a\x00b"}, "not printable"),
        ({"when": datetime(2026, 11, 22)}, "no time zone"),
        ({"added": frozenset({Quad(BlankNode("x"), term("mg:theme"), term("theme:health"))})}, None),
    ],
)
def test_a_change_says_who_why_and_when(settings: Settings, fault: dict[str, object], said: str | None) -> None:
    """Refused before anything is read."""
    wanted = replace(change('city:malmo mg:nutsCode "SE224" .'), **fault)  # type: ignore[arg-type]
    with pytest.raises(BadParameter if said else ForbiddenWrite, match=said):
        write_change(settings, current_version(settings.home).id, wanted)


def test_personal_data_in_the_reason_are_refused(settings: Settings) -> None:
    """The record is published, so it is searched too."""
    before = state(settings)
    wanted = change('city:malmo mg:nutsCode "SE224" .', why="Told by jane.doe@example.org today.")
    with pytest.raises(InvalidGraph) as caught:
        write_change(settings, current_version(settings.home).id, wanted)
    assert {f.check for f in caught.value.report.findings if f.severity == "violation"} == {"personal-data"}
    assert state(settings) == before


def test_of_two_who_write_at_once_the_second_is_told(settings: Settings) -> None:
    """Both wait for the lock; one makes its change, the other learns that the version has changed."""
    base, told = current_version(settings.home).id, []

    def attempt(code: str) -> None:
        try:
            told.append(write_change(settings, base, change(f'city:malmo mg:nutsCode "{code}" .')).id)
        except WriteConflict as error:
            told.append(error.code)

    threads = [threading.Thread(target=attempt, args=(code,)) for code in ("SE224", "SE225")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == sorted([current_version(settings.home).id, "write-conflict"])
    assert len(recorded_edits(settings.home)) == 1


def test_nothing_can_be_written_where_nothing_is_built(settings: Settings, tmp_path: Path) -> None:
    """An error, and no file."""
    with pytest.raises(NoVersion):
        write_change(replace(settings, home=tmp_path / "empty"), "0" * 64, change("city:malmo mg:theme theme:health ."))
    assert not (tmp_path / "empty").exists()


def test_a_write_goes_on_from_a_version_of_today_only(settings: Settings) -> None:
    """A changed file, a version without checks, and one that lacks an edit are named, with the remedy."""
    wanted = change('city:malmo mg:nutsCode "SE224" .')
    first = write(settings, wanted)
    base = roll_back(settings.home).id
    with pytest.raises(OutdatedVersion, match=f"changed: edits/{NAME}/claims.trig, edits/{NAME}/edit.json"):
        write_change(settings, base, wanted)
    build_version(settings, check=False)
    assert current_version(settings.home).id == first.id
    replace_in(settings.project / "data/ttl/things/things.ttl", "City in Sweden.", "A city in Sweden.")
    with pytest.raises(OutdatedVersion, match=r"changed: data/ttl/things/things\.ttl\. Run `migragraph build`"):
        write_change(settings, first.id, wanted)
    unchecked = build_version(settings, check=False)
    with pytest.raises(OutdatedVersion, match="published without checks"):
        write_change(settings, unchecked.id, wanted)


def test_a_change_may_come_once_the_version_is_read(settings: Settings) -> None:
    """It makes the same version; where none comes, nothing is written, and the next writer need not wait."""
    base, before = current_version(settings.home).id, state(settings)
    wanted = change('city:malmo mg:nutsCode "SE224" .')
    with pytest.raises(QueryTimeout), writing_apart(settings, base):
        raise QueryTimeout("it took too long.", remedy="")
    asked = pickle.dumps((settings, base))
    done = subprocess.run(
        [sys.executable, "-m", "migragraph.writes.apart"], input=asked, capture_output=True, check=True
    )
    assert (done.stdout, done.stderr, state(settings)) == (b"", b"", before)
    with pytest.raises(BadParameter, match="reason"):
        write_change(settings, base, lambda: change('city:malmo mg:nutsCode "SE224" .', why=""))
    assert state(settings) == before
    shutil.copytree(settings.home.parent, settings.home.parent.with_name("other"))
    with writing_apart(settings, base) as write_there:
        version = write_there(wanted)
    assert version == current_version(settings.home)
    assert version.id == write_change(settings_of(settings.home.parent.with_name("other")), base, wanted).id


def test_a_build_during_which_somebody_writes_has_the_edit(settings: Settings) -> None:
    """It starts again before it would publish a version that lacks the edit."""
    replace_in(settings.project / "data/ttl/things/things.ttl", "City in Sweden.", "A city in Sweden.")
    untouched = shutil.copytree(settings.project, settings.project.with_name("before"))
    replace_in(untouched / "data/ttl/things/things.ttl", "A city in Sweden.", "City in Sweden.")
    steps: list[str] = []

    def progress(step: str) -> None:
        steps.append(step)
        if step == "writing" and steps.count("writing") == 1:
            wanted = change('city:malmo mg:nutsCode "SE224" .')
            write_change(replace(settings, project=untouched), current_version(settings.home).id, wanted)

    version = build_version(settings, check=False, progress=progress)
    assert steps.count("writing") == 2
    assert version.manifest["edits"] == [NAME]
    assert triples('city:malmo mg:nutsCode "SE224" ; dct:description "A city in Sweden."@en .') <= facts(
        version, "city:malmo"
    )


def test_an_edit_can_be_taken_into_the_files_of_the_project(settings: Settings) -> None:
    """Claims, decisions and source move over as they are: the same version, without the folder of the edit."""
    version = write(settings, change('city:malmo mg:nutsCode "SE224" .', "pilot:crete-health mg:theme theme:health ."))
    (edit,) = recorded_edits(settings.home)
    ttl = settings.project / "data/ttl"
    shutil.copy(edit / "claims.trig", ttl / "claims" / f"edit-{NAME}.trig")
    shutil.copy(edit / "sources.ttl", ttl / "sources-edits.ttl")
    decisions = settings.project / "data/decisions.csv"
    decisions.write_text(decisions.read_text() + (edit / "decisions.csv").read_text().partition("\n")[2])
    shutil.rmtree(edit)
    assert build_version(settings).id == version.id
    assert CliRunner().invoke(main, ["format", "--check", "--project", str(settings.project)]).exit_code == 0
    following = write(settings, change('city:heraklion mg:nutsCode "EL43" .'))
    assert following.manifest["edits"] == ["0002-20261122t061500z"]


def spoil(path: Path, text: str) -> None:
    """Write a file of an edit anew."""
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("edit.json", "{", "not the note of an edit"),
        ("edit.json", "{}", "not the note of an edit"),
        ("notes.txt", "x", "nothing reads this file"),
        ("withdrawn.trig", HEADER + "graph:shapes { mg:a mg:b mg:c }", "neither graph:authority nor an edit"),
        ("withdrawn.trig", HEADER + f"source:edit-{NAME} {{ mg:a mg:b mg:c }}", "no earlier edit claims"),
        (
            "claims.trig",
            HEADER + "source:report { city:malmo mg:theme theme:health }",
            "every statement of a claim file",
        ),
    ],
)
def test_a_record_that_is_not_whole_stops_the_build(settings: Settings, file: str, text: str, said: str) -> None:
    """The file is named, with the fault; the version that is served stays."""
    version = write(settings, change('city:malmo mg:nutsCode "SE224" .'))
    spoil(recorded_edits(settings.home)[0] / file, text)
    with pytest.raises(SourceError) as caught:
        build_version(settings)
    assert said in str(caught.value)
    assert f"{NAME}/{file}" in str(caught.value)
    assert current_version(settings.home).id == version.id


def test_the_note_of_an_edit_is_sealed(settings: Settings) -> None:
    """Who, when and why cannot be changed unnoticed."""
    write(settings, change('city:malmo mg:nutsCode "SE224" .'))
    (edit,) = recorded_edits(settings.home)
    replace_in(edit / "edit.json", '"Curator"', '"Another"')
    with pytest.raises(SourceError, match="another SHA-256"):
        build_version(settings)


def test_the_command_line_lists_the_edits(settings: Settings) -> None:
    """The newest first; those of the served version are marked."""

    def listed() -> Iterable[str]:
        result = CliRunner().invoke(main, ["edits", "--home", str(settings.home)])
        assert result.exit_code == 0, result.output
        return result.output.splitlines()

    assert listed() == []
    write(settings, change('city:malmo mg:nutsCode "SE224" .'))
    write(settings, change("", 'graph:authority { city:malmo skos:altLabel "Malmoe"@en }', "Never used.", 1))
    first = f"{NAME}  2026-11-22 06:15:00+00:00  by Curator: +1 -0 claims, +0 -0 names: Seen on the page of the city."
    second = "0002-20261122t061501z  2026-11-22 06:15:01+00:00  by Curator: +0 -0 claims, +0 -1 names: Never used."
    assert listed() == [f"* {second}", f"* {first}"]
    roll_back(settings.home)
    assert listed() == [f"  {second}", f"* {first}"]
