"""Tables become statements as their mapping says; what is wrong in them is named by file, line, cause and remedy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from migragraph.errors import Problem, SourceError
from migragraph.iris import SOURCE, term
from migragraph.sources.mapping import read_mapping
from migragraph.sources.names import read_reconciliation
from migragraph.sources.reconciliation import report_unmatched
from migragraph.sources.statement import COMPUTED, STATED, Cell, Passage, Row, Statement, Whole
from migragraph.sources.tables import parse_literal, read_tables

TABLES = Path(__file__).parent / "data" / "tables"
REGISTRY = Path(__file__).parents[1] / "data" / "registry"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a copy of the small tables that a test may damage."""
    return Path(shutil.copytree(TABLES, tmp_path / "tables"))


def change(path: Path, old: str, new: str) -> None:
    """Replace a text that must stand in a file."""
    text = path.read_bytes().decode("utf-8")
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode("utf-8"))


def problems_of(folder: Path) -> list[tuple[str, int | None, str, str]]:
    """Return file, line, cause and remedy of every problem."""
    with pytest.raises(SourceError) as caught:
        read_tables(folder)
    return [described(problem) for problem in caught.value.problems]


def described(problem: Problem) -> tuple[str, int | None, str, str]:
    """Write a problem without the folder."""
    return problem.where.path.name, problem.where.line, problem.message, problem.remedy


def typed(value: str, datatype: str) -> Literal:
    """Make a typed literal."""
    return Literal(value, datatype=term(datatype))


def test_rows_become_statements_with_their_cells() -> None:
    """Every triple of the mapping is made, with cell or row, addresses, citations, date and line; nothing else is."""
    said: list[tuple[NamedNode, str, NamedNode | Literal, Passage, int, NamedNode, tuple[str, ...]]] = []
    source = NamedNode(SOURCE + "members")
    evidence = (("https://a.example/x", "https://b.example/"), ("a page", "a printed list", "the city"), "2025")
    malmo, brussels = term("membership:eurocities/malmo"), term("membership:eurocities/region-brussels-capital-region")
    lines, size = term("membership:eurocities/two-lines"), term("figure:eurocities/members")

    def at(row: int, column: int | None = None) -> Passage:
        selector = Cell(row, column) if column else Row(row)
        return Passage(source, selector, *(evidence if row == 2 else ((), (), "")))

    said += [
        (malmo, "rdf:type", term("mg:Membership"), at(2), 2, STATED, ()),
        (malmo, "rdfs:label", Literal("Malmö in Eurocities", language="en"), at(2), 2, COMPUTED, ()),
        (malmo, "org:member", term("city:malmo"), at(2, 1), 2, STATED, ()),
        (malmo, "mg:membershipStatus", term("membership-status:member"), at(2, 4), 2, STATED, ()),
        (malmo, "schema:startDate", typed("1989-05", "xsd:gYearMonth"), at(2, 5), 2, STATED, ()),
        (term("network:eurocities"), "mg:supportedBy", term("scheme:amif"), at(2, 6), 2, STATED, ()),
        (term("network:eurocities"), "mg:supportedBy", term("organisation:bank"), at(2, 6), 2, STATED, ()),
        (size, "rdf:type", term("mg:Figure"), at(2), 2, STATED, ()),
        (size, "schema:value", typed("1200", "xsd:integer"), at(2, 7), 2, STATED, ()),
        (size, "mg:qualifier", term("qualifier:over"), at(2, 8), 2, STATED, ("over",)),
        (brussels, "rdf:type", term("mg:Membership"), at(3), 3, STATED, ()),
        (brussels, "rdfs:label", Literal("Brussels in Eurocities", language="en"), at(3), 3, COMPUTED, ()),
        (brussels, "org:member", term("region:brussels-capital-region"), at(3, 1), 3, STATED, ()),
        (brussels, "mg:membershipStatus", term("membership-status:member"), at(3, 4), 3, STATED, ()),
        (lines, "rdf:type", term("mg:Membership"), at(4), 4, STATED, ()),
        (lines, "rdfs:label", Literal("Two\nlines in Eurocities", language="en"), at(4), 4, COMPUTED, ()),
        (lines, "org:member", term("city:two-lines"), at(4, 1), 4, STATED, ()),
        (lines, "schema:startDate", typed("2001", "xsd:gYear"), at(4, 5), 4, STATED, ()),
    ]
    whole = Passage(NamedNode(SOURCE + "units"), Whole())
    nuts = "http://data.europa.eu/nuts/code/"
    said += [
        (term("country:sweden"), "mg:nutsCode", Literal("SE"), whole, 2, STATED, ()),
        (term("country:sweden"), "schema:sameAs", NamedNode(nuts + "SE"), whole, 2, STATED, ()),
        (term("region:nuts-se224"), "mg:nutsCode", Literal("SE224"), whole, 3, STATED, ()),
        (term("region:nuts-se224"), "schema:sameAs", NamedNode(nuts + "SE224"), whole, 3, STATED, ()),
        (term("region:nuts-se224"), "rdf:type", term("mg:Region"), whole, 3, STATED, ()),
        (term("region:nuts-se224"), "schema:containedInPlace", term("country:sweden"), whole, 3, STATED, ()),
        (term("region:nuts-se224"), "mg:cofinancingRate", typed("0.125", "xsd:decimal"), whole, 3, STATED, ()),
    ]
    read = read_tables(TABLES)
    assert [(s.triple, s.passage, s.where.line, s.warrant, s.object_words) for s in read] == [
        (Triple(subject, term(predicate), value), passage, line, warrant, words)
        for subject, predicate, value, passage, line, warrant, words in said
    ]
    assert {s.where.path.name for s in read} == {"members.csv", "units.csv"}


