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

from migragraph.errors import Problem, SourceError, UnknownThing, Where
from migragraph.graph.assembly import QUERIES
from migragraph.graph.rules import read_header
from migragraph.iris import BASE, term
from migragraph.query import QueryKind, QueryRequest, check_syntax
from migragraph.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Iterator
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
