"""What page, picture and exports show of one network: computed once, the same for the same network.

Entry points: :func:`depict_in`, :func:`export_network`.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from migragraph.depiction.choice import read_choice
from migragraph.depiction.measured import COMMUNITY, SHOWN, Shown, add_measures
from migragraph.depiction.part import part_of
from migragraph.errors import NetworkTooLarge
from migragraph.exports import by_name
from migragraph.exports.look import OTHER, PALETTE, UNKNOWN, Look, look_at
from migragraph.exports.table import Table, tabulate
from migragraph.networks.dates import first_day, last_day
from migragraph.networks.locations import locate_nodes
from migragraph.networks.ties import thing_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import networkx as nx

    from migragraph.networks.locations import Location
    from migragraph.networks.ties import Network
    from migragraph.store.engine import Engine

#: The largest network that is drawn for a page; places for one of this size take some seconds.
MOST_NODES: Final = 5_000
MOST_TIES: Final = 30_000
SEED: Final = 1


@dataclass(frozen=True)
class Depicted:
    """A network, its networkx graph with measures, its table and look for exports, where its nodes are on the earth.

    Nodes are in the order of the table. ``locations`` has those of the nodes that are known, by id.
    """

    network: Network
    graph: nx.Graph
    table: Table
    look: Look
    locations: Mapping[str, Location]

    @property
    def measures(self) -> tuple[Shown, ...]:
        """Return the measures that the nodes have."""
        return tuple(
            shown for shown in SHOWN if any(shown.attribute in data for _, data in self.graph.nodes(data=True))
        )

    @property
    def is_two_mode(self) -> bool:
        """Tell whether the network has actors and groups."""
        return self.table.n_actors is not None

    def to_json(self, page: Callable[[str], str]) -> dict[str, Any]:
        """Return what the interactive picture needs; ``page`` gives the address of the page about a thing.

        A tie is ``[source, target, weight, spans]`` with the numbers of its nodes; ``spans`` are the first and last
        year of each single tie behind it, null where unknown, so that a year can be chosen. Places are in the unit
        square, y upwards; colours are chosen from the palette by the reader's browser. ``names`` are the English names
        of countries and themes.
        """
        spans: dict[tuple[str, str], list[list[int | None]]] = {}
        for tie in self.network.ties:
            years = [first_day(tie.start).year if tie.start else None, last_day(tie.end).year if tie.end else None]
            spans.setdefault((tie.source, tie.target), []).append(years)
        ids = self.table.ids
        return {
            "name": self.table.name,
            "version": self.network.version,
            "directed": self.table.directed,
            "names": self.network.names,
            "places": self.look.said["places"],
            "palette": {"colours": PALETTE, "other": OTHER, "unknown": UNKNOWN},
            "measures": [{"name": shown.attribute, "title": shown.title} for shown in self.measures],
            "nodes": [
                {
                    **self._node(id_),
                    "page": page(thing_of(id_)),
                    "x": x,
                    "y": y,
                }
                for id_, (x, y) in zip(ids, self.look.places, strict=True)
            ],
            "ties": [
                [a, b, weight, spans.get((ids[a], ids[b])) or spans.get((ids[b], ids[a]), [])]
                for (a, b), weight in zip(self.table.ties, self.table.weights, strict=True)
            ],
        }

    def _node(self, id_: str) -> dict[str, Any]:
        data = self.graph.nodes[id_]
        kept = (
            "label",
            "kind",
            "country",
            "themes",
            "bipartite",
            COMMUNITY,
            *(shown.attribute for shown in self.measures),
        )
        located = self.locations.get(id_)
        return {
            "id": id_,
            **{name: data[name] for name in kept if data.get(name) is not None},
            **({"lat": located[0], "long": located[1]} if located else {}),
        }


def locate(store: Engine, network: Network) -> dict[str, Location]:
    """Return where the nodes of a network are on the earth, by id; those of which nothing is known are left out."""
    things = {node: thing_of(node) for node in network.nodes}
    located = locate_nodes(store, things.values())
    return {node: located[thing] for node, thing in things.items() if thing in located}


def measured_graph(network: Network, locations: Mapping[str, Location]) -> nx.Graph:
    """Return the networkx graph with measures, communities and, where known, ``latitude`` and ``longitude`` of nodes.

    Cost and errors: those of :func:`~migragraph.depiction.measured.add_measures`.
    """
    graph = add_measures(network.to_graph())
    for node, (latitude, longitude) in locations.items():
        graph.nodes[node].update(latitude=latitude, longitude=longitude)
    return graph


def check_size(network: Network) -> None:
    """Raise ``NetworkTooLarge`` for a network that is not drawn on request."""
    if len(network.nodes) > MOST_NODES or len(network.ties) > MOST_TIES:
        raise NetworkTooLarge(
            f"the network {network.definition.slug!r} has {len(network.nodes):,} nodes and {len(network.ties):,} ties, "
            f"and up to {MOST_NODES:,} and {MOST_TIES:,} are drawn.",
            remedy="Write it to a file with migragraph export, a query of your own with --query FILE, and open it in "
            "Gephi or Cytoscape.",
        )


def depict(network: Network, locations: Mapping[str, Location]) -> Depicted:
    """Return what is shown of a network. About 1 s for 640 nodes and 880 ties, most of it for places.

    Raises ``NetworkTooLarge`` above :data:`MOST_NODES` nodes or :data:`MOST_TIES` ties.
    """
    check_size(network)
    return _shown(network, locations)


def depict_in(store: Engine, network: Network) -> Depicted:
    """Return what is shown of a network of the version that an engine holds; cost and errors as of :func:`depict`."""
    check_size(network)  # before places on the earth are looked up
    return depict(network, locate(store, network))


def export_network(
    store: Engine,
    network: Network,
    form: str,
    *,
    asked: Mapping[str, str] = MappingProxyType({}),
    colour_by: str | None = None,
    size_by: str | None = None,
) -> bytes:
    """Write a network of the version that an engine holds, of any size, in a format, with measures and communities.

    ``asked`` chooses nodes by the names of :data:`~migragraph.depiction.choice.CHOICES`; then the file holds that part
    (:func:`~migragraph.depiction.part.part_of`). Colours and sizes are as in
    :func:`~migragraph.exports.registry.write_export`, those of the whole network. Raises ``NotAcceptable`` for an
    unknown format, ``BadParameter`` and ``NotANetwork`` for a choice of nothing, and what measuring and writing raise.
    """
    export = by_name(form)
    whole = _shown(
        network, locate(store, network), colour_by=colour_by, size_by=size_by, needs_places=export.needs_places
    )
    return export.write(*part_of(whole, read_choice(whole, asked)))


def _shown(
    network: Network,
    locations: Mapping[str, Location],
    *,
    colour_by: str | None = None,
    size_by: str | None = None,
    needs_places: bool = True,
) -> Depicted:
    graph = measured_graph(network, locations)
    table = tabulate(graph)
    look = look_at(table, colour_by=colour_by, size_by=size_by, seed=SEED, places=needs_places)
    return Depicted(network, graph, table, look, locations)
