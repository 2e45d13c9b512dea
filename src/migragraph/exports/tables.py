"""CSV: nodes, ties, and both in a ZIP archive with metadata (CSV on the Web).

https://www.rfc-editor.org/rfc/rfc4180 and https://www.w3.org/TR/tabular-metadata/. The first columns have the names
that Gephi reads: ``Id``, ``Label``; ``Source``, ``Target``, ``Type``, ``Weight``. A list is the text of a JSON array.
CSV cannot tell an empty text from an unknown value: both are an empty cell.

A spreadsheet takes a text for a formula where it starts with one of ``= + - @``, tab or carriage return, and files of
this service may hold what somebody else asked for. Such a text gets an apostrophe before it, and so does one that
starts with an apostrophe: to read the text back, take one leading apostrophe off. Numbers are written as they are.
"""

from __future__ import annotations

import csv
import io
import zipfile
from typing import TYPE_CHECKING, Any, Final

from migragraph.exports.columns import Column, Type
from migragraph.exports.texts import as_json, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from migragraph.exports.look import Look
    from migragraph.exports.table import Table

_NODE_NAMES: Final = ("Id", "Label")
_EDGE_NAMES: Final = ("Source", "Target", "Type", "Weight")
_FORMULA: Final = tuple("=+-@\t\r'")
_DATATYPES: Final = {Type.BOOLEAN: "boolean", Type.INTEGER: "integer", Type.DOUBLE: "double", Type.STRING: "string"}
#: The earliest time that a ZIP archive can name: files in it have no time of their own.
_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)


def write_node_csv(table: Table, look: Look) -> bytes:
    """Write the nodes with all their attributes as CSV, sorted as in the table; the look is not written."""
    table = _fitted(table)
    rows = zip(map(_safe, table.ids), map(_safe, table.labels), *map(_cells, table.nodes), strict=True)
    return _csv([*_NODE_NAMES, *(_safe(column.name) for column in table.nodes)], rows)


def write_edge_csv(table: Table, look: Look) -> bytes:
    """Write the ties with all their attributes as CSV, sorted as in the table."""
    table = _fitted(table)
    ends = ((_safe(table.ids[a]), _safe(table.ids[b])) for a, b in table.ties)
    type_ = "Directed" if table.directed else "Undirected"
    cells = zip(*map(_cells, table.edges), strict=True) if table.edges else ((),) * len(table.ties)
    rows = ((*pair, type_, repr(weight), *rest) for pair, weight, rest in zip(ends, table.weights, cells, strict=True))
    return _csv([*_EDGE_NAMES, *(_safe(column.name) for column in table.edges)], rows)


def write_csv_archive(table: Table, look: Look) -> bytes:
    """Write nodes, ties, and their metadata with the provenance of the export, as a ZIP archive."""
    return archive(csv_files(table, look))


def csv_files(table: Table, look: Look) -> dict[str, bytes]:
    """Return ``nodes.csv``, ``edges.csv`` and ``csv-metadata.json``."""
    fitted = _fitted(table)
    string, key = {"datatype": "string"}, {"datatype": "anyURI"}
    node_columns = [{"titles": "Id", **key}, {"titles": "Label", **string}, *map(_described, fitted.nodes)]
    edge_columns = [
        {"titles": "Source", **key},
        {"titles": "Target", **key},
        {"titles": "Type", **string},
        {"titles": "Weight", "datatype": "double"},
        *map(_described, fitted.edges),
    ]
    metadata = {
        "@context": "http://www.w3.org/ns/csvw",
        "dc:title": fitted.title,
        "dc:creator": fitted.facts["creator"],
        "dc:license": {"@id": fitted.facts["licence"]},
        "dc:description": "\n".join(f"{name}: {said}" for name, said in fitted.all_facts().items()),
        "tables": [
            {"url": "nodes.csv", "tableSchema": {"columns": node_columns}},
            {"url": "edges.csv", "tableSchema": {"columns": edge_columns}},
        ],
    }
    return {
        "nodes.csv": write_node_csv(table, look),
        "edges.csv": write_edge_csv(table, look),
        "csv-metadata.json": as_json(metadata, levels=4),
    }


def archive(files: Mapping[str, bytes]) -> bytes:
    """Put files into a ZIP archive: without times, and not compressed, so that every machine writes the same bytes."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_STORED) as writing:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            writing.writestr(entry, content)
    return output.getvalue()


def _fitted(table: Table) -> Table:
    return table.fitted(shown, node_names=_NODE_NAMES, edge_names=_EDGE_NAMES)


def _cells(column: Column) -> list[str]:
    """Return the cells of a column; only texts are made safe, since a list starts with a bracket."""
    texts = ["" if text is None else text for text in column.texts()]
    return [_safe(text) for text in texts] if column.type is Type.STRING and not column.many else texts


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return output.getvalue().encode()


def _described(column: Column) -> dict[str, Any]:
    return {"titles": column.name, "datatype": "json" if column.many else _DATATYPES[column.type]}
