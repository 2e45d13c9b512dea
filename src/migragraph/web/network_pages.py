"""The pages of networks: what can be analysed, the picture of each with its table, and its exports.

The page of a network is written here as a whole, table, choice and order included, so that it works without scripts;
with scripts (``static/networks/``) the same form steers an interactive picture, whose data are at ``picture.json``.
Rows that are not chosen are sent too, hidden, for the scripts to show; of a large network only those that are chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, json, render_template, request

from migragraph.depiction.choice import Choice
from migragraph.depiction.task import ExportTask
from migragraph.errors import BadParameter, NotAcceptable, NotANetwork, UnknownThing
from migragraph.exports import EXPORTS, by_name
from migragraph.exports.thumbnail import write_thumbnail
from migragraph.networks.ties import GROUP, group_id, thing_of
from migragraph.web.addresses import local_path
from migragraph.web.network_table import columns_of, link_to_sort, order_of, rows_of, words_of
from migragraph.web.queried import asked_version, read_query
from migragraph.web.serving import served, serving

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from migragraph.depiction.picture import Depicted
    from migragraph.exports import Export
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
_YEARS: Final = range(1800, 2201)
_MOST_ROWS: Final = 1000
_MOST_TIED: Final = 500


@blueprint.get("/networks")
def list_networks() -> str:
    """List the networks that can be analysed, with their sizes."""
    now = served().depictions
    return render_template("networks.html", entries=[_entry(now, found) for found in now.definitions.values()])


@blueprint.get("/networks/<name>/thumbnail.svg")
def show_thumbnail(name: str) -> Response:
    """Draw a network small."""
    depicted = served().depictions.depicted(name)
    return Response(write_thumbnail(depicted.table, depicted.look), mimetype="image/svg+xml")


@blueprint.get("/networks/<name>/picture.json")
def show_picture(name: str) -> Response:
    """Give what the interactive picture is drawn from."""
    depicted = served().depictions.depicted(name)
    data = json.dumps(depicted.to_json(local_path), ensure_ascii=False, separators=(",", ":"), sort_keys=False)
    return Response(data + "\n", mimetype="application/json")


@blueprint.get("/networks/<name>/export.<path:form>")
def export(name: str, form: str) -> Response:
    """Write a network in a format, with its measures and communities; 404 with the list for an unknown format."""
    depictions = served().depictions
    depictions.definition(name)
    found = _find_export(form, name)
    depicted = depictions.depicted(name)
    return _file(found.write(depicted.table, depicted.look), name, found)


@blueprint.get("/networks/query/export.<path:form>")
def export_of_query(form: str) -> Response:
    """Write the network that a query of a user's own finds in a format; the query has the limits of all queries."""
    found = _find_export(form, "query")
    now = asked_version()
    query = read_query()
    task = ExportTask(now.store_folder, query.answered(now), found.name)
    content = task.carry_out(now.store) if now.is_elsewhere else serving().work.make(task)
    answer = _file(content, "query", found)
    if not query.is_repeatable:
        answer.headers["Cache-Control"] = "no-store"
    return answer


def _find_export(form: str, name: str) -> Export:
    try:
        return by_name(form)
    except NotAcceptable as error:
        raise UnknownThing(
            f"there is no export {form!r} of the network {name!r}.",
            remedy=f"There are: {', '.join(export.name for export in EXPORTS)}.",
        ) from error


def _file(content: bytes, name: str, export: Export) -> Response:
    """Return a file to be kept, or a picture to be shown."""
    media_type = export.form.media_types[0]
    answer = Response(content, mimetype=media_type)
    shown = "inline" if media_type.startswith("image/") else "attachment"
    answer.headers["Content-Disposition"] = f'{shown}; filename="{name}.{export.name}"'
    return answer


