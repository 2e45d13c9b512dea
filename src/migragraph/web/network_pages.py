"""The pages of networks: what can be analysed, the picture of each with its table, and its exports.

The page of a network is written here as a whole, table, choice and order included, so that it works without scripts;
with scripts (``static/networks/``) the same form steers an interactive picture, whose data are at ``picture.json``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from flask import Blueprint, Response, json, render_template, request

from migragraph.depiction.choice import Choice
from migragraph.depiction.measured import COMMUNITY
from migragraph.errors import BadParameter, NotAcceptable, NotANetwork, UnknownThing
from migragraph.exports import EXPORTS, by_name
from migragraph.exports.thumbnail import write_thumbnail
from migragraph.networks.ties import GROUP, thing_of
from migragraph.web.addresses import local_path
from migragraph.web.serving import served

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migragraph.depiction.picture import Depicted
    from migragraph.networks.definitions import NetworkDefinition
    from migragraph.networks.ties import Network
    from migragraph.web.depictions import Depictions

blueprint = Blueprint("networks", __name__)

#: What the page of a network needs beside what every page may do: its own scripts, and answers of this service. The
#: picture sets sizes through the object model, which needs no permission for inline styles.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_PARAMETERS: Final = ("q", "country", "kind", "year", "sort", "order", "node")
_YEARS: Final = range(1800, 2201)
_MOST_ROWS: Final = 1000
_MOST_TIED: Final = 500


@blueprint.get("/networks")
def list_networks() -> str:
    """List the networks that can be analysed, with their sizes."""
    _parameters(())
    now = served().depictions
    return render_template("networks.html", entries=[_entry(now, found) for found in now.definitions.values()])


@blueprint.get("/networks/<name>/thumbnail.svg")
def show_thumbnail(name: str) -> Response:
    """Draw a network small."""
    _parameters(())
    depicted = served().depictions.depicted(name)
    return Response(write_thumbnail(depicted.table, depicted.look), mimetype="image/svg+xml")


@blueprint.get("/networks/<name>/picture.json")
def show_picture(name: str) -> Response:
    """Give what the interactive picture is drawn from."""
    _parameters(())
    depicted = served().depictions.depicted(name)
    data = json.dumps(depicted.to_json(local_path), ensure_ascii=False, separators=(",", ":"), sort_keys=False)
    return Response(data + "\n", mimetype="application/json")


@blueprint.get("/networks/<name>/export.<path:form>")
def export(name: str, form: str) -> Response:
    """Write a network in a format, with its measures and communities; 404 with the list for an unknown format."""
    _parameters(())
    depictions = served().depictions
    depictions.definition(name)
    try:
        found = by_name(form)
    except NotAcceptable as error:
        raise UnknownThing(
            f"there is no export {form!r} of the network {name!r}.",
            remedy=f"There are: {', '.join(export.name for export in EXPORTS)}.",
        ) from error
    depicted = depictions.depicted(name)
    media_type = found.form.media_types[0]
    answer = Response(found.write(depicted.table, depicted.look), mimetype=media_type)
    shown = "inline" if media_type.startswith("image/") else "attachment"
    answer.headers["Content-Disposition"] = f'{shown}; filename="{name}.{found.name}"'
    return answer


@blueprint.get("/networks/<name>")
def show_network(name: str) -> Response:
    """Show a network: picture, table, and where its numbers, files and query are."""
    asked = _parameters(_PARAMETERS)
    depicted = served().depictions.depicted(name)
    choice = _choice(asked, depicted)
    columns = _columns(depicted)
    sort, descending = _order(asked, columns)
    rows = _ordered(_rows(depicted, choice.nodes(depicted), columns), sort, descending)
    body = render_template(
        "network.html",
        definition=depicted.network.definition,
        size=_size(depicted.network),
        remarks=depicted.graph.graph.get("remarks", ()),
        depicted=depicted,
        columns=columns,
        rows=rows[:_MOST_ROWS],
        n_rows=len(rows),
        sort=sort,
        descending=descending,
        asked=asked,
        links={column.name: _link(asked, column, sort, descending) for column in columns},
        countries=_values(depicted, "country"),
        kinds={kind: _words(kind) for kind in _values(depicted, "kind")},
        years=_span(depicted.network),
        node=_node(asked, depicted),
        exports=EXPORTS,
        measures=depicted.measures,
    )
    answer = Response(body, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = _POLICY
    return answer


@dataclass(frozen=True, slots=True)
class Size:
    """How large a network is; ``n_groups`` is None for one-mode."""

    n_actors: int
    n_groups: int | None
    n_ties: int
    n_isolates: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One network in the list; without a size it is empty, and ``fault`` says why."""

    definition: NetworkDefinition
    size: Size | None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: its name in addresses, its heading, whether it holds numbers, what a high value means."""

    name: str
    title: str
    is_number: bool = False
    high: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A node in the table: its id, the address of its page, its values by column, None where there is none."""

    id: str
    page: str
    values: dict[str, str | int | float | None]
    texts: dict[str, str]

    def key(self, column: str) -> str | float:
        """Return what rows are ordered by in a column: the number, else the text as it is shown."""
        value = self.values[column]
        return value if isinstance(value, int | float) else self.texts[column].casefold()


def _entry(now: Depictions, definition: NetworkDefinition) -> Entry:
    try:
        return Entry(definition, _size(now.network(definition.slug)))
    except NotANetwork as error:
        return Entry(definition, None, str(error.message))


def _size(network: Network) -> Size:
    n_groups = sum(node.side == GROUP for node in network.nodes.values())
    n_ties = len({(tie.source, tie.target) for tie in network.ties})
    is_two_mode = network.definition.mode == "two"
    return Size(len(network.nodes) - n_groups, n_groups if is_two_mode else None, n_ties, len(network.isolates))


