"""What the page of a network offers to choose nodes by, and the node that a reader looks at.

Entry points: :func:`offers_of`, :func:`node_of`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from migragraph.depiction.choice import YEARS, values_of
from migragraph.errors import UnknownThing
from migragraph.networks.ties import GROUP, thing_of
from migragraph.web.addresses import local_path
from migragraph.web.network_table import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from migragraph.depiction.picture import Depicted
    from migragraph.networks.ties import Network

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


def offers_of(depicted: Depicted, asked: Mapping[str, str]) -> list[Offer]:
    """Return what nodes can be chosen by, as far as there is a choice; names in alphabetical order."""
    names, nodes = depicted.network.names, depicted.network.nodes
    groups = {id_: node.label for id_, node in nodes.items() if node.side == GROUP}
    of_groups = {node.kind for node in nodes.values() if node.side == GROUP}
    kind = next(iter(of_groups)) if len(of_groups) == 1 else None
    kinds = {kind: words_of(kind) for kind in values_of(depicted, "kind")}
    years = {str(year) for year in _years(depicted.network)}
    if years:
        years |= {asked[name] for name in ("year",) if name in asked}
    offers = (
        ("country", "Country", _named(values_of(depicted, "country"), names)),
        (
            "network",
            words_of(kind).capitalize() if kind and kind.startswith("mg:") else "Group",
            _named(groups, groups),
        ),
        ("theme", "Theme", _named(values_of(depicted, "theme"), names)),
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


def _years(network: Network) -> range:
    """Return the years from the first to the last that ties of a network name; none where no tie is dated.

    A query of a user's own may name any year; those that cannot be asked for are left out.
    """
    years = [year for tie in network.ties for date in (tie.start, tie.end) if date and (year := int(date[:4])) in YEARS]
    return range(min(years), max(years) + 1) if years else range(0)
