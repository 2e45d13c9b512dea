"""The formats of networks: one table, from which command line, addresses and documentation follow."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from migragraph import formats
from migragraph.exports.cytoscape import write_cx2, write_cyjs
from migragraph.exports.dot import write_dot
from migragraph.exports.gexf import write_gexf
from migragraph.exports.graphml import write_graphml
from migragraph.exports.linked_data import write_json_ld
from migragraph.exports.look import Look, look_at
from migragraph.exports.node_link import write_node_link
from migragraph.exports.pajek import write_net, write_pajek_archive
from migragraph.exports.picture import write_png, write_svg
from migragraph.exports.table import Table, tabulate
from migragraph.exports.tables import write_csv_archive, write_edge_csv, write_node_csv

if TYPE_CHECKING:
    from collections.abc import Callable

    import networkx as nx


class Holds(StrEnum):
    """What a format may hold of a network."""

    NODES = "nodes"
    TIES = "ties"
    ATTRIBUTES = "all attributes"
    PLACES = "places"
    LOOK = "colours and sizes"
    TYPES = "types"
    LISTS = "lists"
    DATES = "dates"
    PROVENANCE = "provenance"


@dataclass(frozen=True, slots=True)
class Export:
    """One format: how it is called, its writer, what it holds; how text, lists and dates are written where not as such.

    ``form`` carries name (also the extension of its files), media types and title. ``texts`` says what becomes of text
    that the format cannot hold, ``lists`` and ``dates`` how they are written.
    """

    form: formats.Format
    write: Callable[[Table, Look], bytes]
    holds: frozenset[Holds]
    texts: str
    lists: str
    dates: str

    @property
    def name(self) -> str:
        """Return the name, which is the extension of the files, without a dot in front."""
        return self.form.name

    @property
    def needs_places(self) -> bool:
        """Tell whether places have to be computed for this format."""
        return Holds.PLACES in self.holds


_ALL: Final = frozenset(Holds)
_DATA: Final = _ALL - {Holds.PLACES, Holds.LOOK}
_PICTURED: Final = "control characters as their pictures (U+0001 as U+2401)"
_AS_IS: Final = "as they are"
_JSON_TEXT: Final = "text of a JSON array"
_AS_TEXT: Final = "attributes `start`, `end` as text"


def _form(title: str, media_types: tuple[str, ...], *names: str) -> formats.Format:
    return formats.Format(None, names, media_types, title)


#: The formats, the most used first. Media types without a registration are those that the tools themselves use.
EXPORTS: Final = (
    Export(
        _form("GEXF 1.3 (Gephi)", ("application/gexf+xml",), "gexf"), write_gexf, _ALL, _PICTURED,
        "lists, `[\"a\", \"b\"]`", "`start` and `end` of node or tie as days, and as text",
    ),
    Export(
        _form("GraphML", ("application/graphml+xml",), "graphml"), write_graphml, _ALL - {Holds.LISTS, Holds.DATES},
        f"{_PICTURED}; names of attributes as name tokens", _JSON_TEXT, _AS_TEXT,
    ),
    Export(
        _form("Cytoscape.js JSON", ("application/vnd.cytoscape.js+json",), "cyjs"), write_cyjs, _ALL - {Holds.DATES},
        _AS_IS, "lists", _AS_TEXT,
    ),
    Export(
        _form("CX2 (Cytoscape, NDEx)", ("application/vnd.ndex.cx2+json",), "cx2"), write_cx2, _ALL - {Holds.DATES},
        _AS_IS, "lists", _AS_TEXT,
    ),
    Export(
        _form("Pajek network", ("application/vnd.pajek",), "net"), write_net,
        frozenset({Holds.NODES, Holds.TIES, Holds.PLACES, Holds.LOOK, Holds.PROVENANCE}),
        "ASCII; other characters, quotes, `&` and `\\` as `&#246;`; line breaks as blanks; "
        "equal labels with the prefixed name", "not written", "not written",
    ),
    Export(
        _form("Pajek network, partitions, vectors and tables", ("application/zip",), "pajek.zip"), write_pajek_archive,
        _ALL - {Holds.LISTS, Holds.DATES, Holds.TYPES}, "as in `net` and `csv.zip`", _JSON_TEXT,
        "columns `start`, `end` as text",
    ),
    Export(
        _form("DOT (Graphviz)", ("text/vnd.graphviz",), "dot", "gv"), write_dot,
        _ALL - {Holds.TYPES, Holds.LISTS, Holds.DATES}, f"{_PICTURED}; a backslash as two", _JSON_TEXT, _AS_TEXT,
    ),
    Export(
        _form("Nodes as CSV", ("text/csv",), "nodes.csv"), write_node_csv, frozenset({Holds.NODES, Holds.ATTRIBUTES}),
        f"{_PICTURED}; an apostrophe before a text that starts with `=`, `+`, `-`, `@`, tab, return, apostrophe",
        _JSON_TEXT, _AS_TEXT,
    ),
    Export(
        _form("Ties as CSV", ("text/csv",), "edges.csv"), write_edge_csv, frozenset({Holds.TIES, Holds.ATTRIBUTES}),
        "as in `nodes.csv`", _JSON_TEXT, _AS_TEXT,
    ),
    Export(
        _form("Nodes and ties as CSV with metadata (CSV on the Web)", ("application/zip",), "csv.zip"),
        write_csv_archive, _DATA - {Holds.LISTS, Holds.DATES}, "as in `nodes.csv`", _JSON_TEXT, _AS_TEXT,
    ),
    Export(
        _form("Node-link JSON (networkx, D3)", ("application/json",), "json"), write_node_link, _ALL - {Holds.DATES},
        _AS_IS, "lists; labels by language as a mapping", _AS_TEXT,
    ),
    Export(
        _form("JSON-LD", ("application/ld+json",), "jsonld"), write_json_ld, _DATA - {Holds.LISTS, Holds.DATES},
        _AS_IS, "several values; order and repetition are not kept", _AS_TEXT,
    ),
    Export(
        _form("Picture as SVG", ("image/svg+xml",), "svg"), write_svg,
        frozenset({Holds.NODES, Holds.TIES, Holds.PLACES, Holds.LOOK, Holds.PROVENANCE}), _PICTURED, "not drawn",
        "not drawn",
    ),
    Export(
        _form("Picture as PNG", ("image/png",), "png"), write_png,
        frozenset({Holds.NODES, Holds.TIES, Holds.PLACES, Holds.LOOK, Holds.PROVENANCE}), _PICTURED, "not drawn",
        "not drawn",
    ),
)  # fmt: skip


def by_name(name: str) -> Export:
    """Return the export of this name or media type, the first where several share a media type.

    Raises ``NotAcceptable``, which lists the names that there are.
    """
    form = formats.by_name(name, [export.form for export in EXPORTS])
    return next(export for export in EXPORTS if export.form is form)


def write_export(
    graph: nx.Graph, name: str, *, colour_by: str | None = None, size_by: str | None = None, seed: int = 1
) -> bytes:
    """Write a network in the format of this name (:data:`EXPORTS`); the same graph gives the same bytes.

    ``colour_by`` is an attribute of the nodes, by default the kind or the country; ``size_by`` one of numbers, by
    default the number of ties; ``seed`` that of the places. Raises ``NotAcceptable`` for an unknown format,
    ``UnwritableGraph`` and ``UnwritableValue`` for a graph that cannot be written whole.

    >>> import networkx as nx
    >>> write_export(nx.Graph([("urn:a", "urn:b")]), "edges.csv").decode().splitlines()
    ['Source,Target,Type,Weight', 'urn:a,urn:b,Undirected,1.0']
    """
    export = by_name(name)
    table = tabulate(graph)
    return export.write(
        table, look_at(table, colour_by=colour_by, size_by=size_by, seed=seed, places=export.needs_places)
    )
