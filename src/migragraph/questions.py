"""The questions that the graph is there to answer: one file each in ``queries/``.

A question is a SPARQL query with its own PREFIX lines, after a header of comments::

    # Title: Members of two networks
    # Question: Which cities are in Eurocities and in Intercultural Cities?
    # Group: networks
    # Keywords: membership, cities

Its name is that of the file. A version of the graph holds the questions it was built with, as resources that can be
asked for (``sh:SPARQLExecutable``), so a reader of the graph needs no files.

Entry points: :func:`read_questions`, :func:`read_question`, :func:`describe_questions`, :func:`stored_questions`,
:func:`find_question`.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Quad

from migragraph.errors import QueryError, UnknownThing
from migragraph.graph.assembly import QUERIES
from migragraph.iris import QUERY, term
from migragraph.query import QueryKind, QueryRequest
from migragraph.query_files import find_query_file, read_query_file, read_query_files, unknown_name
from migragraph.store.engine import quads_about

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from migragraph.store.engine import Engine

#: The groups, in the order in which they are shown.
GROUPS: Final = (
    "networks", "projects and funding", "practices", "policies", "events", "figures", "contradictions", "evidence",
)  # fmt: skip
_KEYS: Final = ("title", "question", "group", "keywords")
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
    return tuple(sorted(read_query_files(folder, _read, "question"), key=_rank))


def read_question(folder: Path, slug: str) -> Question:
    """Read one question by its name; ``UnknownThing`` with the nearest names where there is none."""
    return _read(find_query_file(folder, slug, "question"))


def unknown_question(slug: str, known: Iterable[str]) -> UnknownThing:
    """Return the error for a name that no question has, with the names that come near."""
    return unknown_name(slug, known, "question")


def find_question(store: Engine, slug: str) -> Question:
    """Return the question of this name that a version of the graph holds; ``UnknownThing`` where there is none."""
    stored = {question.slug: question for question in stored_questions(store)}
    if slug not in stored:
        raise unknown_question(slug, stored)
    return stored[slug]


def describe_questions(folder: Path) -> Iterator[Quad]:
    """Write the questions of a folder as quads of the graph of queries, for a version of the graph."""
    for question in read_questions(folder):
        form, holds = _FORMS[QueryRequest(question.sparql).kind]
        iri = NamedNode(QUERY + question.slug)
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


def stored_questions(store: Engine) -> tuple[Question, ...]:
    """Return the questions that a version of the graph holds, in the order of groups and titles."""
    found: list[Question] = []
    named = [q.subject for q in store.quads_for_pattern(None, term("rdf:type"), term("sh:SPARQLExecutable"), QUERIES)]
    about: dict[str, dict[str, list[str]]] = {}
    for quad in quads_about(store, named):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal) and quad.graph_name == QUERIES:
            said = about.setdefault(quad.subject.value, {})
            said.setdefault(quad.predicate.value, []).append(quad.object.value)
    for iri, said in about.items():

        def values(name: str, said: dict[str, list[str]] = said) -> list[str]:
            return sorted(said.get(term(name).value, []))

        found.append(
            Question(
                slug=iri.removeprefix(QUERY),
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
    file = read_query_file(path, _KEYS)
    header = file.header
    if header.keys() >= set(_KEYS) and header["group"] not in GROUPS:
        file.fault(f"there is no group {header['group']!r}.", f"Use {', '.join(GROUPS)}.", 1)
    with suppress(QueryError):  # already among the faults
        if file.request.kind not in _FORMS:
            file.fault("the query is a DESCRIBE.", "Engines differ on it: use CONSTRUCT.")
    file.refuse()
    keywords = tuple(sorted({word.strip() for word in header["keywords"].split(",") if word.strip()}))
    sparql = file.sparql.strip() + "\n"
    return Question(path.stem, header["title"], header["question"], header["group"], keywords, sparql)
