"""The evidence check: a claim that stands in its passage passes, one that does not is found out."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from migragraph.checks.evidence import check_evidence
from migragraph.errors import SourceError, UnknownThing
from migragraph.iris import PREFIXES
from migragraph.sources.authority import Spellings
from migragraph.sources.claims import read_claims
from migragraph.sources.documents import Document, find_document, fold, read_documents, stands_in

HEADER = "@base <https://w3id.org/migragraph/source/report> .\n" + "".join(
    f"@prefix {p}: <{iri}> .\n" for p, iri in PREFIXES.items()
)
TEXT = (
    "The Region of **Crete** carried out a pilot on health services – with 1,052 people in June 2021.\n"
    "It was funded by AMIF (90 %) and ran for 36 months. The City of Padova joined."
)
NAMES = """
region:crete skos:prefLabel "Crete"@en .
city:padua skos:prefLabel "Padua"@en ; skos:altLabel "Padova"@it .
scheme:amif skos:prefLabel "Asylum, Migration and Integration Fund"@en ; skos:altLabel "AMIF"@en .
project:y skos:prefLabel "Project Y"@en .
pilot:x skos:prefLabel "Health pilot of Crete"@en ; mg:unnamed true .
theme:health skos:prefLabel "health"@en .
theme:housing skos:prefLabel "housing"@en .
mg:operator rdfs:label "operator"@en ; skos:hiddenLabel "carried out"@en .
mg:partner rdfs:label "partner"@en ; skos:hiddenLabel "in partnership with"@en .
mg:theme rdfs:label "theme"@en .
"""


def check(tmp_path: Path, body: str) -> list[str]:
    """Check one block that cites the whole text; return the messages."""
    start, end = 0, len(TEXT)
    path = tmp_path / "report.trig"
    path.write_text(f"{HEADER}<#char={start},{end}> {{ {body} }}".replace("<#here>", f"<#char={start},{end}>"))
    names = parse((HEADER + NAMES).encode(), RdfFormat.TURTLE)
    spellings = Spellings(Triple(q.subject, q.predicate, q.object) for q in names)
    report = check_evidence(read_claims([path]), {"report": Document("report", path, TEXT)}, spellings)
    return [f.message for f in report.findings]


@pytest.mark.parametrize(
    "body",
    [
        "pilot:x mg:operator region:crete .",
        "city:padua mg:locatedIn region:crete .",
        "region:crete mg:theme theme:health .",
        'region:crete mg:theme theme:housing . theme:housing mg:wordedAs "health services" .',
        'region:crete mg:partner scheme:amif . mg:partner mg:wordedAs "funded by" .',
        "figure:f schema:value 1052 ; mg:cofinancingRate 0.9 ; a mg:Figure ; mg:indicator indicator:participants .",
        'figure:f schema:observationDate "2021-06"^^xsd:gYearMonth ; schema:duration "P36M"^^xsd:duration .',
        'figure:f mg:asStated "1,052 people" ; rdfs:label "Whatever we call it"@en .',
        "project:y mg:locatedIn region:crete . <#here> mg:warrant warrant:from-context .",
        'pilot:x mg:partner pilot:x . mg:partner mg:wordedAs "with" . pilot:x mg:wordedAs "a pilot" .',
        "region:crete mg:faces challenge:c .",
        'project:y mg:locatedIn region:crete . project:y mg:wordedAs "a pilot" .',
    ],
)
def test_what_stands_in_the_passage_passes(tmp_path: Path, body: str) -> None:
    """Names in any spelling, numbers, dates, wordings, own words."""
    assert check(tmp_path, body) == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("project:y mg:locatedIn region:crete .", "does not name the subject"),
        ("region:crete mg:locatedIn project:y .", "is not named in the passage"),
        ("region:crete mg:locatedIn pilot:x .", "has no name of its own"),
        ("region:crete mg:theme theme:housing .", "is not named in the passage"),
        ('region:crete mg:theme theme:housing . theme:housing mg:wordedAs "rooms" .', "do not stand in the passage"),
        ("region:crete mg:partner scheme:amif .", "no wording of mg:partner"),
        ("figure:f schema:value 1053 .", "the number 1053 does not stand"),
        ("figure:f mg:cofinancingRate 0.8 .", "the number 0.8 does not stand"),
        ("figure:f schema:value 10.52 .", "the number 10.52 does not stand"),
        ("figure:f mg:theme theme:housing .", "is not named in the passage"),
        ('figure:f schema:startDate "soon"^^xsd:date .', "the date soon does not stand"),
        ('figure:f schema:duration "P"^^xsd:duration .', "the duration P does not stand"),
        ('figure:f schema:startDate "2021-07"^^xsd:gYearMonth .', "the date 2021-07 does not stand"),
        ('figure:f schema:duration "P35M"^^xsd:duration .', "the duration P35M does not stand"),
        ('figure:f mg:asStated "1052 people" .', "the text '1052 people' does not stand"),
        ("city:padua foaf:homepage <https://example.org/> .", "the address does not stand"),
    ],
)
def test_what_does_not_stand_in_the_passage_is_found(tmp_path: Path, body: str, said: str) -> None:
    """One finding each, with what to do."""
    (message,) = check(tmp_path, body)
    assert said in message


def test_a_passage_outside_the_document_is_found(tmp_path: Path) -> None:
    """A span beyond the end of the text cannot be evidence."""
    path = tmp_path / "report.trig"
    path.write_text(f"{HEADER}<#char=170,300> {{ region:crete mg:theme theme:health }}")
    report = check_evidence(read_claims([path]), {"report": Document("report", path, TEXT)}, Spellings([]))
    (finding,) = report.findings
    assert "the passage 170,300 lies outside the document" in finding.message
    assert str(finding.where) == f"{path}:{HEADER.count(chr(10)) + 1}"


def check_blocks(tmp_path: Path, *blocks: tuple[int, int, str]) -> list[str]:
    """Check blocks of start, end and statements; return the messages."""
    path = tmp_path / "report.trig"
    path.write_text(HEADER + "\n".join(f"<#char={start},{end}> {{ {body} }}" for start, end, body in blocks))
    names = parse((HEADER + NAMES).encode(), RdfFormat.TURTLE)
    spellings = Spellings(Triple(q.subject, q.predicate, q.object) for q in names)
    report = check_evidence(read_claims([path]), {"report": Document("report", path, TEXT)}, spellings)
    return [f.message for f in report.findings]


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("egion", "Crete", "begins within the word 'Region'. "),
        ("Region", "Cre", "ends within the word 'Crete'. "),
        ("052", "Jun", "begins within the word '052' and ends within the word 'June'. "),
    ],
)
def test_a_passage_in_the_middle_of_a_word_is_found(tmp_path: Path, start: str, end: str, said: str) -> None:
    """Whoever counts by hand is soon some characters off, while the names still stand in the passage."""
    first, last = TEXT.index(start), TEXT.index(end) + len(end)
    if start == "052":
        first += 1
    (message,) = check_blocks(tmp_path, (first, last, "figure:f a mg:Figure ."))
    assert message.startswith(f"the passage {first},{last} {said}")
    whole = message.rpartition("in whole words it is ")[2].removesuffix(".")
    assert check_blocks(tmp_path, (*(int(n) for n in whole.split(",")), "figure:f a mg:Figure .")) == []


@pytest.mark.parametrize("words", ["**Crete**", "Crete", "90 %", "1,052 people", TEXT])
def test_a_passage_may_begin_and_end_at_any_mark(tmp_path: Path, words: str) -> None:
    """Emphasis, signs and the ends of the text are no letters."""
    first = TEXT.index(words)
    assert check_blocks(tmp_path, (first, first + len(words), "figure:f a mg:Figure .")) == []


def test_a_passage_may_end_where_the_document_ends(tmp_path: Path) -> None:
    """The end is exclusive: the length of the text, and not one more."""
    start = TEXT.index("Padova")
    assert check_blocks(tmp_path, (start, len(TEXT), "city:padua a mg:City")) == []
    (message,) = check_blocks(tmp_path, (start, len(TEXT) + 1, "city:padua a mg:City"))
    assert "lies outside the document" in message


def test_only_a_share_below_one_may_be_written_as_a_percentage(tmp_path: Path) -> None:
    """A rate of 0.9 stands in "90 %"; but one figure does not stand in "100 %"."""
    path = tmp_path / "report.trig"
    path.write_text(f"{HEADER}<#char=0,17> {{ figure:f schema:value 1 ; mg:cofinancingRate 0.9 }}")
    document = Document("report", path, "100 % of it, 90 %")
    report = check_evidence(read_claims([path]), {"report": document}, Spellings([]))
    assert [finding.value for finding in report.findings] == [str(Literal(1))]


def test_one_computed_passage_does_not_excuse_another(tmp_path: Path) -> None:
    """A claim that one block works out and another states has to stand in the other."""
    claim, note = "region:crete mg:theme theme:housing", "<#char=0,31> mg:warrant warrant:computed"
    assert check_blocks(tmp_path, (0, 31, f"{claim} . {note}")) == []
    (message,) = check_blocks(tmp_path, (0, 31, f"{claim} . {note}"), (0, 37, claim))
    assert "is not named in the passage" in message


def test_words_do_not_run_from_one_passage_into_the_next(tmp_path: Path) -> None:
    """The last word of one and the first of the other are no name."""
    services, health = TEXT.index("services"), TEXT.index("health")
    claim = "region:crete mg:theme theme:housing"
    blocks = [(4, health + 6, claim), (services, services + 8, claim)]
    names = NAMES.replace('"housing"', '"health services"')
    assert names != NAMES
    path = tmp_path / "report.trig"
    path.write_text(HEADER + "\n".join(f"<#char={start},{end}> {{ {body} }}" for start, end, body in blocks))
    spellings = Spellings(q.triple for q in parse((HEADER + names).encode(), RdfFormat.TURTLE))
    report = check_evidence(read_claims([path]), {"report": Document("report", path, TEXT)}, spellings)
    assert ["is not named in the passage" in f.message for f in report.findings] == [True]


def test_a_number_may_be_stated_in_another_passage_of_its_node(tmp_path: Path) -> None:
    """``mg:asStated`` gives the number of its own node, and of no other."""
    start = TEXT.index("1,052")
    stated = (start, start + 12, 'figure:f mg:asStated "1,052 people"')
    assert check_blocks(tmp_path, stated, (0, 21, "figure:f schema:value 1052")) == []
    (message,) = check_blocks(tmp_path, stated, (0, 21, "figure:g schema:value 1052"))
    assert "the number 1052 does not stand" in message


def test_a_claim_holds_when_its_passages_together_say_it(tmp_path: Path) -> None:
    """The subject in one passage, the object in another."""
    path = tmp_path / "report.trig"
    padua = TEXT.index("Padova")
    claim = "city:padua mg:theme theme:health"
    path.write_text(f"{HEADER}<#char=0,62> {{ {claim} }}\n<#char={padua},{padua + 6}> {{ {claim} }}")
    names = parse((HEADER + NAMES).encode(), RdfFormat.TURTLE)
    spellings = Spellings(Triple(q.subject, q.predicate, q.object) for q in names)
    report = check_evidence(read_claims([path]), {"report": Document("report", path, TEXT)}, spellings)
    assert report.findings == ()
    assert report.counts["claims checked against documents"] == 1


def test_a_document_that_is_not_at_hand_is_counted_not_passed(tmp_path: Path) -> None:
    """What was not checked is said."""
    path = tmp_path / "report.trig"
    path.write_text(f"{HEADER}<#char=0,60> {{ region:crete mg:theme theme:health }}")
    report = check_evidence(read_claims([path]), {}, Spellings([]))
    assert report.counts == {"claims checked against documents": 0, "statements whose document is not at hand": 1}


def test_documents_are_known_by_their_digest(tmp_path: Path) -> None:
    """The file's name does not matter; one byte more is another document. Line ends are not translated."""
    (tmp_path / "any name.txt").write_bytes(b"one\r\ntwo")
    (tmp_path / "other.txt").write_bytes(b"one\ntwo")
    digest = hashlib.sha256(b"one\r\ntwo").hexdigest()
    found = read_documents(tmp_path, {"report": digest})
    assert {key: d.text for key, d in found.items()} == {"report": "one\r\ntwo"}


