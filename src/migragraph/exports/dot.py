"""DOT, the language of Graphviz: https://graphviz.org/doc/info/lang.html

Every name and value stands in quotes. A backslash is written twice and a quote with a backslash before it, in all
attributes, as Graphviz reads labels; so a reader takes one of two backslashes off. All values are text; a list is the
text of a JSON array. The attributes of the graph, its nodes and its ties start with ``mg_``, since Graphviz gives a
meaning to a hundred and seventy names of its own. Places are points, which the layout ``nop`` keeps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from migragraph.exports.texts import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migragraph.exports.look import Look
    from migragraph.exports.table import Table

_PREFIX: Final = "mg_"
#: The width of the picture in points; there are 72 to an inch.
_SCALE: Final = 1000
_POINTS: Final = 72


def write_dot(table: Table, look: Look) -> bytes:
    """Write a network as DOT with places, colours, sizes and shapes."""
    table = table.fitted(shown)
    arrow = "->" if table.directed else "--"
    facts = {f"{_PREFIX}{name}": said for name, said in table.all_facts(**look.said).items()}
    lines = ["digraph {" if table.directed else "graph {"]
    lines.append(f"graph {_attributes({'label': table.title, 'layout': 'nop', 'outputorder': 'edgesfirst', **facts})}")
    lines.append(f"node {_attributes({'style': 'filled', 'fontsize': '8', 'fixedsize': 'true'})}")
    node_texts = [(f"{_PREFIX}{column.name}", column.texts()) for column in table.nodes]
    for n, id_ in enumerate(table.ids):
        is_group = table.n_actors is not None and n >= table.n_actors
        x, y = look.places[n]
        own = {
            "label": table.labels[n],
            "pos": f"{x * _SCALE:.3f},{y * _SCALE:.3f}",
            "fillcolor": look.colours[n],
            "width": f"{2 * look.sizes[n] / _POINTS:.4f}",
            "height": f"{2 * look.sizes[n] / _POINTS:.4f}",
            "shape": "square" if is_group else "circle",
        }
        lines.append(f"{_quoted(id_)} {_attributes(own | _known(node_texts, n))}")
    edge_texts = [(f"{_PREFIX}{column.name}", column.texts()) for column in table.edges]
    for n, (a, b) in enumerate(table.ties):
        own = {"weight": repr(table.weights[n]), **_known(edge_texts, n)}
        lines.append(f"{_quoted(table.ids[a])} {arrow} {_quoted(table.ids[b])} {_attributes(own)}")
    return "".join(f"{line}\n" for line in [*lines, "}"]).encode()


def _known(columns: list[tuple[str, list[str | None]]], row: int) -> dict[str, str]:
    return {name: text for name, texts in columns if (text := texts[row]) is not None}


def _attributes(values: Mapping[str, str]) -> str:
    return "[" + ", ".join(f"{_quoted(name)}={_quoted(value)}" for name, value in values.items()) + "]"


def _quoted(text: str) -> str:
    """Write a text as DOT's quoted string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
