"""The picture of a network: SVG with title, legend and caption, and the same as PNG.

A group of a two-mode network is a square, an actor a disc, so the mode does not hang on colour. The largest nodes are
named, as many as fit without covering each other. What is not drawn, every node tells in its ``title``: label, kind,
country, value of the measure. The SVG links nodes to their IRIs; the PNG is drawn by resvg (vl-convert) with Liberation
Sans, which comes with it, and fonts of the machine for other scripts.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Final

import vl_convert
from lxml import etree

from migragraph.exports.columns import written
from migragraph.exports.look import LARGEST, SMALLEST
from migragraph.exports.texts import one_line, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migragraph.exports.look import Look
    from migragraph.exports.table import Table

NAMESPACE: Final = "http://www.w3.org/2000/svg"
_XLINK: Final = "http://www.w3.org/1999/xlink"
_WIDTH: Final = 1360
_HEIGHT: Final = 1120
#: The square that holds the nodes: its left and upper edge, and its width.
_LEFT: Final = 30
_TOP: Final = 70
_SIDE: Final = 1000
_LEGEND: Final = 1060
_INK: Final = "#222222"
_LINE: Final = "#8a8a8a"
_FONT: Final = "Liberation Sans, Arial, Helvetica, sans-serif"
_FONT_SIZE: Final = 12
#: Width of a character in parts of the font size, on the safe side for Latin text.
_CHARACTER: Final = 0.56
_MOST_LABELS: Final = 40
_LONGEST: Final = 34
_PNG_SIGNATURE: Final = 8
_PNG_HEADER: Final = 25

Box = tuple[float, float, float, float]


def write_svg(table: Table, look: Look) -> bytes:
    """Write the picture as SVG, with the provenance of the export in its metadata."""
    table = table.fitted(shown)
    facts = table.all_facts(**look.said)
    root = etree.Element(
        f"{{{NAMESPACE}}}svg",
        {
            "viewBox": f"0 0 {_WIDTH} {_HEIGHT}", "width": str(_WIDTH), "height": str(_HEIGHT), "role": "img",
            "aria-labelledby": "title description", "font-family": _FONT, "font-size": str(_FONT_SIZE), "fill": _INK,
        },
        nsmap={None: NAMESPACE, "xlink": _XLINK},
    )  # fmt: skip
    _add(root, "title", table.title, id="title")
    _add(root, "desc", _description(table, look), id="description")
    _add(root, "metadata", "\n".join(f"{name}: {said}" for name, said in facts.items()))
    _add(root, "rect", width=_WIDTH, height=_HEIGHT, fill="#ffffff")
    _add(root, "text", _cut(table.title, 90), x=_LEFT, y=34, font_size=20, font_weight="bold")
    _add(root, "text", _cut(facts.get("question", ""), 150), x=_LEFT, y=54)
    if table.directed:
        _add_arrow_head(root)
    places = [(_LEFT + x * _SIDE, _TOP + (1 - y) * _SIDE) for x, y in look.places]
    _draw_ties(root, table, look, places)
    _draw_nodes(root, table, look, places)
    _draw_labels(root, table, look, places)
    _draw_legend(root, table, look)
    said = [facts[name] for name in ("version", "version_date") if name in facts]
    caption = " · ".join([f"{facts['creator']}, CC BY 4.0", *(["version " + " of ".join(said)] if said else [])])
    _add(root, "text", _cut(caption, 170), x=_LEFT, y=_HEIGHT - 20, fill="#555555")
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def write_png(table: Table, look: Look) -> bytes:
    """Write the picture as PNG, 1,360 by 1,120 pixels, with the provenance of the export as text chunks."""
    drawn = vl_convert.svg_to_png(write_svg(table, look).decode().partition("\n")[2])
    facts = table.all_facts(**look.said)
    said = {
        "Title": table.title,
        "Author": facts["creator"],
        "Copyright": facts["licence"],
        "Description": "\n".join(f"{name}: {text}" for name, text in facts.items()),
    }
    end = _PNG_SIGNATURE + _PNG_HEADER
    return drawn[:end] + b"".join(_text_chunk(key, text) for key, text in said.items()) + drawn[end:]


def _text_chunk(keyword: str, text: str) -> bytes:
    """Return international text of a PNG, not compressed. https://www.w3.org/TR/png/#11iTXt"""
    content = b"iTXt" + keyword.encode("latin-1") + b"\0\0\0\0\0" + text.replace("\0", "\N{SYMBOL FOR NULL}").encode()
    return struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))


