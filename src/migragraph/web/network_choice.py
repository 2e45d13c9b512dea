"""What a reader chooses on the page of a network: which nodes, from which lists of values, and which one to look at.

Entry points: :func:`read_choice`, :func:`offers_of`, :func:`node_of`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from migragraph.depiction.choice import Choice
from migragraph.errors import BadParameter, UnknownThing
from migragraph.networks.ties import GROUP, group_id, thing_of
from migragraph.web.addresses import local_path
from migragraph.web.network_table import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from migragraph.depiction.picture import Depicted
    from migragraph.networks.ties import Network

#: The parameters of an address that choose nodes.
CHOOSING: Final = ("q", "country", "network", "theme", "kind", "year")
_YEARS: Final = range(1800, 2201)
_MOST_TIED: Final = 500


@dataclass(frozen=True, slots=True)
class Offer:
    """A list of values to choose from: the parameter, its name, the values with their names, the one that is chosen."""

    parameter: str
    title: str
    values: dict[str, str]
    chosen: str


@dataclass(frozen=True, slots=True)
class Tied:
    """A node that a reader looks at, and those that it is tied to: name, address of the page, id."""

    id: str
    label: str
    page: str
    others: list[tuple[str, str, str]]
    n_others: int


def read_choice(depicted: Depicted, asked: Mapping[str, str]) -> Choice:
    """Return which nodes are asked for; ``BadParameter`` for a value that no node has."""
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


def offers_of(depicted: Depicted, asked: Mapping[str, str]) -> list[Offer]:
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


def node_of(depicted: Depicted, asked: Mapping[str, str]) -> Tied | None:
    """Return the node that a reader looks at, if there is one; ``UnknownThing`` for one that is not there."""
    id_ = asked.get("node")
    if id_ is None:
        return None
    graph = depicted.graph
    if id_ not in graph:
        raise UnknownThing(
            f"there is no node {id_!r} in the network {depicted.table.name!r}.",
            remedy="Nodes are called by their IRI; the table has a button for each.",
        )
    others = {*graph.adj[id_], *(graph.pred[id_] if graph.is_directed() else ())}
    tied = sorted((graph.nodes[other]["label"], local_path(thing_of(other)), other) for other in others)
    return Tied(id_, graph.nodes[id_]["label"], local_path(thing_of(id_)), tied[:_MOST_TIED], len(tied))


def _named(values: Iterable[str], names: Mapping[str, str]) -> dict[str, str]:
    """Return values with their names, in the order of these."""
    return dict(sorted(((value, names.get(value, value)) for value in values), key=lambda pair: pair[1].casefold()))


def _values(depicted: Depicted, what: str) -> list[str]:
    """Return the countries, kinds or themes of the nodes, in order."""
    nodes = depicted.network.nodes.values()
    if what == "theme":
        return sorted({theme for node in nodes for theme in node.themes})
    return sorted({value for node in nodes if (value := getattr(node, what))})


def _years(network: Network) -> range:
    """Return the years from the first to the last that ties of a network name; none where no tie is dated.

    A query of a user's own may name any year; those that cannot be asked for are left out.
    """
    years = [
        year for tie in network.ties for date in (tie.start, tie.end) if date and (year := int(date[:4])) in _YEARS
    ]
    return range(min(years), max(years) + 1) if years else range(0)
