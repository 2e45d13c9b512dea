"""All checks together on the small project; explained warnings; what only files show."""

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store

from migragraph.checks import check_graph
from migragraph.checks.explained import COLUMNS, ExplainedFinding, explain_warnings, read_explanations
from migragraph.checks.files import check_language_tags
from migragraph.checks.focus import Focuses
from migragraph.checks.names import check_names
from migragraph.checks.report import Finding, Report, Severity
from migragraph.errors import SourceError, UnknownThing, Where
from migragraph.graph.assembly import assemble
from migragraph.iris import PREFIXES, term
from migragraph.sources.project import read_project
from projects import copy_small_project, replace_in

#: The small project uses a small part of the ontology, and has nothing for many shapes to look at.
PARTIAL = {"unused-term", "idle-shape"}
WARNING = Finding("City-point", Severity.WARNING, "city:malmo", "The city has no coordinates.")


def check(folder: Path, documents: Path | None = None) -> Report:
    """Check the project of a folder."""
    return check_graph(assemble(read_project(folder)), documents=documents)


def names(report: Report) -> set[tuple[str, str, str]]:
    """Return check, focus and value of the findings that matter."""
    return {(f.check, f.focus, f.value) for f in report.findings if f.check not in PARTIAL}


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Report]:
    """The small project as it is, and its report."""
    folder = copy_small_project(tmp_path_factory.mktemp("small"))
    return folder, check(folder, folder / "documents")


def test_every_kind_of_check_is_run_and_counted(clean: tuple[Path, Report]) -> None:
    """The report says how much each check looked at."""
    folder, report = clean
    counts = report.counts
    assert counts["shape files"] == len(list((folder / "shapes").glob("*.ttl")))
    assert counts["hygiene rules"] == len(list((folder / "ontology" / "hygiene").glob("*.rq")))
    assert all(n > 0 for what, n in counts.items() if what != "statements whose document is not at hand")
    assert {"facts", "claims", "shapes", "property shapes", "files searched for personal data"} < set(counts)
    assert counts["claims checked against documents"] > 0


def test_without_documents_there_is_no_evidence_check(clean: tuple[Path, Report]) -> None:
    """The evidence check runs where the documents are at hand, and only there."""
    report = check(clean[0])
    assert "claims checked against documents" not in report.counts


def test_faults_of_every_kind_reach_the_report(clean: tuple[Path, Report], tmp_path: Path) -> None:
    """A fault against a shape, a rule, the documents, privacy and the forms of files: each is found."""
    folder = copy_small_project(tmp_path)
    things = folder / "data" / "ttl" / "things" / "things.ttl"
    replace_in(things, '"City in Sweden."@en', '"City in Sweden, call +46 40 34 10 00."@EN')
    replace_in(things, '"Malmoe"@en', '"Malmö"@en')
    report = folder / "data" / "ttl" / "claims" / "report.trig"
    replace_in(report, "schema:value 1052", "schema:value 1053")
    replace_in(report, "mg:cofinancingRate 0.9", "mg:cofinancingRate 80.5")
    decimal = term("xsd:decimal").value
    new = names(check(folder, folder / "documents")) - names(clean[1])
    assert new == {
        ("Grant-cofinancingRate", "grant:crete-amif", f'"80.5"^^<{decimal}>'),
        ("alt-label-repeats", "city:malmo", '"Malmö"@en'),
        ("evidence", "figure:crete-participants", f'"1053"^^<{decimal[:-7]}integer>'),
        ("evidence", "grant:crete-amif", f'"80.5"^^<{decimal}>'),
        ("personal-data", "things.ttl", "…00"),
        ("language-tag", "things.ttl", "@EN"),
    }


def test_findings_name_the_place(clean: tuple[Path, Report]) -> None:
    """A finding on a thing has file and line of its entry."""
    folder, report = clean
    found = next(f for f in report.findings if f.check == "City-point" and f.focus == "city:malmo")
    things = folder / "data" / "ttl" / "things" / "things.ttl"
    line = things.read_text(encoding="utf-8").splitlines().index("city:malmo a mg:City ;") + 1
    assert (found.label, found.where) == ("Malmö", Where(things, line))


@pytest.mark.parametrize("missing", ["shapes/*.ttl", "ontology/hygiene/*.rq"])
def test_check_with_nothing_to_run_is_an_error(tmp_path: Path, missing: str) -> None:
    """Shapes or rules that are gone do not look like a pass."""
    folder = copy_small_project(tmp_path)
    for path in folder.glob(missing):
        path.unlink()
    with pytest.raises(SourceError, match="no file matches"):
        check(folder)


def test_documents_that_are_no_source_are_an_error(clean: tuple[Path, Report], tmp_path: Path) -> None:
    """A folder with other documents does not look like a pass of the evidence check."""
    (tmp_path / "other.txt").write_text("Something else.")
    with pytest.raises(UnknownThing):
        check(clean[0], tmp_path)


