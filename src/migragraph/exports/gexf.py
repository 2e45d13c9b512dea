"""GEXF 1.3, the format of Gephi: https://gexf.net/ (grammar: https://gexf.net/1.3/gexf.rng).

Attributes have numbers as ids, since graphology shows others in the place of their titles. Lists are written between
brackets, each text in quotes, with a backslash before quotes and backslashes: so Gephi and graphology read them alike.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

from migragraph.exports.columns import Column, Type, written
from migragraph.exports.texts import first_day, last_day, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
#: A parser reads a bare carriage return as a new line.
_LINE_ENDS: Final = {"\r": "&#13;"}

Span = tuple[date | None, date | None]


def write_gexf(table: Table, look: Look) -> bytes:
    """Write a network as GEXF with places, colours, sizes, shapes and dates.

    Written as text: a tree of 250,000 ties takes several times as long to build as to write.
    """
    table = table.fitted(shown, node_names=_NODE_NAMES, edge_names=_EDGE_NAMES)
    notes: list[str] = []
    node_spans = _spans(table.nodes, len(table.ids), "nodes", notes)
    edge_spans = _spans(table.edges, len(table.ties), "ties", notes)
    dated = any(span != (None, None) for span in (*node_spans, *edge_spans))
    graph = {
        "defaultedgetype": "directed" if table.directed else "undirected",
        "idtype": "string",
        **({"mode": "dynamic", "timeformat": "date"} if dated else {"mode": "static"}),
    }
    lines = (
        '<?xml version="1.0" encoding="UTF-8"?>',
        _open("gexf", {"xmlns": NAMESPACE, "xmlns:viz": VIZ, "version": "1.3"}),
        *_write_meta(table.all_facts(*notes, **look.said)),
        _open("graph", graph),
        *_write_columns("node", table.nodes),
        *_write_columns("edge", table.edges),
        *_write_nodes(table, look, node_spans),
        *_write_edges(table, edge_spans),
        "</graph>",
        "</gexf>",
        "",
    )
    return "\n".join(lines).encode()


def _open(name: str, attributes: Mapping[str, str], *, closed: bool = False) -> str:
    """Write the start of an element, or all of one that is empty."""
    written_out = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{written_out}{'/' if closed else ''}>"


def _write_meta(facts: dict[str, str]) -> Iterator[str]:
    """Write what is said of the export; the date is that of the version, never that of the export."""
    day = first_day(facts.get("version_date", ""))
    yield _open("meta", {"lastmodifieddate": day.isoformat()} if day is not None else {})
    said = "\n".join(f"{key}: {value}" for key, value in facts.items())
    elements = {
        "creator": facts["creator"],
        "keywords": "migrant integration, Europe, network",
        "description": said,
    }
    for name, text in elements.items():
        yield f"<{name}>{escape(text, _LINE_ENDS)}</{name}>"
    yield "</meta>"


def _write_columns(of: str, columns: tuple[Column, ...]) -> Iterator[str]:
    yield _open("attributes", {"class": of, "mode": "static"})
    for n, column in enumerate(columns):
        type_ = f"list{_TYPES[column.type]}" if column.many else _TYPES[column.type]
        yield _open("attribute", {"id": str(n), "title": column.name, "type": type_}, closed=True)
    yield "</attributes>"


def _write_nodes(table: Table, look: Look, spans: list[Span]) -> Iterator[str]:
    yield f'<nodes count="{len(table.ids)}">'
    rows = zip(table.ids, table.labels, look.places, look.colours, look.sizes, spans, _rows(table.nodes), strict=False)
    for number, (id_, label, (x, y), colour, size, span, values) in enumerate(rows):
        red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
        is_group = table.n_actors is not None and number >= table.n_actors
        yield (
            f"<node id={quoteattr(id_)} label={quoteattr(label)}{_between(span)}>{values}"
            f'<viz:color r="{red}" g="{green}" b="{blue}"/>'
            f'<viz:position x="{_place(x)}" y="{_place(y)}" z="0.0"/>'
            f'<viz:size value="{size!r}"/>'
            f'<viz:shape value="{"square" if is_group else "disc"}"/></node>'
        )
    yield "</nodes>"


def _write_edges(table: Table, spans: list[Span]) -> Iterator[str]:
    yield f'<edges count="{len(table.ties)}">'
    ids = [quoteattr(id_) for id_ in table.ids]
    rows = zip(table.ties, table.weights, spans, _rows(table.edges), strict=False)
    for number, ((a, b), weight, span, values) in enumerate(rows):
        ends = f'id="{number}" source={ids[a]} target={ids[b]} weight="{weight!r}"{_between(span)}'
        yield f"<edge {ends}>{values}</edge>" if values else f"<edge {ends}/>"
    yield "</edges>"


def _rows(columns: tuple[Column, ...]) -> Iterator[str]:
    """Return the known values of each row as written, without end where there are no columns."""
    if not columns:
        while True:
            yield ""
    texts = [
        ["" if value is None else _open("attvalue", {"for": str(n), "value": _text(value)}, closed=True)
         for value in column.values]
        for n, column in enumerate(columns)
    ]  # fmt: skip
    for row in zip(*texts, strict=True):
        known = "".join(row)
        yield f"<attvalues>{known}</attvalues>" if known else ""


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


def _between(span: Span) -> str:
    days = zip(("start", "end"), span, strict=True)
    return "".join(f' {name}="{day.isoformat()}"' for name, day in days if day is not None)