def test_row_numbers_count_records_and_lines_count_lines(folder: Path) -> None:
    """A quoted newline moves the line of the rows after it, not their number."""
    change(folder / "members.csv", "Nowhere,SE", "Malmo,SE")
    (last,) = [s for s in read_tables(folder) if s.triple.object == typed("2002", "xsd:gYear")]
    assert (last.passage.selector, last.where.line) == (Cell(5, 5), 6)


def test_byte_order_mark_and_spaces_do_not_matter(folder: Path) -> None:
    """A file saved by a spreadsheet reads the same."""
    expected: list[Statement] = read_tables(TABLES)
    path = folder / "members.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\nBrussels,BE", b"\n Brussels ,BE"))
    assert read_tables(folder) == expected


def test_all_faults_of_all_cells_are_told_at_once(folder: Path) -> None:
    """Bad date, number, word, name and code: each with line, column, cause and remedy."""
    members = folder / "members.csv"
    change(members, "1989-05", "1989-13")
    change(members, '"1,200"', '"1,20"')
    change(members, "Brussels,BE,Eurocities,member", "Malmø,SE,Eurocities,membre")
    change(folder / "units.csv", "SE224", "SE 224")
    change(folder / "units.csv", "12.5 %", "a lot")
    assert problems_of(folder) == [
        (
            "members.csv",
            2,
            "column joined: '1989-13' is not a date of the form 2024, 2024-05 or 2024-05-31.",
            "Correct the cell.",
        ),
        ("members.csv", 2, "column members: '1,20' is not a whole number.", "Correct the cell."),
        (
            "members.csv",
            3,
            "column status: 'membre' stands for nothing.",
            "Did you mean 'member'? mapping.toml knows 'member', 'guest'.",
        ),
        (
            "members.csv",
            3,
            "the city 'Malmø' (SE) is not in reconciliation.csv.",
            "Is it city:malmo? Add a row that says which thing it is.",
        ),
        (
            "units.csv",
            3,
            "column code: 'SE 224' cannot stand in an IRI.",
            "Use letters, digits, point and hyphen only.",
        ),
        ("units.csv", 3, "column rate: 'a lot' is not a percentage.", "Correct the cell."),
    ]


def test_missing_and_unknown_columns_are_named(folder: Path) -> None:
    """A column that the mapping wants, and one that it does not know, in every table."""
    change(folder / "members.csv", "joined", "joind")
    change(folder / "units.csv", "rate", "country")
    assert problems_of(folder) == [
        (
            "members.csv",
            1,
            "the column 'joind' is not declared.",
            "Map it in mapping.toml, or list it there under ignore.",
        ),
        ("members.csv", 1, "there is no column 'joined'.", "Is it 'joind' here? Add it, or correct mapping.toml."),
        ("units.csv", 1, "the column 'country' stands there twice.", "Rename one of them."),
    ]


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b"code,country,rate\n", None, "the table has no row."),
        (b"", None, "the table has no row."),
        (b"code,country,rate\nSE,SE\n", 2, "the row has 2 cells, the header 3."),
        (b"code,country,rate\nSE,SE,,\n", 2, "the row has 4 cells, the header 3."),
        (b"code,country,rate\nSE,SE,\n\nSE,SE,\n", 3, "the row has 0 cells, the header 3."),
        (b'code,country,rate\nSE,SE,\n"SE', 3, "not well-formed: unexpected end of data."),
        (b"code,country,rate\n\xff,SE,\n", None, "the file is not UTF-8 (byte 18)."),
    ],
)
def test_damaged_files_are_refused(folder: Path, content: bytes, line: int | None, message: str) -> None:
    """A file that is empty, cut off, ragged or in another encoding is never half-read."""
    (folder / "units.csv").write_bytes(content)
    (problem,) = problems_of(folder)
    assert problem[:3] == ("units.csv", line, message)


