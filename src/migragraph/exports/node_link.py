"""Node-link JSON, as networkx and D3 read it: ``networkx.node_link_graph(json.load(file), edges="edges")``.

Ids are IRIs, ``labels`` is a mapping from language to text, lists stay lists; a value that is unknown is left out.
Each node has its look under ``viz``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from migragraph.exports.columns import known_values
from migragraph.exports.texts import as_json

if TYPE_CHECKING:
    from migragraph.exports.look import Look
    from migragraph.exports.table import Table


def write_node_link(table: Table, look: Look) -> bytes:
    """Write a network as node-link JSON; places are in the unit square with y upwards."""
    table = table.fitted(
        node_names=("id", "label", "labels", "viz"), edge_names=("id", "source", "target", "weight", "key")
    )
    by_language = {column.origin[1]: column for column in table.nodes if column.origin[0] == "labels"}
    languages = {key: column for key, column in by_language.items() if key is not None}
    flat = [column for column in table.nodes if column not in languages.values()]
    nodes = [
        {
            "id": id_,
            "label": table.labels[n],
            "labels": {key: column.values[n] for key, column in languages.items() if column.values[n] is not None},
            **known_values(flat, n),
            "viz": {
                "position": dict(zip("xy", look.places[n], strict=True)),
                "color": look.colours[n],
                "size": look.sizes[n],
            },
        }
        for n, id_ in enumerate(table.ids)
    ]
    edges = [
        {
            "source": table.ids[a],
            "target": table.ids[b],
            "weight": table.weights[n],
            **known_values(table.edges, n),
        }
        for n, (a, b) in enumerate(table.ties)
    ]
    return as_json(
        {
            "directed": table.directed,
            "multigraph": False,
            "graph": table.all_facts(**look.said),
            "nodes": nodes,
            "edges": edges,
        },
        levels=2,
    )
