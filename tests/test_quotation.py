"""The way back: from a place, a passage or a claim to the words of the document or the cells of the table."""

import csv
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from migragraph.build import build_version
from migragraph.cli import main
from migragraph.config import folder_of_documents, read_settings
from migragraph.errors import BadParameter, UnknownThing
from migragraph.iris import PREFIXES, mint_claim, term
from migragraph.sources.documents import cut_out
from migragraph.sources.project import read_project
from migragraph.sources.quotation import quote, read_place
from migragraph.sources.statement import Cell, Passage, Row, Selector, TextSpan
from projects import DOCUMENTS, ROOT, SMALL, copy_small_project

SOURCE = "https://w3id.org/migragraph/source/"
MEMBERS = ("city", "country", "joined", "source", "as_of")
MALMO = ("Malmoe", "SE", "2019", "https://example.org/members", "2024-05")


def run(*arguments: object) -> Result:
    """Run the command line on the small project."""
    return CliRunner().invoke(main, [str(a) for a in arguments])


def cite(*arguments: object) -> Result:
    """Run `migragraph cite` on the small project and its documents."""
    return run("cite", *arguments, "--project", SMALL, "--documents", DOCUMENTS)


def row(meant: str = "", cells: tuple[str, ...] = MALMO) -> str:
    """Return how a row of the members is shown, with the cell of a column marked."""
    lines = (f"{'>' if n == meant else ' '} {n}: {value}" for n, value in zip(MEMBERS, cells, strict=True))
    return "\n".join(("data/registry/members.csv", *lines))


def test_a_place_in_a_document_gives_its_words() -> None:
    """With what is around them; `char=` may stand before the numbers."""
    expected = (
        f"{SOURCE}report#char=20,58\n"
        "…The Region of Crete [carried out a pilot on health services] with 1,052 people in June 2021.\nThe pil…\n"
    )
    assert cite("report", "--at", "20,58").stdout == cite("report", "--at", "char=20,58").stdout == expected
    assert cite("--claim", f"{SOURCE}report#char=20,58").stdout == expected
    assert cite("--claim", "source:report#char=20,58").stdout == expected


def test_a_place_in_a_table_gives_its_row() -> None:
    """The header is row 1; of a cell the whole row, with the cell marked; documents are not needed."""
    for place, shown in (("row=2", row()), ("row=1", row(cells=MEMBERS)), ("cell=2,3", row("joined"))):
        result = run("cite", "members", "--at", place, "--project", SMALL)
        assert result.stdout == f"{SOURCE}members#{place}\n{shown}\n"


def test_a_claim_gives_what_it_says_and_where(tmp_path: Path) -> None:
    """By IRI, short name and digits: all passages of a claim of a document, the row of one of a table."""
    home = tmp_path / "var"
    project = copy_small_project(tmp_path / "project")
    build_version(read_settings({}, project=project, home=home), check=False)
    triples = [s.triple for s in read_project(project).statements]
    theme, joined = (
        next(t for t in triples if (t.predicate, str(t.object)) == wanted)
        for wanted in (
            (term("mg:theme"), f"<{PREFIXES['theme']}health>"),
            (term("schema:startDate"), '"2019"^^<http://www.w3.org/2001/XMLSchema#gYear>'),
        )
    )
    iri = mint_claim("report", theme).value
    expected = (
        f"{iri}\npilot:crete-health mg:theme theme:health (claim-status:accepted)\n{SOURCE}report#char=4,58\n"
        "…The [Region of Crete carried out a pilot on health services] with 1,052 people in June 2021.\nThe pil…\n"
    )
    for name in (iri, iri.replace(PREFIXES["claim"], "claim:"), iri.rpartition("/")[2]):
        assert cite("--claim", name, "--home", home).stdout == expected
    iri = mint_claim("members", joined).value
    expected = (
        f'{iri}\nmembership:example/malmo schema:startDate "2019"^^<http://www.w3.org/2001/XMLSchema#gYear> '
        f"(claim-status:accepted)\n{SOURCE}members#cell=2,3\n{row('joined')}\n"
    )
    assert cite("--claim", iri, "--home", home).stdout == expected
    for unknown in ("claim:report/0123456789abcdef", "0123456789abcdef", "x", "../..", ""):
        result = cite("--claim", unknown, "--home", home)
        assert (result.exit_code, "there is no claim" in result.stderr) == (3, True)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("report", "--at", "20,5800"), 3, "there is no char=20,5800 in report, a text of 154 characters"),
        (("report", "--at", "58,20"), 3, "there is no char=58,20"),
        (("report", "--at", "20,20"), 3, "there is no char=20,20"),
        (("report", "--at", "row=2"), 3, "there is no row=2 in report"),
        (("members", "--at", "1,2"), 3, "there is no char=1,2 in data/registry/members.csv, which has 3 rows"),
        (("members", "--at", "row=4"), 3, "there is no row=4"),
        (("members", "--at", "row=0"), 3, "there is no row=0"),
        (("members", "--at", "cell=2,6"), 3, "and 5 columns"),
        (("members", "--at", "cell=2,0"), 3, "there is no cell=2,0"),
        (("nobody", "--at", "1,2"), 3, "There are: page, report, members."),
        (("report", "--at", "twenty"), 3, "'twenty' is no place in a source. Write characters as 5962,6178"),
        (("report", "--at", "9" * 5000 + ",1"), 3, "is no place"),
        (("report", "--at", "１,２"), 3, "is no place"),
        (("report", "pilot", "--at", "1,2"), 2, "--at takes no words"),
        (("report", "--claim", "x"), 2, "--claim takes no further"),
        (("report",), 2, "Give the WORDS, or --at, or --header"),
        ((), 2, "Give a SOURCE, or --claim"),
    ],
)
def test_what_is_no_place_is_told(arguments: tuple[str, ...], code: int, said: str) -> None:
    """With what there is, and no trace."""
    result = cite(*arguments)
    assert (result.exit_code, said in result.stderr, result.stdout) == (code, True, ""), result.stderr


