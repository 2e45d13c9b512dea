"""GEXF 1.3, the format of Gephi: https://gexf.net/ (grammar: https://gexf.net/1.3/gexf.rng).

Attributes have numbers as ids, since graphology shows others in the place of their titles. Lists are written between
brackets, each text in quotes, with a backslash before quotes and backslashes: so Gephi and graphology read them alike.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from lxml import etree

from migragraph.exports.columns import Column, Type, written
from migragraph.exports.texts import first_day, last_day, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migragraph.exports.columns import Value
    from migragraph.exports.look import Look
    from migragraph.exports.table import Table

NAMESPACE: Final = "http://gexf.net/1.3"
VIZ: Final = "http://gexf.net/1.3/viz"
#: The width of the picture: places are multiplied by it.
SCALE: Final = 1000
#: Titles that Gephi or graphology uses itself.
_NODE_NAMES: Final = ("id", "label", "x", "y", "z", "size", "color", "shape", "interval", "timeset", "pid")
_EDGE_NAMES: Final = (
    "id", "label", "source", "target", "weight", "type", "color", "thickness", "shape", "interval", "timeset",
)  # fmt: skip
_TYPES: Final = {Type.BOOLEAN: "boolean", Type.INTEGER: "long", Type.DOUBLE: "double", Type.STRING: "string"}

Span = tuple[date | None, date | None]


def write_gexf(table: Table, look: Look) -> bytes:
    """Write a network as GEXF with places, colours, sizes, shapes and dates."""
    table = table.fitted(shown, node_names=_NODE_NAMES, edge_names=_EDGE_NAMES)
    notes: list[str] = []
    node_spans = _spans(table.nodes, len(table.ids), "nodes", notes)
    edge_spans = _spans(table.edges, len(table.ties), "ties", notes)
    dated = any(span != (None, None) for span in (*node_spans, *edge_spans))
    root = etree.Element(f"{{{NAMESPACE}}}gexf", {"version": "1.3"}, nsmap={None: NAMESPACE, "viz": VIZ})
    _write_meta(root, table.all_facts(*notes, **look.said))
    graph = etree.SubElement(
        root,
        f"{{{NAMESPACE}}}graph",
        {
            "defaultedgetype": "directed" if table.directed else "undirected",
            "idtype": "string",
            **({"mode": "dynamic", "timeformat": "date"} if dated else {"mode": "static"}),
        },
    )
    for of, columns in (("node", table.nodes), ("edge", table.edges)):
        declared = etree.SubElement(graph, f"{{{NAMESPACE}}}attributes", {"class": of, "mode": "static"})
        for n, column in enumerate(columns):
            type_ = f"list{_TYPES[column.type]}" if column.many else _TYPES[column.type]
            etree.SubElement(declared, f"{{{NAMESPACE}}}attribute", {"id": str(n), "title": column.name, "type": type_})
    _write_nodes(graph, table, look, node_spans)
    _write_edges(graph, table, edge_spans)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _write_meta(root: etree._Element, facts: dict[str, str]) -> None:
    """Write what is said of the export; the date is that of the version, never that of the export."""
    day = first_day(facts.get("version_date", ""))
    meta = etree.SubElement(
        root, f"{{{NAMESPACE}}}meta", {"lastmodifieddate": day.isoformat()} if day is not None else {}
    )
    etree.SubElement(meta, f"{{{NAMESPACE}}}creator").text = facts["creator"]
    etree.SubElement(meta, f"{{{NAMESPACE}}}keywords").text = "migrant integration, Europe, network"
    said = "\n".join(f"{key}: {value}" for key, value in facts.items())
    etree.SubElement(meta, f"{{{NAMESPACE}}}description").text = said


def _write_nodes(graph: etree._Element, table: Table, look: Look, spans: list[Span]) -> None:
    nodes = etree.SubElement(graph, f"{{{NAMESPACE}}}nodes", {"count": str(len(table.ids))})
    rows = zip(table.ids, table.labels, look.places, look.colours, look.sizes, spans, _rows(table.nodes), strict=False)
    for number, (id_, label, (x, y), colour, size, span, values) in enumerate(rows):
        node = etree.SubElement(nodes, f"{{{NAMESPACE}}}node", {"id": id_, "label": label, **_between(span)})
        _write_values(node, values)
        red, green, blue = (str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))
        etree.SubElement(node, f"{{{VIZ}}}color", {"r": red, "g": green, "b": blue})
        etree.SubElement(node, f"{{{VIZ}}}position", {"x": _place(x), "y": _place(y), "z": "0.0"})
        etree.SubElement(node, f"{{{VIZ}}}size", {"value": repr(size)})
        is_group = table.n_actors is not None and number >= table.n_actors
        etree.SubElement(node, f"{{{VIZ}}}shape", {"value": "square" if is_group else "disc"})


def _write_edges(graph: etree._Element, table: Table, spans: list[Span]) -> None:
    edges = etree.SubElement(graph, f"{{{NAMESPACE}}}edges", {"count": str(len(table.ties))})
    rows = zip(table.ties, table.weights, spans, _rows(table.edges), strict=False)
    for number, ((a, b), weight, span, values) in enumerate(rows):
        ends = {"id": str(number), "source": table.ids[a], "target": table.ids[b], "weight": repr(weight)}
        _write_values(etree.SubElement(edges, f"{{{NAMESPACE}}}edge", {**ends, **_between(span)}), values)


def _rows(columns: tuple[Column, ...]) -> Iterator[list[tuple[str, str]]]:
    """Return for each row the numbers and texts of the known values, without end where there are no columns."""
    if not columns:
        while True:
            yield []
    texts = [[None if value is None else _text(value) for value in column.values] for column in columns]
    for row in zip(*texts, strict=True):
        yield [(str(n), text) for n, text in enumerate(row) if text is not None]


def _write_values(element: etree._Element, values: list[tuple[str, str]]) -> None:
    if values:
        held = etree.SubElement(element, f"{{{NAMESPACE}}}attvalues")
        for number, text in values:
            etree.SubElement(held, f"{{{NAMESPACE}}}attvalue", {"for": number, "value": text})


def _text(value: Value) -> str:
    if not isinstance(value, tuple):
        return written(value)
    quoted = (
        '"' + m.replace("\\", "\\\\").replace('"', '\\"') + '"' if isinstance(m, str) else written(m) for m in value
    )
    return f"[{', '.join(quoted)}]"


def _place(share: float) -> str:
    return repr(round(share * SCALE, 3))


def _spans(columns: tuple[Column, ...], n: int, what: str, notes: list[str]) -> list[Span]:
    """Return first and last day of each row, from the columns ``start`` and ``end``, which stay as they are.

    A year starts with its first day and ends with its last. What is no date, or ends before it starts, has no span,
    and a note says how often.
    """
    starts, ends = (_single_texts(columns, name, n) for name in ("start", "end"))
    spans: list[Span] = []
    unread = 0
    for start, end in zip(starts, ends, strict=True):
        first = first_day(start) if start else None
        last = last_day(end) if end else None
        wrong = bool(start and first is None) or bool(end and last is None)
        wrong = wrong or (first is not None and last is not None and last < first)
        unread += wrong
        spans.append((None, None) if wrong else (first, last))
    if unread:
        notes.append(f"{unread} {what} have dates that are no span of ISO dates; they stand in the attributes only.")
    return spans


def _single_texts(columns: tuple[Column, ...], name: str, n: int) -> list[str | None]:
    for column in columns:
        if column.name == name and not column.many:
            return column.texts()
    return [None] * n


def _between(span: Span) -> dict[str, str]:
    return {name: day.isoformat() for name, day in zip(("start", "end"), span, strict=True) if day is not None}
