"""GraphML: http://graphml.graphdrawing.org/ (schema 1.1).

Ids are name tokens there, which IRIs are not: nodes are ``n0``, ``n1`` …, and the IRI is the attribute ``iri``. A
list is the text of a JSON array, since GraphML has no lists. Names of attributes are name tokens too; where a name
had to change, the description of its key has the name as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lxml import etree

from migragraph.exports.columns import Type
from migragraph.exports.texts import distinct, name_token, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migragraph.exports.columns import Column
    from migragraph.exports.look import Look
    from migragraph.exports.table import Table

NAMESPACE: Final = "http://graphml.graphdrawing.org/xmlns"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMA: Final = f"{NAMESPACE} http://graphml.graphdrawing.org/xmlns/1.1/graphml.xsd"
#: What is written of each node beside its attributes, with its type: Gephi and graphology know the names.
_NODE_KEYS: Final = {
    "iri": "string", "label": "string", "x": "double", "y": "double", "size": "double",
    "r": "int", "g": "int", "b": "int",
}  # fmt: skip
_TYPES: Final = {Type.BOOLEAN: "boolean", Type.INTEGER: "long", Type.DOUBLE: "double", Type.STRING: "string"}
#: The width of the picture: places are multiplied by it.
SCALE: Final = 1000


def write_graphml(table: Table, look: Look) -> bytes:
    """Write a network as GraphML with places, colours and sizes as attributes of the nodes."""
    names = {"node": [column.name for column in table.nodes], "edge": [column.name for column in table.edges]}
    table = table.fitted(
        shown, names=name_token, node_names=(*_NODE_KEYS, "id"), edge_names=("id", "source", "target", "weight")
    )
    facts = table.all_facts(**look.said)
    root = etree.Element(
        f"{{{NAMESPACE}}}graphml", {f"{{{_XSI}}}schemaLocation": _SCHEMA}, nsmap={None: NAMESPACE, "xsi": _XSI}
    )
    keys = _Keys(root)
    fact_keys = [keys.declare("graph", name, "string") for name in distinct(map(name_token, facts))]
    own_keys = [keys.declare("node", name, type_) for name, type_ in _NODE_KEYS.items()]
    node_keys = [keys.declare_column("node", *c) for c in zip(table.nodes, names["node"], strict=True)]
    weight_key = keys.declare("edge", "weight", "double")
    edge_keys = [keys.declare_column("edge", *c) for c in zip(table.edges, names["edge"], strict=True)]
    direction = "directed" if table.directed else "undirected"
    graph = etree.SubElement(root, f"{{{NAMESPACE}}}graph", {"id": "G", "edgedefault": direction})
    _write_data(graph, fact_keys, list(facts.values()))
    node_texts = [column.texts() for column in table.nodes]
    for n, id_ in enumerate(table.ids):
        node = etree.SubElement(graph, f"{{{NAMESPACE}}}node", {"id": f"n{n}"})
        place = (repr(round(share * SCALE, 3)) for share in look.places[n])
        rgb = (str(int(look.colours[n][i : i + 2], 16)) for i in (1, 3, 5))
        _write_data(node, own_keys, [id_, table.labels[n], *place, repr(look.sizes[n]), *rgb])
        _write_data(node, node_keys, [texts[n] for texts in node_texts])
    edge_texts = [column.texts() for column in table.edges]
    for n, (a, b) in enumerate(table.ties):
        ends = {"id": f"e{n}", "source": f"n{a}", "target": f"n{b}"}
        edge = etree.SubElement(graph, f"{{{NAMESPACE}}}edge", ends)
        _write_data(edge, [weight_key, *edge_keys], [repr(table.weights[n]), *(texts[n] for texts in edge_texts)])
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


class _Keys:
    """The keys of a document: declares them, and numbers them ``d0``, ``d1`` …."""

    def __init__(self, root: etree._Element) -> None:
        self._root = root

    def declare(self, of: str, name: str, type_: str, description: str | None = None) -> str:
        """Declare a key and return its id."""
        id_ = f"d{len(self._root)}"
        key = etree.SubElement(
            self._root, f"{{{NAMESPACE}}}key", {"id": id_, "for": of, "attr.name": name, "attr.type": type_}
        )
        if description:
            etree.SubElement(key, f"{{{NAMESPACE}}}desc").text = description
        return id_

    def declare_column(self, of: str, column: Column, name: str) -> str:
        """Declare the key of a column and return its id; ``name`` is that in the graph."""
        said = [f"The attribute {shown(name)}."] if column.name != name else []
        said += ["A list, as the text of a JSON array."] if column.many else []
        return self.declare(of, column.name, "string" if column.many else _TYPES[column.type], " ".join(said))


def _write_data(element: etree._Element, keys: Sequence[str], texts: Sequence[str | None]) -> None:
    for key, text in zip(keys, texts, strict=True):
        if text is not None:
            etree.SubElement(element, f"{{{NAMESPACE}}}data", {"key": key}).text = text
