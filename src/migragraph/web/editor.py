"""The page at ``/sparql`` for people: the editor, the result of a query or what is wrong with it, the questions.

All of it is written here, so that it works without scripts and a link shows the same to everybody. With scripts
(``static/editor.js``) the text field becomes an editor, and the same page is asked for its answer alone; what that
editor offers while one types is at ``/sparql/completions.json`` and ``/sparql/names.json``.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from pyoxigraph import NamedNode, QueryBoolean, QueryResultsFormat, parse_query_results

from migragraph.completions import written
from migragraph.errors import MalformedQuery, QueryError
from migragraph.formats import GRAPH_FORMATS, RESULT_FORMATS, by_name
from migragraph.iris import PREFIXES, shorten
from migragraph.networks.definitions import faults_of_variables
from migragraph.query import QueryKind, QueryRequest
from migragraph.representations import offers
from migragraph.syntax import point_at
from migragraph.things import Link, kinds_of, plain_link
from migragraph.web.problems import status_of
from migragraph.web.serving import served, serving

if TYPE_CHECKING:
    from migragraph.web.serving import Served

blueprint = Blueprint("editor", __name__)

#: What this page needs beside what every page may do: its own scripts, and answers of this service. The editor sets
#: sizes through the object model, which needs no permission for inline styles.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
#: What a request may say beside the query and its format; the form and the links of the page repeat it.
_KEPT: Final = ("default-graph-uri", "named-graph-uri", "timeout", "version")
_JSON: Final = QueryResultsFormat.JSON
_MOST_ROWS: Final = 1000
_MOST_NAMES: Final = 20
#: How many names are looked at where only those of one namespace are wanted.
_MOST_LOOKED_AT: Final = 2000
#: Datatypes of XML Schema whose values are drawn in charts and set to the right.
_NUMERIC: Final = {
    "integer", "decimal", "double", "float", "int", "long", "short", "nonNegativeInteger", "positiveInteger",
}  # fmt: skip
_EXAMPLE: Final = """\
SELECT ?network (COUNT(DISTINCT ?member) AS ?members) WHERE {
  ?member org:memberOf / skos:prefLabel ?network .
}
GROUP BY ?network
ORDER BY DESC(?members) ?network"""


def show_editor(now: Served, query: QueryRequest | None, *, timeout_seconds: float | None = None) -> Response:
    """Show the editor, and the result of the query or what is wrong with it."""
    status, error, table = HTTPStatus.OK, None, None
    try:
        if query is not None:
            table = _tabulate(now, query, timeout_seconds)
    except QueryError as problem:
        status, error = status_of(problem), problem
    body = render_template(
        "sparql.html",
        text=query.text if query else "",
        query=query,
        kept={name: found for name in _KEPT if (found := request.values.getlist(name))},
        example=_EXAMPLE,
        rows=min(max(10, (query.text if query else _EXAMPLE).count("\n") + 2), 30),
        error=error,
        fault=_point_at(query, error),
        table=table,
        questions=now.questions,
        formats={"SELECT, ASK": RESULT_FORMATS, "CONSTRUCT, DESCRIBE": GRAPH_FORMATS},
        downloads=offers(query.kind) if query and table else (),
        network=_network_of(query, table),
    )
    answer = Response(body, status=status, mimetype="text/html")
    answer.vary.add("Accept")
    answer.headers["Content-Security-Policy"] = _POLICY
    if error is not None or (query is not None and not query.is_repeatable):
        answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/sparql/completions.json")
def show_completions() -> Response:
    """List our prefixes, and the classes and properties of the served version with their names and counts."""
    now = served()
    return jsonify({"version": now.version.id, "prefixes": PREFIXES, **asdict(now.terms)})


@blueprint.get("/sparql/names.json")
def show_names() -> Response:
    """List the things with a name in which each word of ``q`` begins a word; ``under`` keeps those of a namespace.

    The nearest come first, and no more than twenty.
    """
    now = served()
    under = request.args.get("under", "")
    hits = now.labels.find(request.args.get("q", ""), limit=_MOST_LOOKED_AT if under else _MOST_NAMES, names_only=True)
    near = [hit for hit in hits if hit.iri.startswith(under)][:_MOST_NAMES]
    kinds = kinds_of(now.store, [hit.iri for hit in near])
    found = [
        {"name": written(hit.iri), "iri": hit.iri, "label": hit.label, "spelling": hit.spelling,
         "kind": kinds[hit.iri]}
        for hit in near
    ]  # fmt: skip
    return jsonify({"names": found})


def _network_of(query: QueryRequest | None, table: _Table | None) -> str | None:
    """Return the page that shows a result as a network; None where its query is none of a network.

    A network is asked of the facts alone and calls no other service. A query that came in a body has no address.
    """
    if query is None or table is None or not {"source", "target"} <= set(table.variables):
        return None
    if query.default_graphs or query.named_graphs or query.calls_services or request.method != "GET":
        return None
    if any(faults_of_variables(table.variables)):
        return None
    return url_for("network_queries.show_network", query=query.text, version=request.args.get("version"))


def _point_at(query: QueryRequest | None, error: QueryError | None) -> str:
    """Return the line of the query that is at fault, with a mark below the place; empty where none is known."""
    if query is None or not isinstance(error, MalformedQuery) or error.line is None or error.column is None:
        return ""
    return point_at(query.text, error.line, error.column)


@dataclass(frozen=True, slots=True)
class _Table:
    """A result for people: rows of links, or yes or no, or a graph as text; ``total`` counts all rows."""

    variables: tuple[str, ...] = ()
    rows: tuple[tuple[Link | None, ...], ...] = ()
    total: int = 0
    verdict: bool | None = None
    turtle: str | None = None

    @property
    def numeric(self) -> set[str]:
        """Return the variables whose values are all numbers, where there is one at all."""
        columns = zip(self.variables, zip(*self.rows, strict=True), strict=True) if self.rows else ()
        kinds = {name: {cell.note for cell in cells if cell} for name, cells in columns}
        return {name for name, found in kinds.items() if found and found <= _NUMERIC}


def _tabulate(now: Served, query: QueryRequest, timeout_seconds: float | None) -> _Table:
    answer = serving().federation.answer
    if query.kind in (QueryKind.CONSTRUCT, QueryKind.DESCRIBE):
        turtle = answer(now.pool, query, by_name("ttl", GRAPH_FORMATS), timeout_seconds=timeout_seconds)
        return _Table(turtle=turtle.read().decode())
    found = answer(now.pool, query, by_name("json", RESULT_FORMATS), timeout_seconds=timeout_seconds)
    result = parse_query_results(found.read(), _JSON)
    if isinstance(result, QueryBoolean):
        return _Table(verdict=bool(result))
    names = tuple(variable.value for variable in result.variables)
    solutions = list(result)
    rows = (tuple(_cell(row[name]) for name in names) for row in solutions[:_MOST_ROWS])
    return _Table(variables=names, rows=tuple(rows), total=len(solutions))


def _cell(node: object) -> Link | None:
    if isinstance(node, NamedNode):
        return Link(shorten(node.value).strip("<>"), node.value)
    return None if node is None else plain_link(node)
