"""Reading a whole project: what does not fit together is named with file, line and remedy, all at once."""

import csv
from pathlib import Path

import pytest

from migragraph.checks import check_graph
from migragraph.errors import SourceError, Where
from migragraph.graph.assembly import assemble
from migragraph.iris import ID, PREFIXES, term
from migragraph.sources.project import read_project
from migragraph.sources.statement import NEGATIVE
from projects import copy_small_project, replace_in


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project that may be broken."""
    return copy_small_project(tmp_path)


def problems(folder: Path) -> list[str]:
    """Read the project and return its problems, with paths below its folder."""
    with pytest.raises(SourceError) as caught:
        read_project(folder)
    return [str(p).replace(f"{folder}/", "") for p in caught.value.problems]


def test_a_sound_project_is_read_whole(project: Path) -> None:
    """Statements of claim files and tables, authority, sources, decisions, digests of all files."""
    read = read_project(project)
    by_source: dict[str, int] = {}
    for statement in read.statements:
        key = statement.passage.source.value.rpartition("/")[2]
        by_source[key] = by_source.get(key, 0) + 1
    assert by_source == {"report": 3 + 7 + 6 + 6, "page": 2, "members": 16}
    assert len(read.decisions) == 2
    assert set(read.digests) == {"report", "page"}
    files = [f for f in read.files if not f.startswith(("ontology/", "shapes/"))]
    assert files == [
        "data/decisions.csv",
        "data/registry/mapping.toml",
        "data/registry/members.csv",
        "data/registry/reconciliation.csv",
        "data/ttl/claims/page.trig",
        "data/ttl/claims/report.trig",
        "data/ttl/sources.ttl",
        "data/ttl/things/things.ttl",
        "networks/membership.rq",
        "queries/networks-by-members.rq",
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "data/ttl/claims/report.trig",
            "mg:operator region:crete",
            "mg:operatr region:crete",
            "data/ttl/claims/report.trig:19: there is no term mg:operatr. Did you mean mg:operator",
        ),
        (
            "data/ttl/claims/report.trig",
            "theme:health .",
            "theme:helth .",
            "data/ttl/claims/report.trig:20: there is no concept theme:helth. Did you mean theme:health",
        ),
        (
            "data/ttl/claims/report.trig",
            "figure:crete-participants a mg:Figure",
            "figure:crete-participants a mg:Figur",
            "there is no class mg:Figur. Did you mean mg:Figure",
        ),
        (
            "data/ttl/claims/report.trig",
            "mg:locatedIn region:crete",
            "mg:locatedIn region:kreta",
            "data/ttl/claims/report.trig:18: there is no thing region:kreta.",
        ),
        (
            "data/ttl/claims/page.trig",
            "source/page>",
            "source/pag>",
            "there is no source source:pag. Did you mean source:page",
        ),
        (
            "data/ttl/claims/page.trig",
            "figure:crete-regions schema:value",
            "<https://example.org/x> schema:value",
            "data/ttl/claims/page.trig:8: <https://example.org/x> is not an IRI of ours.",
        ),
        (
            "data/ttl/things/things.ttl",
            "city:malmo a mg:City ;",
            "city:malmo a mg:City",
            "data/ttl/things/things.ttl:16: not well-formed",
        ),
        (
            "data/ttl/things/things.ttl",
            "scheme:amif a mg:FundingScheme ;",
            "scheme:amif a mg:FundingScheme ; mg:subSchemeOf scheme:x ;",
            "scheme:amif: mg:subSchemeOf is a fact that a source has to vouch for.",
        ),
        (
            "data/ttl/things/things.ttl",
            'region:crete a mg:Region ;\n    dct:description "Region of Greece."@en ;',
            "region:crete a mg:Region ;",
            "region:crete has no dct:description.",
        ),
        ("data/decisions.csv", "why\n", "because\n", "data/decisions.csv:1: the column why is missing."),
        (
            "data/decisions.csv",
            "10,,disputed",
            "10,,perhaps",
            "data/decisions.csv:3: there is no claim status 'perhaps'.",
        ),
        (
            "data/decisions.csv",
            "schema:value,10",
            "schema:value,1 0",
            "data/decisions.csv:3: subject, predicate and value",
        ),
        ("data/registry/members.csv", "city,country,joined", "city,country,entered", "joined"),
        ("data/registry/members.csv", "Malmoe", "Malmøø", "Malmøø"),
        ("data/registry/members.csv", "2019", "20191", "20191"),
    ],
)
def test_what_does_not_fit_is_named(project: Path, file: str, old: str, new: str, said: str) -> None:
    """One fault in one file, found with its place."""
    replace_in(project / file, old, new)
    assert any(said in problem for problem in problems(project)), problems(project)


def test_problems_of_all_files_come_together(project: Path) -> None:
    """Broken claim files, authority files and decisions in one answer."""
    replace_in(project / "data/ttl/claims/page.trig", "#char=13,30", "#char=30,13")
    replace_in(project / "data/ttl/things/things.ttl", "country:sweden a mg:Country ;", "country:sweden")
    replace_in(project / "data/decisions.csv", "10,,disputed", "10,,perhaps")
    assert [p.split(": ")[0] for p in problems(project)] == [
        "data/decisions.csv:3",
        "data/ttl/claims/page.trig:7",
        "data/ttl/things/things.ttl:24",
    ]


@pytest.mark.parametrize("folder", ["ontology/concepts", "data/ttl/things", "data/ttl/claims"])
def test_a_folder_without_files_is_an_error(project: Path, folder: str) -> None:
    """A folder that moved does not pass for one without faults."""
    for path in (project / folder).glob("*.*"):
        path.unlink()
    assert any("no file matches" in p for p in problems(project))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("figure:crete-regions,schema:value,10,,disputed,again", "decides the same for page already"),
        ("figure:crete-regions,schema:value,10,report,disputed,why", "report does not claim figure:crete-regions"),
        ("figure:crete-regions,schema:value,10,page,disputed,why", "decides the same for page already"),
        ("figure:crete-regions,schema:value,9,,disputed,why", "no source claims figure:crete-regions schema:value"),
        ("figure:crete-regions,schema:value,2024-12,,disputed,why", "one triple: '2024-12' is no term"),
        ("figure:crete-regions,schema:value,10,,disputed", "the row has 5 cells, the header 6"),
        ("figure:crete-regions,schema:value,10,,disputed,", "the decision has no reason"),
        ("figur:crete-regions,schema:value,10,,disputed,why", "'figur:crete-regions' is no prefixed name"),
        ('figure:crete-regions,schema:value,"10, 11",,disputed,why', "'10, 11' is not one value"),
    ],
)
def test_a_decision_that_decides_nothing_or_twice_is_refused(project: Path, row: str, said: str) -> None:
    """Each row is about one claim or more, and no claim has two."""
    path = project / "data/decisions.csv"
    path.write_text(path.read_text().rstrip("\n") + f"\n{row}\n")
    with pytest.raises(SourceError) as caught:
        assemble(read_project(project))
    (problem,) = caught.value.problems
    assert said in problem.message
    assert problem.where.line == 4


@pytest.mark.parametrize(("mark", "called"), [(";", "semicolons"), ("\t", "tabs")])
def test_a_table_saved_with_other_separators_is_one_fault(project: Path, mark: str, called: str) -> None:
    """Spreadsheet programs of half of Europe save so, with a byte order mark and other line ends."""
    path = project / "data/decisions.csv"
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=mark).writerows(rows)
    with pytest.raises(SourceError) as caught:
        read_project(project)
    (problem,) = caught.value.problems
    assert (problem.where, problem.message) == (Where(path, 1), f"the cells are separated by {called}.")


def test_a_table_saved_by_a_spreadsheet_program_with_commas_is_read(project: Path) -> None:
    """A byte order mark and line ends of two characters change nothing."""
    path = project / "data/decisions.csv"
    before = read_project(project).decisions
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    assert read_project(project).decisions == before != []


def test_a_file_that_nothing_reads_is_named(project: Path) -> None:
    """A claim file with the wrong ending, or a table without a mapping, does not look as if it had been read."""
    (project / "data/ttl/claims/extra.ttl").write_text("")
    (project / "data/registry/extra.csv").write_text("a\n1\n")
    assert [p.split(".")[0] + p.partition(":")[2].partition(".")[0] for p in problems(project)] == [
        "data/registry/extra the table is not declared in mapping",
        "data/ttl/claims/extra nothing reads this file",
    ]


@pytest.mark.parametrize(
    "file",
    [
        "data/decisions.csv",
        "data/registry/mapping.toml",
        "data/registry/reconciliation.csv",
        "data/ttl/things/things.ttl",
        "data/ttl/claims/page.trig",
        "ontology/rules/11-labels.rq",
        "ontology/hygiene/orphan.rq",
        "data/explained-warnings.csv",
    ],
)
def test_a_file_in_another_encoding_is_named(project: Path, file: str) -> None:
    """Every text of ours is UTF-8; none ends in a traceback."""
    path = project / file
    path.write_bytes((path.read_bytes() if path.exists() else b"check,focus,why\n") + "# Malm\u00f6".encode("latin-1"))
    with pytest.raises(SourceError, match=rf"{path.name}: the file is not UTF-8"):
        check_graph(assemble(read_project(project)))


def test_a_claim_about_a_term_is_refused(project: Path) -> None:
    """Sources speak of things and of each other, not of our ontology."""
    replace_in(
        project / "data/ttl/claims/page.trig",
        "figure:crete-regions schema",
        "<https://w3id.org/migragraph/ontology#City> schema",
    )
    assert any("mg:City is not an IRI of ours." in p for p in problems(project))


@pytest.mark.parametrize(
    ("warrants", "expected"),
    [
        (("from-context", "stated"), "stated"),
        (("stated", "computed"), "stated"),
        (("from-context", "computed"), "computed"),
    ],
)
def test_a_claim_of_several_passages_has_one_warrant(project: Path, warrants: tuple[str, str], expected: str) -> None:
    """What one passage states is stated; else what one works out is worked out, whatever the other means."""
    path = project / "data/ttl/claims/page.trig"
    said = f"<{ID}figure/crete-regions> <{PREFIXES['schema']}value> 77"
    for n, warrant in enumerate(warrants):
        block = f"<#char=0,{n + 5}>"
        note = f"{block} <{term('mg:warrant').value}> <{term(f'warrant:{warrant}').value}>"
        path.write_text(f"{path.read_text()}\n{block} {{ {said} . {note} }}\n")
    store = assemble(read_project(project)).store
    rows = store.query("SELECT ?warrant { GRAPH ?g { ?claim rdf:object 77 ; mg:warrant ?warrant } }", prefixes=PREFIXES)
    assert [row["warrant"] for row in rows] == [term(f"warrant:{expected}")]


def test_a_source_that_states_and_denies_the_same_is_refused(project: Path) -> None:
    """Two blocks of one document that contradict each other are a slip in reading."""
    path = project / "data/ttl/claims/page.trig"
    path.write_text(
        path.read_text()
        + f"<#char=0,5> {{ <{ID}figure/crete-regions> <https://schema.org/value> 10 .\n"
        + f"<#char=0,5> <{term('mg:polarity').value}> <{NEGATIVE.value}> }}\n"
    )
    with pytest.raises(SourceError, match="the source both states and denies figure:crete-regions schema:value"):
        assemble(read_project(project))


def test_a_thing_has_one_entry_and_an_address_of_ours(project: Path) -> None:
    """The same thing in two files, and a thing of somebody else: each is named with its place."""
    entry = 'a mg:City ; skos:prefLabel "X"@en ; dct:description "A city."@en .\n'
    prefixes = "".join(f"@prefix {p}: <{PREFIXES[p]}> .\n" for p in ("city", "mg", "skos", "dct"))
    path = project / "data/ttl/things/zzz.ttl"
    path.write_text(f"{prefixes}city:malmo {entry}<https://example.org/x> {entry}")
    double, foreign = problems(project)
    assert double.startswith("data/ttl/things/zzz.ttl:5: city:malmo is described in data/ttl/things/things.ttl:")
    assert foreign.startswith("data/ttl/things/zzz.ttl:6: <https://example.org/x> is not an IRI of ours")