def test_missing_file_is_named(folder: Path) -> None:
    """A table that is declared and not there is a problem of that file."""
    (folder / "units.csv").unlink()
    assert problems_of(folder) == [
        ("units.csv", None, "there is no such file.", "Check the name, and the folder given.")
    ]


def test_faults_of_the_declaration_are_told_at_its_table(folder: Path) -> None:
    """Misspelt entries, options, prefixes, kinds and expressions are named with the line of their table."""
    mapping = folder / "mapping.toml"
    change(mapping, 'grain = "file"', 'grain = "sheet"\nignored = []')
    change(mapping, '{ as = "percent" }', '{ as = "percentage", match = "(" }')
    change(mapping, '"mg:nutsCode"', '"nuts:code"')
    change(mapping, 'node = "figure:', 'node = "figur:')
    assert [(line, message) for _, line, message, _ in problems_of(folder)] == [
        (1, "table members: there is no kind of n-ary node for the value 'size', 'figur'."),
        (30, "table units: '(' is no regular expression: missing ), unterminated subpattern at position 0."),
        (30, "table units: there is no conversion 'percentage'."),
        (30, "table units: there is no entry 'ignored'."),
        (30, "table units: there is no grain 'sheet'."),
        (30, "table units: there is no prefix 'nuts'."),
    ]
    assert ("table units: there is no entry 'ignored'.", "Did you mean 'ignore'?") in [
        (message, remedy.partition(" Known")[0]) for _, _, message, remedy in problems_of(folder)
    ]


def test_values_that_nothing_uses_are_refused(folder: Path) -> None:
    """A value left behind in the declaration is told."""
    change(folder / "mapping.toml", "\nstate =", '\nstray = { kind = "country", name = "country" }\nstate =')
    assert [message for _, _, message, _ in problems_of(folder)] == [
        "table units: the value 'stray' is used by nothing."
    ]


def test_mapping_that_is_not_toml_is_refused(folder: Path) -> None:
    """Broken syntax names the file."""
    (folder / "mapping.toml").write_text("[[table]\n", encoding="utf-8")
    with pytest.raises(SourceError, match="not well-formed"):
        read_mapping(folder / "mapping.toml")


def test_faults_of_reconciliation_are_told_at_once(folder: Path) -> None:
    """An unknown ground, a thing that is none, a name left out without reason, a name given twice."""
    path = folder / "reconciliation.csv"
    change(path, "city:malmo,known spelling", "city:Malmö,a guess")
    change(path, "decided,no such place", "decided,")
    change(path, "Brussels,BE,exception", "Brussels,BE,city")
    with pytest.raises(SourceError) as caught:
        read_reconciliation(path)
    assert [described(p)[1:3] for p in caught.value.problems] == [
        (3, "'city:Malmö' is not the name of a thing."),
        (3, "there is no ground 'a guess' for 'Malmo'."),
        (5, "'Brussels' of this kind and country stands at line 4 already."),
        (8, "'Nowhere' is left out without a reason."),
    ]


def test_unmatched_names_are_reported_with_candidates(folder: Path) -> None:
    """The report names what has no thing, what is left out on purpose, and what no table needs."""
    change(folder / "members.csv", "Brussels,BE", "Brusels,BE")
    text, n_unmatched = report_unmatched(folder)
    assert (n_unmatched, text.replace(f"{folder}/", "")) == (
        1,
        "1 names without a thing:\n"
        "  members.csv:3: city 'Brusels' (BE); candidates: city:brussels\n"
        "1 names left out on purpose:\n"
        "  reconciliation.csv:8: city 'Nowhere' (SE): no such place\n"
        "3 rows that no table needs:\n"
        "  reconciliation.csv:3: city 'Malmo' (SE)\n"
        "  reconciliation.csv:4: city 'Brussels' (BE)\n"
        "  reconciliation.csv:5: exception 'Brussels' (BE)",
    )