def test_a_digest_in_capital_letters_is_the_same(tmp_path: Path) -> None:
    """Some programs print it so; the shape of sources asks for small ones."""
    (tmp_path / "a.txt").write_bytes(b"a")
    assert set(read_documents(tmp_path, {"one": hashlib.sha256(b"a").hexdigest().upper()})) == {"one"}


@pytest.mark.parametrize("saved", [b"one\r\ntwo\r\n", b"\xef\xbb\xbfone\ntwo\n", b"\xef\xbb\xbfone\r\ntwo\r\n"])
@pytest.mark.parametrize("was", [b"one\ntwo\n", b"one\r\ntwo\r\n", b"\xef\xbb\xbfone\ntwo\n"])
def test_a_document_that_was_saved_anew_is_recognised(tmp_path: Path, was: bytes, saved: bytes) -> None:
    """An editor or git changed its line ends or its mark: the message says that, and no place is taken from it."""
    (tmp_path / "a.txt").write_bytes(saved)
    digests = {"report": hashlib.sha256(was).hexdigest(), "page": hashlib.sha256(b"page").hexdigest()}
    if was == saved:
        assert set(read_documents(tmp_path, digests)) == {"report"}
    else:
        with pytest.raises(UnknownThing, match=r"a\.txt is the document of report with other line ends"):
            read_documents(tmp_path, digests)


