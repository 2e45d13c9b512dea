"""The passages of a source, a page at a time: a document about a source is where the IRIs of its passages lead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import request
from pyoxigraph import NamedNode

from migragraph.errors import BadParameter
from migragraph.formats import RESULT_FORMATS, by_name
from migragraph.graph.assembly import CLAIMS_PREFIX
from migragraph.iris import SOURCE, source_key
from migragraph.query import QueryRequest

if TYPE_CHECKING:
    from migragraph.web.serving import Served

#: Passages in one document.
PER_PAGE: Final = 1000
_HIGHEST: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Passages:
    """Some passages of a source; ``page`` counts from 1."""

    nodes: tuple[NamedNode, ...]
    page: int
    has_more: bool


def asked_page() -> int:
    """Return the page that the address names, else 1; ``BadParameter`` for what is no number of a page."""
    text = request.args.get("page", "1")
    if not (
        text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= _HIGHEST and len(text) < len(str(_HIGHEST)) + 1
    ):
        raise BadParameter(f"page={text} is not the number of a page.", remedy="Pages count from 1.")
    return int(text)


def passages_of(now: Served, source: NamedNode, page: int) -> Passages:
    """Return a page of the passages of a source or a part of one, in the order of their IRIs; none for other things.

    Found by a query process, with the limits and errors of all queries.
    """
    if not source.value.startswith(SOURCE):
        return Passages((), page, has_more=False)
    graph = NamedNode(CLAIMS_PREFIX + source_key(source.value))
    text = f"""SELECT DISTINCT ?passage WHERE {{
      GRAPH {graph} {{ ?claim prov:wasDerivedFrom ?passage }}
      FILTER(STRSTARTS(STR(?passage), "{source.value}#"))
    }} ORDER BY ?passage LIMIT {PER_PAGE + 1} OFFSET {(page - 1) * PER_PAGE}"""
    answer = now.pool.answer(QueryRequest(text), by_name("tsv", RESULT_FORMATS)).read().decode()
    found = [NamedNode(line.strip("<>")) for line in answer.splitlines()[1:]]
    return Passages(tuple(found[:PER_PAGE]), page, has_more=len(found) > PER_PAGE)
