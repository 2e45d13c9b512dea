"""Claim files: what they say is read whole, and what is wrong in them is named with file and line."""

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from migragraph.errors import SourceError
from migragraph.iris import PREFIXES, term
from migragraph.sources.claims import read_claims
from migragraph.sources.statement import (
    COMPUTED,
    FROM_CONTEXT,
    NEGATIVE,
    POSITIVE,
    STATED,
    Passage,
    Statement,
    TextSpan,
)

PREFIX_LINES = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in PREFIXES.items())
HEADER = f"@base <https://w3id.org/migragraph/source/report> .\n{PREFIX_LINES}"
N_HEADER = HEADER.count("\n")
REPORT = NamedNode("https://w3id.org/migragraph/source/report")


def write(folder: Path, body: str, header: str = HEADER) -> Path:
    """Write a claim file."""
    path = folder / "report.trig"
    path.write_text(header + body, encoding="utf-8")
    return path


def test_a_block_is_read_with_its_notes(tmp_path: Path) -> None:
    """Words, warrant and polarity go to the statements they are about, and are no statements themselves."""
    path = write(
        tmp_path,
        """<#char=10,42> {
    pilot:x mg:operator region:crete ; mg:theme theme:health .
    mg:operator mg:wordedAs "implemented" .
    theme:health mg:wordedAs "health services", "hospitals" .
    <#char=10,42> mg:warrant warrant:from-context .
}
<#char=50,60> {
    figure:f rdfs:label "Our words"@en ; schema:value 3 .
    <#char=50,60> mg:polarity polarity:negative .
}
""",
    )
    first, second = Passage(REPORT, TextSpan(10, 42)), Passage(REPORT, TextSpan(50, 60))
    pilot, figure = term("pilot:x"), term("figure:f")
    number = Literal("3", datatype=term("xsd:integer"))

    def statement(triple: Triple, passage: Passage, **how: object) -> Statement:
        return Statement(triple, passage, where=None, **how)  # type: ignore[arg-type]

    found = read_claims([path])

    assert set(found) == {
        statement(
            Triple(pilot, term("mg:operator"), term("region:crete")),
            first,
            warrant=FROM_CONTEXT,
            relation_words=("implemented",),
        ),
        statement(
            Triple(pilot, term("mg:theme"), term("theme:health")),
            first,
            warrant=FROM_CONTEXT,
            object_words=("health services", "hospitals"),
        ),
        statement(
            Triple(figure, term("rdfs:label"), Literal("Our words", language="en")),
            second,
            warrant=COMPUTED,
            polarity=NEGATIVE,
        ),
        statement(Triple(figure, term("schema:value"), number), second, warrant=STATED, polarity=NEGATIVE),
    }
    assert [s.polarity for s in found] == [POSITIVE, POSITIVE, NEGATIVE, NEGATIVE]
    # a statement that does not begin a line has the line of its block
    assert [s.where.line for s in found] == [N_HEADER + n for n in (2, 1, 8, 7)]


def test_each_statement_has_its_line(tmp_path: Path) -> None:
    """In canonical form: by block, subject, predicate and object; names with escapes, whole IRIs and texts too."""
    path = write(
        tmp_path,
        """<#char=10,42> {
    city:a a mg:City ;
        mg:theme theme:health ,
            theme:housing ;
        rdfs:label "a ; b"@en .
    <https://w3id.org/migragraph/source/report> mg:presents city:a .
}

<#char=50,60> {
    city:a mg:theme theme:health , theme:sport .
    figure:b\\.c schema:value 3 .
}
""",
    )
    lines = {(s.passage.selector, s.triple.predicate, s.triple.object): s.where.line for s in read_claims([path])}
    first, second = TextSpan(10, 42), TextSpan(50, 60)
    city, health = term("city:a"), term("theme:health")
    assert lines == {
        (first, term("rdf:type"), term("mg:City")): N_HEADER + 2,
        (first, term("mg:theme"), health): N_HEADER + 3,
        (first, term("mg:theme"), term("theme:housing")): N_HEADER + 4,
        (first, term("rdfs:label"), Literal("a ; b", language="en")): N_HEADER + 5,
        (first, term("mg:presents"), city): N_HEADER + 6,
        (second, term("mg:theme"), health): N_HEADER + 10,
        (second, term("mg:theme"), term("theme:sport")): N_HEADER + 10,
        (second, term("schema:value"), Literal("3", datatype=term("xsd:integer"))): N_HEADER + 11,
    }