@given(st.one_of(
    st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)).map(lambda p: TextSpan(*p)),
    st.integers(0, 10**9).map(Row),
    st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)).map(lambda p: Cell(*p)),
))  # fmt: skip
def test_every_fragment_is_read_back(place: Selector) -> None:
    """What a passage is named by is the place that was meant."""
    assert read_place(place.fragment) == place
    assert Passage(term("source:x"), place).iri.value.partition("#")[2] == place.fragment


@given(st.text(max_size=30))
def test_no_other_text_is_a_place(text: str) -> None:
    """Any text is refused, but for the forms that are written in digits."""
    if not re.fullmatch(r"(char=)?[0-9]+,[0-9]+|row=[0-9]+|cell=[0-9]+,[0-9]+", text):
        with pytest.raises(BadParameter):
            read_place(text)


@given(st.text(max_size=300), st.integers(0, 300), st.integers(0, 300))
def test_what_is_cut_out_is_the_text(text: str, one: int, other: int) -> None:
    """The words are those between the two places, with up to 40 characters on each side, in their order."""
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    found = cut_out(text, start, end)
    assert found.text == text[start:end]
    assert text[:start].endswith(found.before)
    assert text[end:].startswith(found.after)
    assert (len(found.before), len(found.after)) == (min(40, start), min(40, len(text) - end))


def test_every_row_that_a_real_claim_rests_on_is_that_of_the_table() -> None:
    """The cells of some rows of each real table, compared with what Python's own reader of CSV gives."""
    for path in sorted((ROOT / "data" / "registry").glob("*.csv")):
        if path.name == "reconciliation.csv":
            continue
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        key = path.stem.replace("_", "-")
        for number in (2, len(rows)):
            shown = "".join(f"\n  {n}: {v.strip()}" for n, v in zip(rows[0], rows[number - 1], strict=True))
            assert quote(ROOT, None, key, Row(number)).text == f"data/registry/{path.name}{shown}"
        with pytest.raises(UnknownThing):
            quote(ROOT, None, key, Row(len(rows) + 1))


def test_the_header_of_a_claim_file_is_one() -> None:
    """Header and block are a file that can be read; where there is no file yet, the hint says so."""
    result = cite("report", "--header")
    head = result.stdout
    assert head.startswith(f"@base <{SOURCE}report> .\n@prefix ")
    assert dict(re.findall(r"@prefix (\S+): <(.+)> \.", head)) == {p: i for p, i in PREFIXES.items() if p != "source"}
    assert result.stderr == ""
    assert "--header prints" not in cite("report", "Eleven").stderr
    both = cite("report", "Eleven", "--header").stdout
    assert both == f"{head}<#char=128,134> {{\n}}\n\n"


def test_a_source_without_a_claim_file_is_told_how_one_begins(tmp_path: Path) -> None:
    """On standard error, beside the block."""
    project = copy_small_project(tmp_path)
    (project / "data" / "ttl" / "claims" / "page.trig").unlink()
    result = run("cite", "page", "Crete", "--project", project, "--documents", DOCUMENTS)
    assert result.stdout == "<#char=32,37> {\n}\n\n"
    assert "page has no claim file yet: --header prints the @base and @prefix lines" in result.stderr


def test_the_folder_of_documents_may_be_the_one_above(tmp_path: Path) -> None:
    """For the option and the setting: the folder itself, or the one that has them in `sources/`."""
    (tmp_path / "sources").symlink_to(DOCUMENTS)
    for folder in (tmp_path, tmp_path / "sources"):
        assert folder_of_documents(folder) == tmp_path / "sources"
        assert read_settings({"MIGRAGRAPH_REFERENCE": str(folder)}).documents in (tmp_path / "sources", DOCUMENTS)
        result = run("cite", "report", "--at", "20,58", "--project", SMALL, "--documents", folder)
        assert (result.exit_code, "[carried out" in result.stdout) == (0, True)
    assert read_settings({}).documents is None


def test_the_evidence_of_one_source_is_checked(tmp_path: Path) -> None:
    """Faults of others are left out; an unknown source is told, and one without documents at hand."""
    project = copy_small_project(tmp_path)
    report = project / "data" / "ttl" / "claims" / "report.trig"
    report.write_text(report.read_text().replace("schema:value 1052", "schema:value 1053"))
    given = ("check", "--project", project, "--documents", DOCUMENTS)
    assert run(*given, "--source", "page").exit_code == 0
    one = run(*given, "--source", "report")
    assert (one.exit_code, "1053 does not stand" in one.stdout, "report.trig:30" in one.stdout) == (1, True, True)
    unknown = run(*given, "--source", "pag")
    assert (unknown.exit_code, "There are: page, report." in unknown.stderr) == (3, True)
    without = CliRunner(env={"MIGRAGRAPH_REFERENCE": None}).invoke(
        main, ["check", "--project", str(project), "--source", "page"]
    )
    assert (without.exit_code, "--source is for the evidence check" in without.stderr) == (2, True)