@blueprint.get("/networks/<name>")
def show_network(name: str) -> Response:
    """Show a network: picture, table, and where its numbers, files and query are."""
    asked = {name: value.strip() for name, value in request.args.items() if value.strip()}
    depicted = served().depictions.depicted(name)
    choice = _choice(asked, depicted)
    columns = columns_of(depicted)
    sort, descending = order_of(asked, columns)
    chosen = choice.nodes(depicted)
    is_whole = len(depicted.table.ids) <= _MOST_ROWS
    rows = rows_of(depicted, depicted.table.ids if is_whole else chosen, columns, sort, descending=descending)
    body = render_template(
        "network.html",
        definition=depicted.network.definition,
        size=_size(depicted.network),
        remarks=depicted.graph.graph.get("remarks", ()),
        depicted=depicted,
        columns=columns,
        rows=rows[:_MOST_ROWS],
        chosen=set(chosen),
        n_rows=len(chosen),
        sort=sort,
        descending=descending,
        asked=asked,
        links={column.name: link_to_sort(asked, column, sort, descending) for column in columns},
        offers=_offers(depicted, asked | {"network": choice.group}),
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


@dataclass(frozen=True, slots=True)
class Offer:
    """A list of values to choose from: the parameter, its name, the values with their names, the one that is chosen."""

    parameter: str
    title: str
    values: dict[str, str]
    chosen: str


def _offers(depicted: Depicted, asked: dict[str, str]) -> list[Offer]:
    """Return what nodes can be chosen by, as far as there is a choice; names in alphabetical order."""
    names, nodes = depicted.network.names, depicted.network.nodes
    groups = {id_: node.label for id_, node in nodes.items() if node.side == GROUP}
    of_groups = {node.kind for node in nodes.values() if node.side == GROUP}
    kind = next(iter(of_groups)) if len(of_groups) == 1 else None
    kinds = {kind: words_of(kind) for kind in _values(depicted, "kind")}
    years = {str(year) for year in _years(depicted.network)}
    if years:
        years |= {asked[name] for name in ("year",) if name in asked}
    offers = (
        ("country", "Country", _named(_values(depicted, "country"), names)),
        (
            "network",
            words_of(kind).capitalize() if kind and kind.startswith("mg:") else "Group",
            _named(groups, groups),
        ),
        ("theme", "Theme", _named(_values(depicted, "theme"), names)),
        ("kind", "Kind", _named(kinds, kinds)),
        ("year", "Year", {year: year for year in sorted(years)}),
    )
    return [
        Offer(parameter, title, values, asked.get(parameter, ""))
        for parameter, title, values in offers
        if len(values) > 1 or (values and parameter != "kind")
    ]


def _named(values: Iterable[str], names: Mapping[str, str]) -> dict[str, str]:
    """Return values with their names, in the order of these."""
    return dict(sorted(((value, names.get(value, value)) for value in values), key=lambda pair: pair[1].casefold()))


def _choice(asked: dict[str, str], depicted: Depicted) -> Choice:
    for name in ("country", "kind", "theme"):
        if name in asked and asked[name] not in (known := _values(depicted, name)):
            raise BadParameter(
                f"no node of the network has the {name} {asked[name]!r}.",
                remedy=f"There are: {', '.join(known) or 'none'}.",
            )
    group = asked.get("network", "")
    groups = {id_ for id_, node in depicted.network.nodes.items() if node.side == GROUP}
    if group and group not in groups:
        group = group_id(group)  # the thing is an actor too
    if group and group not in groups:
        raise BadParameter(
            f"the network {depicted.table.name!r} has no group {asked['network']!r}.",
            remedy="Groups are called by their IRI; the form of the page lists them."
            if depicted.is_two_mode
            else "It is one-mode, and has no groups at all: leave it out.",
        )
    year = asked.get("year")
    if year is not None and not (year.isascii() and year.isdigit() and int(year[:5]) in _YEARS):
        raise BadParameter(
            f"year is {year!r}, which is none.", remedy=f"Give a year from {_YEARS[0]} to {_YEARS[-1]}, such as 2020."
        )
    return Choice(
        words=asked.get("q", ""),
        country=asked.get("country", ""),
        kind=asked.get("kind", ""),
        theme=asked.get("theme", ""),
        group=group,
        year=int(year) if year else None,
    )


def _values(depicted: Depicted, what: str) -> list[str]:
    """Return the countries, kinds or themes of the nodes, in order."""
    nodes = depicted.network.nodes.values()
    if what == "theme":
        return sorted({theme for node in nodes for theme in node.themes})
    return sorted({value for node in nodes if (value := getattr(node, what))})


def _years(network: Network) -> range:
    """Return the years from the first to the last that ties of a network name; none where no tie is dated."""
    years = [int(date[:4]) for tie in network.ties for date in (tie.start, tie.end) if date]
    return range(min(years), max(years) + 1) if years else range(0)


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