def test_a_document_that_is_not_known_is_told_from_one_that_is_not_there(tmp_path: Path) -> None:
    """A source that nobody described, and one whose document is not in the folder, need different things."""
    project, documents = tmp_path / "project", tmp_path / "documents"
    (project / "data/ttl").mkdir(parents=True)
    digest = {key: hashlib.sha256(key.encode()).hexdigest() for key in ("report", "page")}
    (project / "data/ttl/sources.ttl").write_text(
        "@prefix schema: <https://schema.org/> . @prefix source: <https://w3id.org/migragraph/source/> .\n"
        + "".join(f'source:{key} schema:sha256 "{digest[key]}" .\n' for key in digest)
    )
    documents.mkdir()
    (documents / "a.txt").write_bytes(b"report")
    assert find_document(project, documents, "report").text == "report"
    with pytest.raises(UnknownThing, match="is the document of page: none has its SHA-256"):
        find_document(project, documents, "page")
    with pytest.raises(UnknownThing) as caught:
        find_document(project, documents, "note")
    assert str(caught.value) == (
        "unknown-thing: there is no document of a source 'note'. There are: page, report. "
        "Describe another in data/ttl/sources.ttl first, with the SHA-256 of its file."
    )


def test_words_are_found_through_folding() -> None:
    """Positions are those of the text as it is."""
    document = Document("d", Path(), "A  **Región**\n– de España")
    assert [document.text[s:e] for s, e in document.find("region - de espana")] == ["Región**\n– de España"]


