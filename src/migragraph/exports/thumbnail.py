"""A small picture of a network for lists: no names, no legend, one path for all ties.

Entry point: :func:`write_thumbnail`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lxml import etree

if TYPE_CHECKING:
    from migragraph.exports.look import Look
    from migragraph.exports.table import Table

_NAMESPACE: Final = "http://www.w3.org/2000/svg"
_SIDE: Final = 200
_MARGIN: Final = 6
#: Radii of a look are for a picture that is 1,000 wide; here they are this much larger against the picture, to be seen.
_ENLARGED: Final = 1.6


def write_thumbnail(table: Table, look: Look) -> bytes:
    """Write a network as SVG, a square; its title is that of the network. About 30 bytes a node and 20 a tie."""
    root = etree.Element(
        f"{{{_NAMESPACE}}}svg",
        {"viewBox": f"{-_MARGIN} {-_MARGIN} {_SIDE + 2 * _MARGIN} {_SIDE + 2 * _MARGIN}", "role": "img"},
        nsmap={None: _NAMESPACE},
    )
    etree.SubElement(root, f"{{{_NAMESPACE}}}title").text = table.fitted(_plain).title
    places = [(f"{x * _SIDE:.1f}", f"{(1 - y) * _SIDE:.1f}") for x, y in look.places]
    lines = "".join(f"M{places[a][0]} {places[a][1]}L{places[b][0]} {places[b][1]}" for a, b in table.ties)
    if lines:
        etree.SubElement(
            root, f"{{{_NAMESPACE}}}path", {"d": lines, "stroke": "#8a8a8a", "stroke-width": "0.3", "fill": "none"}
        )
    for (x, y), colour, size in zip(places, look.colours, look.sizes, strict=True):
        radius = f"{size * _SIDE / 1000 * _ENLARGED:.1f}"
        etree.SubElement(root, f"{{{_NAMESPACE}}}circle", {"cx": x, "cy": y, "r": radius, "fill": colour})
    return bytes(etree.tostring(root))


def _plain(text: str) -> str:
    """Return a text without what XML cannot hold."""
    return "".join(c if c.isprintable() else " " for c in text)
