"""The questions that the graph is there to answer: one file each in ``queries/``.

A question is a SPARQL query with its own PREFIX lines, after a header of comments::

    # Title: Members of two networks
    # Question: Which cities are in Eurocities and in Intercultural Cities?
    # Group: networks
    # Keywords: membership, cities

Its name is that of the file. A version of the graph holds the questions it was built with, as resources that can be
asked for (``sh:SPARQLExecutable``), so a reader of the graph needs no files.

Entry points: :func:`read_questions`, :func:`read_question`, :func:`describe_questions`, :func:`stored_questions`.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Quad

from migragraph.errors import MalformedQuery, Problem, QueryError, SourceError, UnknownThing, Where
from migragraph.graph.assembly import QUERIES
from migragraph.graph.rules import read_header
from migragraph.iris import BASE, term
from migragraph.query import QueryKind, QueryRequest, check_query
from migragraph.sources.text_files import read_text_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pyoxigraph import Store

#: The groups, in the order in which they are shown.
GROUPS: Final = (
    "networks", "projects and funding", "practices", "policies", "events", "figures", "contradictions", "evidence",
)  # fmt: skip
_HEADER_LINES = re.compile(r"\A(?:\s*#[^\n]*\n)+\s*")
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_QUESTION = BASE + "query/"
_FORMS: Final = {
    QueryKind.SELECT: ("sh:SPARQLSelectExecutable", "sh:select"),
    QueryKind.ASK: ("sh:SPARQLAskExecutable", "sh:ask"),
    QueryKind.CONSTRUCT: ("sh:SPARQLConstructExecutable", "sh:construct"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its name, a title, the question in words, its group, keywords, and the query that answers it."""

    slug: str
    title: str
    question: str
    group: str
    keywords: tuple[str, ...]
    sparql: str


def read_questions(folder: Path) -> tuple[Question, ...]:
    """Read all questions of a folder, in the order of groups and titles.

    Raises ``SourceError`` with every problem: a name that is no slug, a header that lacks a line, an unknown group, a
    title that is taken, a query that is not SPARQL or not allowed, a folder without any question.
    """
    questions: list[Question] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.rq")):
        try:
            questions.append(_read(path))
        except SourceError as error:
            problems += error.problems
    titles: dict[str, str] = {}
    for question in questions:
        if (taken := titles.setdefault(question.title, question.slug)) != question.slug:
            message = f"{taken}.rq has the same title."
            problems.append(Problem(Where(folder / f"{question.slug}.rq", 1), message, "Give it a title of its own."))
    if not questions and not problems:
        problems.append(Problem(Where(folder), "there is no question (*.rq) here.", "Check the folder given."))
    if problems:
        raise SourceError(problems)
    return tuple(sorted(questions, key=_rank))


def read_question(folder: Path, slug: str) -> Question:
    """Read one question by its name; ``UnknownThing`` with the nearest names where there is none."""
    path = folder / f"{slug}.rq"
    if not _NAME.fullmatch(slug) or not path.is_file():
        raise unknown_question(slug, (known.stem for known in folder.glob("*.rq")))
    return _read(path)


def unknown_question(slug: str, known: Iterable[str]) -> UnknownThing:
    """Return the error for a name that no question has, with the names that come near."""
    names = sorted(known)
    near = difflib.get_close_matches(slug, names, n=3) or names[:5]
    return UnknownThing(
        f"there is no question {slug!r}.", remedy=f"Some there are: {', '.join(near) or 'none at all'}."
    )


def describe_questions(folder: Path) -> Iterator[Quad]:
    """Write the questions of a folder as quads of the graph of queries, for a version of the graph."""
    for question in read_questions(folder):
        form, holds = _FORMS[QueryRequest(question.sparql).kind]
        iri = NamedNode(_QUESTION + question.slug)
        pairs: list[tuple[str, NamedNode | Literal]] = [
            ("rdf:type", term("sh:SPARQLExecutable")),
            ("rdf:type", term(form)),
            ("rdfs:label", Literal(question.title, language="en")),
            ("rdfs:comment", Literal(question.question, language="en")),
            ("schema:genre", Literal(question.group, language="en")),
            (holds, Literal(question.sparql)),
            *(("schema:keywords", Literal(word, language="en")) for word in question.keywords),
        ]
        for predicate, value in pairs:
            yield Quad(iri, term(predicate), value, QUERIES)


def stored_questions(store: Store) -> tuple[Question, ...]:
    """Return the questions that a version of the graph holds, in the order of groups and titles."""
    found: list[Question] = []
    for quad in store.quads_for_pattern(None, term("rdf:type"), term("sh:SPARQLExecutable"), QUERIES):
        assert isinstance(quad.subject, NamedNode)  # noqa: S101 (we wrote it)
        said: dict[str, list[str]] = {}
        for about in store.quads_for_pattern(quad.subject, None, None, QUERIES):
            if isinstance(about.object, Literal):
                said.setdefault(about.predicate.value, []).append(about.object.value)

        def values(name: str, said: dict[str, list[str]] = said) -> list[str]:
            return sorted(said.get(term(name).value, []))

        found.append(
            Question(
                slug=quad.subject.value.removeprefix(_QUESTION),
                title=values("rdfs:label")[0],
                question=values("rdfs:comment")[0],
                group=values("schema:genre")[0],
                keywords=tuple(values("schema:keywords")),
                sparql=next(text for _, holds in _FORMS.values() for text in values(holds)),
            )
        )
    return tuple(sorted(found, key=_rank))


def _rank(question: Question) -> tuple[int, str]:
    return GROUPS.index(question.group), question.title


def _read(path: Path) -> Question:
    text = read_text_file(path)
    header = read_header(text)
    match = _HEADER_LINES.match(text)
    sparql = text[match.end() :] if match else text
    problems: list[Problem] = []
    if not _NAME.fullmatch(path.stem):
        problems.append(Problem(Where(path), "the name is no slug.", "Use a-z, 0-9 and hyphens."))
    if missing := [key for key in ("title", "question", "group", "keywords") if key not in header]:
        remedy = "Start with # Title:, # Question:, # Group: and # Keywords: lines."
        problems.append(Problem(Where(path, 1), f"the header lacks {', '.join(missing)}.", remedy))
    elif header["group"] not in GROUPS:
        problems.append(Problem(Where(path, 1), f"there is no group {header['group']!r}.", f"Use {', '.join(GROUPS)}."))
    request = QueryRequest(sparql)
    try:
        check_query(request)
        if request.kind not in _FORMS:
            problems.append(Problem(Where(path), "the query is a DESCRIBE.", "Engines differ on it: use CONSTRUCT."))
    except QueryError as error:
        before = text.count("\n", 0, len(text) - len(sparql))
        line = before + (error.line or 1) if isinstance(error, MalformedQuery) else before + 1
        problems.append(Problem(Where(path, line), error.message, error.remedy))
    if problems:
        raise SourceError(problems)
    keywords = tuple(sorted({word.strip() for word in header["keywords"].split(",") if word.strip()}))
    return Question(path.stem, header["title"], header["question"], header["group"], keywords, sparql.strip() + "\n")