def _parameters(known: Sequence[str]) -> dict[str, str]:
    """Return the parameters that say something; ``BadParameter`` for one that is unknown or given twice."""
    for name, values in request.args.lists():
        if name not in known:
            remedy = f"Known: {', '.join(known)}." if known else "Leave it out."
            raise BadParameter(f"there is no parameter {name!r} here.", remedy=remedy)
        if len(values) > 1:
            raise BadParameter(f"the parameter {name!r} is given {len(values)} times.", remedy="Give it once.")
    return {name: value.strip() for name, value in request.args.items() if value.strip()}


def _choice(asked: dict[str, str], depicted: Depicted) -> Choice:
    for name in ("country", "kind"):
        if name in asked and asked[name] not in (known := _values(depicted, name)):
            raise BadParameter(
                f"no node of the network has the {name} {asked[name]!r}.",
                remedy=f"There are: {', '.join(known) or 'none'}.",
            )
    year = asked.get("year")
    if year is not None and not (year.isascii() and year.isdigit() and int(year[:5]) in _YEARS):
        raise BadParameter(
            f"year is {year!r}, which is none.", remedy=f"Give a year from {_YEARS[0]} to {_YEARS[-1]}, such as 2020."
        )
    return Choice(asked.get("q", ""), asked.get("country", ""), asked.get("kind", ""), int(year) if year else None)


def _columns(depicted: Depicted) -> list[Column]:
    nodes = depicted.graph.nodes
    return [
        Column("label", "Name"),
        Column("kind", "Kind"),
        *([Column("bipartite", "Side")] if depicted.is_two_mode else []),
        *([Column("country", "Country")] if any(nodes[node]["country"] for node in nodes) else []),
        *(Column(shown.attribute, shown.title, is_number=True, high=shown.high) for shown in depicted.measures),
        *([Column(COMMUNITY, "Community", is_number=True)] if any(COMMUNITY in nodes[n] for n in nodes) else []),
    ]


def _order(asked: dict[str, str], columns: list[Column]) -> tuple[str, bool]:
    names = [column.name for column in columns]
    sort = asked.get("sort", "degree")
    if sort not in names:
        raise BadParameter(f"there is no column {sort!r} to sort by.", remedy=f"There are: {', '.join(names)}.")
    order = asked.get("order", "desc" if sort in {column.name for column in columns if column.is_number} else "asc")
    if order not in ("asc", "desc"):
        raise BadParameter(f"order is {order!r}.", remedy="Use asc or desc.")
    return sort, order == "desc"


def _link(asked: dict[str, str], column: Column, sort: str, descending: bool) -> str:
    """Return the address of the page sorted by a column; by the column it is sorted by, the other way round."""
    is_down = not descending if column.name == sort else column.is_number
    kept = {name: value for name, value in asked.items() if name not in ("sort", "order")}
    return "?" + urlencode({**kept, "sort": column.name, "order": "desc" if is_down else "asc"})


def _ordered(rows: list[Row], column: str, descending: bool) -> list[Row]:
    """Return rows by a column, those of one value by name, those without a value last."""
    named = sorted(rows, key=lambda row: (row.key("label"), row.id))
    known = [row for row in named if row.values[column] is not None]
    known.sort(key=lambda row: row.key(column), reverse=descending)
    return known + [row for row in named if row.values[column] is None]


def _rows(depicted: Depicted, chosen: list[str], columns: list[Column]) -> list[Row]:
    rows: list[Row] = []
    for id_ in chosen:
        data = depicted.graph.nodes[id_]
        values = {column.name: data.get(column.name) for column in columns}
        texts = {name: _text(name, value) for name, value in values.items()}
        rows.append(Row(id_, local_path(thing_of(id_)), values, texts))
    return rows


def _text(name: str, value: str | float | None) -> str:
    if value is None:
        return ""
    if name == "kind":
        return _words(str(value))
    if name == "bipartite":
        return "group" if value == GROUP else "actor"
    if name == COMMUNITY:
        return str(int(value) + 1)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}" if isinstance(value, float) else value


def _words(kind: str) -> str:
    """Return the name of a class in words.

    >>> _words("mg:FundingScheme")
    'funding scheme'
    """
    name = kind.rpartition(":")[2]
    return "".join(f" {c.lower()}" if c.isupper() and n else c.lower() for n, c in enumerate(name))


def _values(depicted: Depicted, attribute: str) -> list[str]:
    return sorted({value for _, value in depicted.graph.nodes(data=attribute) if value})


def _span(network: Network) -> tuple[int, int] | None:
    """Return the first and last year that ties of a network name; None where none is dated."""
    years = [int(date[:4]) for tie in network.ties for date in (tie.start, tie.end) if date]
    return (min(years), max(years)) if years else None


@dataclass(frozen=True, slots=True)
class Tied:
    """A node that a reader looks at, and those that it is tied to: name, address of the page, id."""

    id: str
    label: str
    page: str
    others: list[tuple[str, str, str]]
    n_others: int


def _node(asked: dict[str, str], depicted: Depicted) -> Tied | None:
    id_ = asked.get("node")
    if id_ is None:
        return None
    graph = depicted.graph
    if id_ not in graph:
        raise UnknownThing(
            f"there is no node {id_!r} in the network {depicted.table.name!r}.",
            remedy="Nodes are called by their IRI; the table has a link for each.",
        )
    others = {*graph.adj[id_], *(graph.pred[id_] if graph.is_directed() else ())}
    tied = sorted((graph.nodes[other]["label"], local_path(thing_of(other)), other) for other in others)
    return Tied(id_, graph.nodes[id_]["label"], local_path(thing_of(id_)), tied[:_MOST_TIED], len(tied))