def _add(parent: etree._Element, name: str, text: str | None = None, /, **attributes: object) -> etree._Element:
    """Add an element; an underscore in the name of an attribute stands for a hyphen."""
    named = {key.replace("_", "-"): str(value) for key, value in attributes.items()}
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}", named)
    element.text = text
    return element


def _description(table: Table, look: Look) -> str:
    n, m = len(table.ids), len(table.ties)
    kinds = "; ".join(f"{entry.says}: {entry.n_nodes}" for entry in look.legend)
    return f"A network of {n} nodes and {m} ties. Colours by {look.colour_by}: {kinds}. Sizes by {look.size_by}."


def _cut(text: str, longest: int) -> str:
    text = one_line(text)
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _add_arrow_head(root: etree._Element) -> None:
    marker = _add(
        _add(root, "defs"), "marker", id="arrow", viewBox="0 0 8 8", refX=8, refY=4, markerWidth=6, markerHeight=6,
        orient="auto",
    )  # fmt: skip
    _add(marker, "path", d="M0,0 L8,4 L0,8 z", fill=_LINE)


def _draw_ties(root: etree._Element, table: Table, look: Look, places: list[tuple[float, float]]) -> None:
    """Draw ties as lines from rim to rim, a tie of a node with itself as a loop above it."""
    drawn = _add(root, "g", id="ties", stroke=_LINE, stroke_width=0.8, stroke_opacity=0.55, fill="none")
    end = {"marker-end": "url(#arrow)"} if table.directed else {}
    for a, b in table.ties:
        (x1, y1), (x2, y2) = places[a], places[b]
        length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
        if a == b or not length:
            r = look.sizes[a]
            path = f"M{_number(x1 - r)},{_number(y1)} C{_number(x1 - 3 * r)},{_number(y1 - 4 * r)} "
            path += f"{_number(x1 + 3 * r)},{_number(y1 - 4 * r)} {_number(x1 + r)},{_number(y1)}"
            _add(drawn, "path", d=path, **end)
            continue
        near, far = (min(look.sizes[node] / length, 0.45) for node in (a, b))
        line = {"x1": x1 + (x2 - x1) * near, "y1": y1 + (y2 - y1) * near}
        line |= {"x2": x2 - (x2 - x1) * far, "y2": y2 - (y2 - y1) * far}
        _add(drawn, "line", **{key: _number(value) for key, value in line.items()}, **end)


def _draw_nodes(root: etree._Element, table: Table, look: Look, places: list[tuple[float, float]]) -> None:
    drawn = _add(root, "g", id="nodes", stroke=_INK, stroke_width=0.6)
    columns = [column for column in table.nodes if column.name in {"kind", "country", look.colour_by, look.size_by}]
    for n in sorted(range(len(table.ids)), key=lambda node: (-look.sizes[node], node)):  # small ones on top
        (x, y), r = places[n], look.sizes[n]
        held = drawn
        if table.ids[n].startswith(("http://", "https://")):
            held = _add(drawn, "a", href=table.ids[n])
            held.set(f"{{{_XLINK}}}href", table.ids[n])
        if table.n_actors is not None and n >= table.n_actors:
            shape = _add(held, "rect", x=_number(x - r), y=_number(y - r), width=_number(2 * r), height=_number(2 * r))
        else:
            shape = _add(held, "circle", cx=_number(x), cy=_number(y), r=_number(r))
        shape.set("fill", look.colours[n])
        known = ((column.name, column.values[n]) for column in columns)
        says = [table.labels[n], *(f"{name}: {written(value)}" for name, value in known if value is not None)]
        _add(shape, "title", "\n".join(says))