@given(st.text(alphabet=st.characters(categories=("L", "N", "P", "Z")), min_size=1, max_size=40))
def test_every_text_stands_in_itself(text: str) -> None:
    """Folding is stable, and finding agrees with it."""
    folded = fold(text)
    assert fold(folded) == folded
    if folded:
        assert stands_in(text, folded)
        assert Document("d", Path(), text).find(text)


def test_literal_objects_of_other_types_are_text(tmp_path: Path) -> None:
    """A title is checked word for word."""
    assert NamedNode("https://example.org/") != Literal("https://example.org/")
    assert check(tmp_path, 'region:crete dct:title "health services" .') == []


def test_a_changed_document_is_a_warning(tmp_path: Path) -> None:
    """Its claims were not checked, and the report says whose."""
    path = tmp_path / "report.trig"
    path.write_text(f"{HEADER}<#char=0,60> {{ region:crete mg:theme theme:health }}")
    (finding,) = check_evidence(read_claims([path]), {}, Spellings([])).findings
    assert (finding.severity, finding.focus, finding.value) == ("warning", "source:report", "1 statements")


def test_a_document_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """Positions in bytes of a PDF mean nothing."""
    (tmp_path / "a.pdf").write_bytes(b"\xff\xfe")
    with pytest.raises(SourceError, match=r"a\.pdf: the document of report is not UTF-8"):
        read_documents(tmp_path, {"report": hashlib.sha256(b"\xff\xfe").hexdigest()})


def test_one_file_may_be_the_document_of_two_sources(tmp_path: Path) -> None:
    """Neither hides the other."""
    (tmp_path / "a.txt").write_bytes(b"a")
    digest = hashlib.sha256(b"a").hexdigest()
    assert set(read_documents(tmp_path, {"one": digest, "two": digest})) == {"one", "two"}