@pytest.mark.parametrize(
    ("text", "conversion", "expected"),
    [
        ("2024-02-29", "date", typed("2024-02-29", "xsd:date")),
        ("1,000,000", "integer", typed("1000000", "xsd:integer")),
        ("-33.05", "decimal", typed("-33.05", "xsd:decimal")),
        ("33.3 %", "percent", typed("0.333", "xsd:decimal")),
        ("100%", "percent", typed("1", "xsd:decimal")),
        (" as it is", "string", Literal(" as it is")),
    ],
)
def test_cells_become_literals(text: str, conversion: str, expected: Literal) -> None:
    """Each conversion gives the exact value."""
    assert parse_literal(text, conversion) == expected


@pytest.mark.parametrize(
    ("text", "conversion"),
    [
        ("2023-02-29", "date"),
        ("2023-2", "date"),
        ("0000", "date"),
        ("about 2023", "date"),
        ("२०२३", "date"),
        ("1,5", "decimal"),
        ("1e3", "decimal"),
        ("NaN", "decimal"),
        ("1.5", "integer"),
        ("1,00", "integer"),
        ("1234,567", "integer"),
        ("0.9", "percent"),
    ],
)
def test_cells_that_do_not_fit_are_refused(text: str, conversion: str) -> None:
    """What is not exactly of the form is no value."""
    with pytest.raises(ValueError, match="is not a"):
        parse_literal(text, conversion)


def test_every_name_of_the_registry_is_a_thing_or_left_out() -> None:
    """The real tables have no name without a thing, and no row of reconciliation is left over."""
    text, n_unmatched = report_unmatched(REGISTRY)
    assert (n_unmatched, "0 rows that no table needs." in text) == (0, True)


def test_every_table_of_the_registry_states_something() -> None:
    """No declared table is without statements, and none is given twice."""
    statements = read_tables(REGISTRY)
    keys = {table.key for table in read_mapping(REGISTRY / "mapping.toml")}
    assert {s.passage.source.value.removeprefix(SOURCE) for s in statements} == keys
    assert len(statements) == len(set(statements)) > 20_000


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('grain = "cell"', "grain = 3", "grain is 3."),
        ('addresses = "source"', 'addresses = ["source"]', "addresses is ['source']."),
        ("triples = [", 'triples = [ "abc",', "['abc'] is not a triple."),
        ('"a", "mg:Membership"', '"a", "{zz.membership}"', "'{zz.membership}' has brackets that refer to nothing."),
        ('"a", "mg:Membership"', '"a", "{city}"', "'{city}' makes no IRI."),
        ('"a", "mg:Membership"', '"a", "<https://x/{city}"', "'<https://x/{city}' makes no IRI."),
        ('name = "', 'nome = "', "has no name."),
    ],
)
def test_entries_of_another_form_are_told(folder: Path, old: str, new: str, said: str) -> None:
    """A slip in the declaration ends in a message, not in a traceback."""
    change(folder / "mapping.toml", old, new)
    assert any(said in message for _, _, message, _ in problems_of(folder))


@pytest.mark.parametrize("text", ["table = 3", "[table]\nkey = 'x'", "table = ['x']"])
def test_declaration_without_list_of_tables_is_refused(folder: Path, text: str) -> None:
    """[[table]] makes a list, anything else is none."""
    (folder / "mapping.toml").write_text(text)
    assert problems_of(folder) == [
        ("mapping.toml", None, "table is no list of tables.", "Declare each table with [[table]].")
    ]


def test_declaration_that_is_missing_is_named(folder: Path) -> None:
    """Without it no table means anything."""
    (folder / "mapping.toml").unlink()
    assert [p[:3] for p in problems_of(folder)] == [("mapping.toml", None, "there is no such file.")]


def test_words_that_the_cell_does_not_say_make_no_triple(folder: Path) -> None:
    """``says`` is a condition on each row."""
    change(folder / "members.csv", "well over 1,200", "well above 1,200")
    predicates = {s.triple.predicate for s in read_tables(folder)}
    assert term("schema:value") in predicates
    assert term("mg:qualifier") not in predicates


def test_the_label_of_a_thing_is_its_same_name_wherever_that_row_stands(folder: Path) -> None:
    """A known spelling labels a thing only where there is no better."""
    path = folder / "reconciliation.csv"
    same, known = "Malmö,SE,city,city:malmo,same name,", "Malmo,SE,city,city:malmo,known spelling,"
    change(path, f"{same}\n{known}", f"{known}\n{same}")
    assert read_reconciliation(path).label(term("city:malmo")) == "Malmö"