def _draw_labels(root: etree._Element, table: Table, look: Look, places: list[tuple[float, float]]) -> None:
    """Name the largest nodes where there is room: no name covers another, nor a node if it can be helped."""
    drawn = _add(
        root, "g", id="labels", paint_order="stroke", stroke="#ffffff", stroke_width=3, stroke_linejoin="round"
    )
    nodes = [(x - r, y - r, x + r, y + r) for (x, y), r in zip(places, look.sizes, strict=True)]
    taken: list[Box] = []
    for n in sorted(range(len(table.ids)), key=lambda node: (-look.sizes[node], node)):
        text = _cut(table.labels[n], _LONGEST)
        spots = [
            spot
            for spot in _spots(places[n], look.sizes[n], _CHARACTER * _FONT_SIZE * len(text))
            if spot[0][0] >= _LEFT - 20 and spot[0][2] <= _LEGEND - 5 and not any(_overlap(spot[0], o) for o in taken)
        ]
        if spots:
            box, anchor, x, y = min(spots, key=lambda spot: sum(_overlap(spot[0], node) for node in nodes))
            taken.append(box)
            _add(drawn, "text", text, x=_number(x), y=_number(y), text_anchor=anchor)
        if len(taken) == _MOST_LABELS:
            break


def _spots(place: tuple[float, float], r: float, width: float) -> Iterator[tuple[Box, str, float, float]]:
    """Return where a name may stand: right, left, above, below; its box, its anchor, its place."""
    (x, y), h = place, _FONT_SIZE
    for anchor, left, base in (
        ("start", x + r + 3, y + h / 3),
        ("end", x - r - 3 - width, y + h / 3),
        ("middle", x - width / 2, y - r - 4),
        ("middle", x - width / 2, y + r + h),
    ):
        at = {"start": left, "end": left + width, "middle": left + width / 2}[anchor]
        yield (left, base - h, left + width, base + h / 4), anchor, at, base


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _draw_legend(root: etree._Element, table: Table, look: Look) -> None:
    drawn = _add(root, "g", id="legend")
    y = _TOP + 20
    _add(drawn, "text", f"{len(table.ids):,} nodes, {len(table.ties):,} ties", x=_LEGEND, y=y)
    y += 34
    _add(drawn, "text", _cut(f"Colour: {look.colour_by}", 40), x=_LEGEND, y=y, font_weight="bold")
    for entry in look.legend:
        y += 22
        _add(drawn, "rect", x=_LEGEND, y=y - 11, width=14, height=14, fill=entry.colour, stroke=_INK, stroke_width=0.6)
        _add(drawn, "text", f"{_cut(entry.says, 30)} ({entry.n_nodes:,})", x=_LEGEND + 22, y=y)
    y += 38
    _add(drawn, "text", _cut(f"Size: {look.size_by}", 40), x=_LEGEND, y=y, font_weight="bold")
    if look.least is not None and look.most is not None:
        ends = [(look.least, SMALLEST), (look.most, LARGEST)][: 1 if look.least == look.most else 2]
        for value, r in ends:
            y += 30
            _add(drawn, "circle", cx=_LEGEND + 18, cy=y - 4, r=r, fill="none", stroke=_INK)
            _add(drawn, "text", f"{value:,.6g}", x=_LEGEND + 46, y=y)
        y += 14
    if table.n_actors is not None:
        y += 34
        _add(drawn, "text", "Shape: mode", x=_LEGEND, y=y, font_weight="bold")
        _add(drawn, "circle", cx=_LEGEND + 7, cy=y + 18, r=7, fill="none", stroke=_INK)
        _add(drawn, "text", f"actors ({table.n_actors:,})", x=_LEGEND + 22, y=y + 22)
        _add(drawn, "rect", x=_LEGEND, y=y + 33, width=14, height=14, fill="none", stroke=_INK)
        _add(drawn, "text", f"groups ({len(table.ids) - table.n_actors:,})", x=_LEGEND + 22, y=y + 44)
        y += 44
    _add(drawn, "text", "Ties: an arrow leads to the target" if table.directed else "Ties: a line, no direction",
         x=_LEGEND, y=y + 36)  # fmt: skip
