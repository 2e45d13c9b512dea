"""Cytoscape: the JSON of Cytoscape.js, and CX2 of Cytoscape Web, Cytoscape Desktop and NDEx.

https://js.cytoscape.org/#notation/elements-json and
https://cytoscape.org/cx/cx2/specification/cytoscape-exchange-format-specification-(version-2)/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from migragraph.exports.columns import Type, known_values
from migragraph.exports.texts import as_json

if TYPE_CHECKING:
    from migragraph.exports.columns import Column
    from migragraph.exports.look import Look
    from migragraph.exports.table import Table

#: The width of the picture: places are multiplied by it. Both formats count y downwards.
SCALE: Final = 1000
_CX2_TYPES: Final = {Type.BOOLEAN: "boolean", Type.INTEGER: "long", Type.DOUBLE: "double", Type.STRING: "string"}


def write_cyjs(table: Table, look: Look) -> bytes:
    """Write a network as the JSON of Cytoscape.js, with places and a style of the colours and sizes."""
    table = table.fitted(
        node_names=("id", "name", "label", "parent", "colour", "size", "shape", "shared_name", "SUID"),
        edge_names=("id", "source", "target", "weight", "name", "shared_name", "interaction", "SUID"),
    )
    nodes = [
        {
            "data": {
                "id": id_,
                "name": table.labels[n],
                "label": table.labels[n],
                "colour": look.colours[n],
                "size": 2 * look.sizes[n],
                "shape": _shape(table, n),
                **known_values(table.nodes, n),
            },
            "position": _position(look, n),
        }
        for n, id_ in enumerate(table.ids)
    ]
    edges = [
        {
            "data": {
                "id": f"tie {n}",
                "source": table.ids[a],
                "target": table.ids[b],
                "weight": table.weights[n],
                **known_values(table.edges, n),
            }
        }
        for n, (a, b) in enumerate(table.ties)
    ]
    node_style = {
        "background-color": "data(colour)", "width": "data(size)", "height": "data(size)", "shape": "data(shape)",
        "label": "data(label)",
    }  # fmt: skip
    arrow = {"target-arrow-shape": "triangle", "curve-style": "bezier"} if table.directed else {}
    return as_json(
        {
            "format_version": "1.0",
            "generated_by": "migragraph",
            "target_cytoscapejs_version": "~3.0",
            "data": table.all_facts(**look.said),
            "style": [{"selector": "node", "style": node_style}, {"selector": "edge", "style": {"width": 1, **arrow}}],
            "elements": {"nodes": nodes, "edges": edges},
        },
        levels=3,
    )


def write_cx2(table: Table, look: Look) -> bytes:
    """Write a network as CX2: typed attributes, places, colours, sizes and shapes.

    Ids are whole numbers from 0 there; the IRI is the attribute ``iri``, the label the attribute ``name``.
    """
    table = table.fitted(
        node_names=("id", "name", "iri", "represents"), edge_names=("id", "s", "t", "weight", "interaction")
    )
    facts = table.all_facts(**look.said)
    network = {"name": table.title, "description": facts.get("question", "")}
    network |= {("network_name" if key == "name" else key): said for key, said in facts.items()}
    declared = {
        "networkAttributes": {key: {"d": "string"} for key in network},
        "nodes": {"name": {"d": "string"}, "iri": {"d": "string"}, **_declarations(table.nodes)},
        "edges": {"weight": {"d": "double"}, **_declarations(table.edges)},
    }
    nodes = [
        {
            "id": n,
            **_position(look, n),
            "v": {"name": table.labels[n], "iri": table.ids[n], **known_values(table.nodes, n)},
        }
        for n in range(len(table.ids))
    ]
    edges = [
        {"id": n, "s": a, "t": b, "v": {"weight": table.weights[n], **known_values(table.edges, n)}}
        for n, (a, b) in enumerate(table.ties)
    ]
    bypasses = [
        {
            "id": n,
            "v": {
                "NODE_BACKGROUND_COLOR": look.colours[n],
                "NODE_WIDTH": 2 * look.sizes[n],
                "NODE_HEIGHT": 2 * look.sizes[n],
                "NODE_SHAPE": _shape(table, n),
            },
        }
        for n in range(len(table.ids))
    ]
    aspects: dict[str, list[Any]] = {
        "attributeDeclarations": [declared],
        "networkAttributes": [network],
        "nodes": nodes,
        "edges": edges,
        "visualProperties": [_visual_properties(table.directed)],
        "nodeBypasses": bypasses,
    }
    aspects = {name: elements for name, elements in aspects.items() if elements}
    return as_json(
        [
            {"CXVersion": "2.0", "hasFragments": False},
            {"metaData": [{"name": name, "elementCount": len(elements)} for name, elements in aspects.items()]},
            *({name: elements} for name, elements in aspects.items()),
            {"status": [{"error": "", "success": True}]},
        ],
        levels=3,
    )


def _declarations(columns: tuple[Column, ...]) -> dict[str, dict[str, str]]:
    return {c.name: {"d": f"list_of_{_CX2_TYPES[c.type]}" if c.many else _CX2_TYPES[c.type]} for c in columns}


def _visual_properties(directed: bool) -> dict[str, Any]:
    label = {"type": "PASSTHROUGH", "definition": {"attribute": "name", "type": "string"}}
    return {
        "default": {
            "network": {"NETWORK_BACKGROUND_COLOR": "#FFFFFF"},
            "edge": {"EDGE_WIDTH": 1.0, "EDGE_TARGET_ARROW_SHAPE": "triangle" if directed else "none"},
            "node": {"NODE_SHAPE": "ellipse", "NODE_LABEL_FONT_SIZE": 8},
        },
        "nodeMapping": {"NODE_LABEL": label},
        "edgeMapping": {},
    }


def _shape(table: Table, node: int) -> str:
    return "rectangle" if table.n_actors is not None and node >= table.n_actors else "ellipse"


def _position(look: Look, node: int) -> dict[str, float]:
    x, y = look.places[node]
    return {"x": round(x * SCALE, 3), "y": round((1 - y) * SCALE, 3)}
