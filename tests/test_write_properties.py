"""Any sequence of changes: a write gives what a full build would give, and finds what all checks would find."""

import hashlib
import json
import shutil
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Quad, RdfFormat, parse

from migragraph.build import assemble_project, build_version
from migragraph.checks import check_graph
from migragraph.checks.report import Finding, Severity
from migragraph.config import Settings, read_settings
from migragraph.errors import ForbiddenWrite, InvalidGraph, SourceError
from migragraph.graph.assembly import Assembly
from migragraph.iris import PREFIXES, name_edit
from migragraph.sources.project import read_project
from migragraph.store.edits import edits_in
from migragraph.store.versions import Version, canonical_lines, current_version
from migragraph.writes.change import Change, admit
from migragraph.writes.record import next_number, plan_edit, write_files
from migragraph.writes.writing import write_change
from projects import ROOT, copy_small_project

HEADER = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())


def quads(trig: str) -> frozenset[Quad]:
    """Read TriG with our prefixes."""
    return frozenset(parse((HEADER + trig).encode(), RdfFormat.TRIG))


#: Facts and names that a change may add and remove: stated in files, new, derived, wrong, in every combination.
POOL = sorted(
    quads("""
    pilot:crete-health mg:locatedIn region:crete , city:heraklion ; mg:operator region:crete , theme:health ;
        mg:theme theme:health , theme:housing ; mg:fundedBy scheme:amif ; schema:startDate "2021"^^xsd:gYear .
    grant:crete-amif schema:fundedItem pilot:crete-health ; mg:cofinancingRate 0.9 ; mg:share share:co-funded .
    figure:crete-regions schema:value 10 , 11 , 12 .
    figure:crete-participants schema:value 1052 ; mg:unit unit:persons ; mg:figureOf pilot:crete-health .
    city:malmo mg:nutsCode "SE224" , "wrong" ; schema:containedInPlace country:sweden , region:crete .
    city:heraklion schema:containedInPlace region:crete , country:greece , city:heraklion .
    region:crete schema:containedInPlace country:greece ; mg:nutsCode "EL43" .
    country:greece mg:isoCode "GR" , "GRC" .
    membership:example\\/malmo mg:membershipStatus membership-status:member ; schema:endDate "2018"^^xsd:gYear .
    membership:example\\/chania a mg:Membership ; rdfs:label "Chania in the Example Network"@en ;
        org:organization network:example ; org:member city:chania ; mg:membershipStatus membership-status:member .
    graph:authority {
        city:malmo skos:altLabel "Malmoe"@en , "Malmø"@da ; a mg:City , mg:Network .
        city:chania a mg:City ; skos:prefLabel "Chania"@en ; dct:description "City in Crete."@en .
        pilot:crete-health mg:unnamed true ; a mg:Pilot .
        country:greece a mg:Country .
    }
    """),
    key=str,
)
CHANGES = st.tuples(st.sets(st.sampled_from(POOL), max_size=5), st.sets(st.sampled_from(POOL), max_size=4))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The small project, built and checked once."""
    folder = tmp_path_factory.mktemp("built")
    given_ = read_settings({}, project=copy_small_project(folder / "project"), home=folder / "var")
    build_version(given_)
    return given_


def violations(findings: Iterable[Finding]) -> set[tuple[str, str, str, str]]:
    """Return what stops publication, without places, which differ."""
    return {(f.check, f.focus, f.path, f.value) for f in findings if f.severity == Severity.VIOLATION}


def all_violations(given_: Settings, base: Version, change: Change, folder: Path) -> set[tuple[str, str, str, str]]:
    """Return what all checks find on the project with its edits and the change as one more, all read anew."""
    recorded = edits_in(given_.home)
    project = read_project(given_.project, recorded)
    wanted = admit(change)
    name = name_edit(next_number(project), wanted.when)
    (folder / name).mkdir(parents=True)
    for file, text in write_files(name, wanted, plan_edit(wanted, project, base.open()), base.id).items():
        (folder / name / file).write_text(text, encoding="utf-8")
    return violations(check_graph(assemble_project(given_.project, edits=[*recorded, folder / name])).findings)


def build(given_: Settings) -> Assembly:
    """Read the project with its edits anew."""
    return assemble_project(given_.project, edits=edits_in(given_.home))


def id_of(assembly: Assembly) -> str:
    """Return the id that a version of it would have: the digest of the content."""
    return hashlib.sha256(b"".join(canonical_lines(assembly.store))).hexdigest()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=4)
@given(st.lists(CHANGES, min_size=1, max_size=3))
def test_a_write_is_what_a_build_and_all_checks_make_of_it(
    built: Settings, tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[set[Quad], set[Quad]]]
) -> None:
    """Published: the id of a full build, every quad as asked for. Refused: the same violations, the same home."""
    home = tmp_path_factory.mktemp("home") / "var"
    shutil.copytree(built.home, home)
    given_ = read_settings({}, project=built.project, home=home)
    for second, (added, removed) in enumerate(changes):
        base = current_version(home)
        when = datetime(2026, 11, 22, 6, 15, second, tzinfo=UTC)
        change = Change(frozenset(added), frozenset(removed), "Chance", "Drawn by lot.", when)
        recorded = edits_in(home)
        try:
            version = write_change(given_, base.id, change)
        except (InvalidGraph, ForbiddenWrite) as error:
            assert (current_version(home), edits_in(home)) == (base, recorded)
            if isinstance(error, InvalidGraph) and not isinstance(error.__cause__, SourceError):
                found = violations(error.report.findings)
                assert found == all_violations(given_, base, change, home.with_name(f"other-{second}"))
            continue
        built_anew = build(given_)
        assert version.id == id_of(built_anew)
        store = version.open()
        assert all(quad in store for quad in added - removed)
        assert not any(quad in store for quad in removed - added)
        assert violations(check_graph(built_anew).findings) == set()


def test_a_write_to_the_real_graph_is_what_a_build_makes_of_it(real_home: Path, tmp_path: Path) -> None:
    """A fact, a withdrawal and a name on the whole project."""
    given_ = read_settings({}, project=ROOT, home=tmp_path / "var")
    shutil.copytree(real_home, given_.home)
    base = current_version(given_.home)
    manifest = base.folder / "manifest.json"  # `make check` has looked at the same files; checking takes half a minute
    manifest.write_text(json.dumps({**base.manifest, "checked": True}))
    added = quads('city:malmo org:memberOf network:eccar . graph:authority { city:malmo skos:altLabel "Malmø"@da }')
    removed = quads("pilot:includ-eu-crete-health mg:theme theme:health .")
    assert all(quad in base.open() for quad in removed)
    change = Change(added - set(base.open()), removed, "Curator", "A trial.", datetime(2026, 11, 22, 6, tzinfo=UTC))
    version = write_change(given_, base.id, change)
    assert version.id == id_of(build(given_))
