"""The part of a network that a reader chooses, as a file takes it.

Entry point: :func:`part_of`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from migragraph.errors import NotANetwork
from migragraph.exports.table import tabulate

if TYPE_CHECKING:
    from migragraph.depiction.choice import Choice
    from migragraph.depiction.picture import Depicted
    from migragraph.exports.look import Look
    from migragraph.exports.table import Table


def part_of(depicted: Depicted, choice: Choice) -> tuple[Table, Look]:
    """Return table and look of the nodes that are chosen, those that they are tied to, and the ties between the two.

    Nodes say by ``chosen`` which of the two they are. In a year, the ties are those that can have held in it. Measures,
    communities, places and colours are those of the whole network, and the file says so. A choice that leaves all in
    gives the network itself; raises ``NotANetwork`` for one that leaves none.
    """
    if choice.leaves_all:
        return depicted.table, depicted.look
    chosen = set(choice.nodes(depicted))
    if not chosen:
        raise NotANetwork(
            f"no node of the network {depicted.table.name!r} is chosen: none has {choice}.",
            remedy="Leave one of these out, or all for the whole network.",
        )
    held = choice.ties(depicted)
    graph = depicted.graph.copy()
    if not graph.is_directed():
        held |= {(b, a) for a, b in held}
    graph.remove_edges_from([ends for ends in graph.edges() if ends not in held or chosen.isdisjoint(ends)])
    graph.remove_nodes_from([node for node in graph.nodes if node not in chosen and not graph.degree(node)])
    for node in graph.nodes:
        graph.nodes[node]["chosen"] = node in chosen
    graph.graph["part"] = (
        f"nodes with {choice}, and those that they are tied to; measures, communities and places are those of the "
        "whole network"
    )
    table = tabulate(graph)
    return table, _look_of(depicted, table)


def _look_of(depicted: Depicted, table: Table) -> Look:
    """Return the look of the whole network for some of its nodes."""
    row = {id_: n for n, id_ in enumerate(depicted.table.ids)}
    rows = [row[id_] for id_ in table.ids]
    look = depicted.look
    colours = tuple(look.colours[n] for n in rows)
    counts = Counter(colours)
    legend = [replace(entry, n_nodes=counts[entry.colour]) for entry in look.legend if counts[entry.colour]]
    return replace(
        look,
        places=tuple(look.places[n] for n in rows),
        colours=colours,
        sizes=tuple(look.sizes[n] for n in rows),
        legend=tuple(legend),
    )