def test_the_lines_that_are_missing_at_the_head_are_told(tmp_path: Path) -> None:
    """Base and prefixes, of what is used and not declared alone; with them the file is read."""
    folder = tmp_path / "claims"
    folder.mkdir()
    block = (
        '<#char=1,9> {\n    city:a mg:theme theme:health .  # see org:x\n    theme:health mg:wordedAs "dct:date" .\n}\n'
    )
    path = folder / "report.trig"
    path.write_text(f"@prefix theme: <{PREFIXES['theme']}> .\n{block}")
    with pytest.raises(SourceError) as caught:
        read_claims([path])
    (problem,) = caught.value.problems
    said, *lines = problem.remedy.splitlines()
    assert said == "These lines are missing at its head:"
    assert [line.strip() for line in lines] == [
        "@base <https://w3id.org/migragraph/source/report> .",
        f"@prefix city: <{PREFIXES['city']}> .",
        f"@prefix mg: <{PREFIXES['mg']}> .",
    ]
    path.write_text("\n".join((*lines, path.read_text())))
    assert len(read_claims([path])) == 1
    part = folder / "booklet" / "part.trig"
    part.parent.mkdir()
    part.write_text(block)
    with pytest.raises(SourceError, match=r"@base <https://w3id.org/migragraph/source/booklet> \."):
        read_claims([part])


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        ("<#char=1,9> { city:a a mg:City }}", 1, "not well-formed"),
        ("city:a a mg:City .", None, "statements outside a passage"),
        ("<#line=1,9> { city:a a mg:City }", 1, "every statement of a claim file stands in a graph"),
        (
            "<https://example.org/#char=1,9> { city:a a mg:City }",
            1,
            "every statement of a claim file stands in a graph",
        ),
        ("<#char=9,9> { city:a a mg:City }", 1, "the passage 9,9 is empty"),
        ("<#char=1,402> { city:a a mg:City }", 1, "401 characters long; 400 is the most"),
        ("<#char=1,9> { city:a mg:theme _:b }", None, "blank node"),
        ('<#char=1,9> { city:a mg:asStated "' + "x" * 61 + '" }', 1, "61 characters; 60 is the most"),
        ('<#char=1,9> { city:a a mg:City . theme:x mg:wordedAs "y" }', 1, "no claim of the block uses"),
        ("# nothing", None, "no statement"),
    ],
)
def test_a_faulty_file_is_refused_with_its_place(tmp_path: Path, body: str, line: int | None, said: str) -> None:
    """The message says where and what."""
    path = write(tmp_path, body)
    with pytest.raises(SourceError) as caught:
        read_claims([path])
    (problem,) = caught.value.problems
    assert said in problem.message
    assert problem.where.path == path
    assert problem.where.line == (line and line + N_HEADER)


def test_all_problems_are_named_at_once(tmp_path: Path) -> None:
    """A curator corrects a file in one go."""
    path = write(tmp_path, "<#char=9,9> { city:a a mg:City }\n<#char=1,500> { city:a a mg:City }")
    with pytest.raises(SourceError) as caught:
        read_claims([path])
    assert [p.where.line for p in caught.value.problems] == [N_HEADER + 1, N_HEADER + 2]


def test_a_prefix_that_stands_for_something_else_is_refused(tmp_path: Path) -> None:
    """One prefix, one namespace, in every file."""
    path = write(
        tmp_path,
        "<https://w3id.org/migragraph/source/report#char=1,9> { mg:a mg:b mg:c }",
        "@prefix mg: <https://example.org/> .\n",
    )
    with pytest.raises(SourceError, match=r"report\.trig:1: the prefix mg: stands for <https://example.org/>"):
        read_claims([path])


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    """Latin-1 text is not guessed at."""
    path = tmp_path / "latin.trig"
    path.write_bytes("<#char=1,9> { }  # Malmö".encode("latin-1"))
    with pytest.raises(SourceError, match="not UTF-8"):
        read_claims([path])


@pytest.mark.parametrize(
    "note",
    [
        "<#char=1,10> mg:warrant warrant:from-context",
        "<#char=1,9> mg:warrant warrant:from-contxt",
        "<#char=1,9> mg:warrant polarity:negative",
        "<#char=1,9> mg:polarity polarity:positive, polarity:negative",
        "<#char=1,9> mg:asOf 2020",
        "city:a mg:polarity polarity:negative",
    ],
)
def test_a_note_that_is_not_one_on_this_passage_is_refused(tmp_path: Path, note: str) -> None:
    """A slip in the range, the value or the subject would change what the whole block says."""
    path = write(tmp_path, f"<#char=1,9> {{ city:a a mg:City . {note} }}")
    with pytest.raises(SourceError) as caught:
        read_claims([path])
    (problem,) = caught.value.problems
    assert "is no note on this passage, or a second one" in problem.message
    assert problem.where.line == N_HEADER + 1


def test_a_range_is_written_in_one_way(tmp_path: Path) -> None:
    """Two IRIs of one passage would be two passages."""
    with pytest.raises(SourceError, match="stands in a graph"):
        read_claims([write(tmp_path, "<#char=01,9> { city:a a mg:City }")])


def test_line_ends_of_windows_do_not_matter_and_a_byte_order_mark_is_named(tmp_path: Path) -> None:
    """What an editor of another system saves is read, or the message says how to save it."""
    path = write(tmp_path, "<#char=1,9> { city:a a mg:City }")
    expected = read_claims([path])
    text = path.read_bytes()
    path.write_bytes(text.replace(b"\n", b"\r\n"))
    assert read_claims([path]) == expected
    path.write_bytes(b"\xef\xbb\xbf" + text)
    with pytest.raises(SourceError, match=r"starts with a byte order mark\. Save it as UTF-8 without one"):
        read_claims([path])