def test_explained_warning_does_not_count(tmp_path: Path) -> None:
    """A row of the table turns the warnings it fits into explained ones, each with the reason."""
    path = tmp_path / "explained-warnings.csv"
    path.write_text("check,focus,why\nCity-point,city:*,The table has no point for it.\n")
    other = Finding("City-point", Severity.WARNING, "region:skane", "It has no point.")
    report = explain_warnings(Report((WARNING, other), {"facts": 1}), read_explanations(path))
    assert report == Report(
        (
            ExplainedFinding(
                "City-point",
                Severity.INFO,
                "city:malmo",
                "The city has no coordinates.",
                why="The table has no point for it.",
            ),
            other,
        ),
        {"facts": 1},
    )
    assert report.n_warnings == 1


def test_violation_cannot_be_explained(tmp_path: Path) -> None:
    """A row that fits a violation explains nothing, and is reported itself."""
    path = tmp_path / "explained-warnings.csv"
    path.write_text("check,focus,why\nCity-country,city:malmo,Because.\n")
    violation = Finding("City-country", Severity.VIOLATION, "city:malmo", "It lies in no country.")
    report = explain_warnings(Report((violation,)), read_explanations(path))
    assert report.n_violations == 1
    assert [(f.check, f.where) for f in report.findings] == [
        ("City-country", None),
        ("explained-warnings", Where(path, 2)),
    ]


def test_no_table_explains_nothing(tmp_path: Path) -> None:
    """The table is not needed."""
    assert read_explanations(tmp_path / "explained-warnings.csv") == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("check,focus\nCity-point,city:malmo\n", "the column why is missing"),
        (",".join(COLUMNS) + "\nCity-point,city:malmo,\n", "why is empty"),
    ],
)
def test_table_that_is_not_whole_is_refused(tmp_path: Path, text: str, fault: str) -> None:
    """Every explanation has a reason."""
    path = tmp_path / "explained-warnings.csv"
    path.write_text(text)
    with pytest.raises(SourceError, match=fault):
        read_explanations(path)


def test_language_tags_are_in_lower_case(tmp_path: Path) -> None:
    """A tag with a capital letter is found at its line; one in lower case is counted."""
    path = tmp_path / "a.ttl"
    path.write_text('<x:a> <x:b> "a"@en ,\n  "b"@EN-gb, "c@D" .\n')
    report = check_language_tags([path, tmp_path / "b.csv"])
    assert report.counts == {"language tags": 2}
    assert [(f.where, f.value) for f in report.findings] == [(Where(path, 2), "@EN-gb")]


def shared(body: str) -> list[tuple[str, str, str]]:
    """Check the names of some things; return focus, name and the first words of the message."""
    header = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    store = Store()
    store.load(f"{header}{body}".encode(), RdfFormat.TURTLE)
    found = check_names(store, Focuses(store)).findings
    assert all((f.check, f.severity) == ("shared-name", Severity.WARNING) for f in found)
    return [(f.focus, f.value, f.message.partition(" has ")[0]) for f in found]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        # an abbreviation that another entry has as a second name; accents, case and dashes do not count
        (
            'project:open skos:prefLabel "Open Doors"@en ; skos:altLabel "OD"@en . project:od skos:prefLabel "od"@en .',
            [("project:open", '"OD"@en', "project:od")],
        ),
        (
            'city:gdansk skos:prefLabel "Gdańsk"@en . city:gdansk-2 skos:prefLabel "GDANSK"@pl .',
            [("city:gdansk-2", '"GDANSK"@pl', "city:gdansk")],
        ),
        # two names in common are one finding; of three things two are the later ones
        (
            'city:a skos:prefLabel "X"@en ; skos:altLabel "Y"@en . city:b skos:prefLabel "x"@en ; skos:altLabel "y" .',
            [("city:b", '"x"@en', "city:a")],
        ),
        (
            'city:a skos:prefLabel "X"@en . city:b skos:prefLabel "X"@en . city:c skos:prefLabel "X"@en .',
            [("city:b", '"X"@en', "city:a"), ("city:c", '"X"@en', "city:a")],
        ),
        # one thing may have a name twice; kinds do not mix; concepts have a rule of their own; some are said to differ
        ('city:a skos:prefLabel "X"@en ; skos:altLabel "X"@de .', []),
        ('city:a skos:prefLabel "X"@en . region:a skos:prefLabel "X"@en .', []),
        ('theme:a skos:prefLabel "X"@en . theme:b skos:prefLabel "X"@en .', []),
        ('city:a skos:prefLabel "X"@en . city:b skos:prefLabel "X"@en ; owl:differentFrom city:a .', []),
    ],
)
def test_things_that_share_a_name_are_a_warning(body: str, expected: list[tuple[str, str, str]]) -> None:
    """The same thing entered twice under another spelling is what a curator does not see."""
    assert shared(body) == expected
