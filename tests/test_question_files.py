"""Question files: header, name, query; and questions as resources of a version."""

from pathlib import Path

import pytest
from pyoxigraph import Store

from migragraph.errors import SourceError, UnknownThing
from migragraph.questions import Question, describe_questions, read_question, read_questions, stored_questions

HEADER = "# Title: Members\n# Question: Who is a member?\n# Group: networks\n# Keywords: member, city, member\n"
QUERY = "PREFIX org: <http://www.w3.org/ns/org#>\nSELECT ?city { ?city org:memberOf ?network }\n"


def write(folder: Path, name: str, text: str) -> None:
    """Write a question file."""
    (folder / name).write_text(text, encoding="utf-8")


def test_a_question_is_read_whole(tmp_path: Path) -> None:
    """The name is that of the file; keywords are sorted; the query is what follows the header."""
    write(tmp_path, "members.rq", HEADER + "\n" + QUERY)
    question = Question("members", "Members", "Who is a member?", "networks", ("city", "member"), QUERY)
    assert read_questions(tmp_path) == (question,)
    assert read_question(tmp_path, "members") == question


def test_questions_stand_in_the_order_of_groups_and_titles(tmp_path: Path) -> None:
    """As they are shown."""
    for name, title, group in (("a", "Z", "evidence"), ("b", "B", "networks"), ("c", "A", "networks")):
        write(tmp_path, f"{name}.rq", HEADER.replace("Members", title).replace("networks", group) + QUERY)
    assert [question.slug for question in read_questions(tmp_path)] == ["c", "b", "a"]


def test_every_problem_is_reported_with_its_place(tmp_path: Path) -> None:
    """All files are read before anything is refused."""
    write(tmp_path, "Bad_Name.rq", HEADER + QUERY)
    write(tmp_path, "describe.rq", HEADER + "DESCRIBE <http://x/>")
    write(tmp_path, "fault.rq", HEADER + "SELECT * {\n ?s ?p }")
    write(tmp_path, "group.rq", HEADER.replace("networks", "nets") + QUERY)
    write(tmp_path, "header.rq", "# Title: Members\n" + QUERY)
    write(tmp_path, "one.rq", HEADER.replace("Members", "Same") + QUERY)
    write(tmp_path, "service.rq", HEADER + "\nASK { SERVICE <http://x/> {} }")
    write(tmp_path, "two.rq", HEADER.replace("Members", "Same") + QUERY)
    with pytest.raises(SourceError) as caught:
        read_questions(tmp_path)
    assert [(p.where.path.name, p.where.line, p.message.partition(",")[0]) for p in caught.value.problems] == [
        ("Bad_Name.rq", None, "the name is no slug."),
        ("describe.rq", None, "the query is a DESCRIBE."),
        ("fault.rq", 6, "the query is not valid SPARQL at line 2"),
        ("group.rq", 1, "there is no group 'nets'."),
        ("header.rq", 1, "the header lacks question"),
        ("service.rq", 6, "the query calls another service (SERVICE)"),
        ("two.rq", 1, "one.rq has the same title."),
    ]


def test_a_folder_without_questions_is_refused(tmp_path: Path) -> None:
    """A glob that finds nothing is no success."""
    with pytest.raises(SourceError, match=r"there is no question \(\*\.rq\) here"):
        read_questions(tmp_path)


def test_an_unknown_name_is_refused_with_names_that_come_near(tmp_path: Path) -> None:
    """Paths are no names."""
    write(tmp_path, "members.rq", HEADER + QUERY)
    for name in ("member", "../members", "members.rq", ""):
        with pytest.raises(UnknownThing, match="Some there are: members"):
            read_question(tmp_path, name)


def test_stored_questions_are_those_that_were_written(tmp_path: Path) -> None:
    """Of every form, out of a version as into it."""
    write(tmp_path, "members.rq", HEADER + QUERY)
    write(tmp_path, "ask.rq", HEADER.replace("Members", "Any") + "ASK {}")
    write(tmp_path, "construct.rq", HEADER.replace("Members", "Graph") + "CONSTRUCT WHERE { ?s ?p ?o }")
    store = Store()
    store.extend(describe_questions(tmp_path))
    assert stored_questions(store) == read_questions(tmp_path)


def test_a_question_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    """With the file and the remedy, not with a traceback."""
    (tmp_path / "latin.rq").write_bytes("# Title: Malmö\n".encode("latin-1"))
    with pytest.raises(SourceError, match=r"latin\.rq: the file is not UTF-8"):
        read_questions(tmp_path)
