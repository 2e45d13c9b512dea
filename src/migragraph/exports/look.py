"""How a network looks: places, colours by an attribute, sizes by a measure, and the legend that says so.

Colours are those of Okabe and Ito (2008, "Color Universal Design"), which people with any common kind of colour
blindness tell apart; what has no colour of its own is grey, and the legend names it.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from migragraph.errors import UnwritableGraph
from migragraph.exports.columns import Column, Type, written

if TYPE_CHECKING:
    from migragraph.exports.layout import Place
    from migragraph.exports.table import Table

PALETTE: Final = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442")
OTHER: Final = "#999999"
UNKNOWN: Final = "#dddddd"
#: Sizes of nodes: the radius of the smallest and of the largest, where the picture is 1,000 wide.
SMALLEST: Final = 4.0
LARGEST: Final = 18.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the legend: a colour, what it stands for, how many nodes have it."""

    colour: str
    says: str
    n_nodes: int


@dataclass(frozen=True, slots=True)
class Look:
    """The look of a network, by node in the order of its table.

    ``places`` are in the unit square with y upwards, ``colours`` are ``#rrggbb``, ``sizes`` are radii from
    :data:`SMALLEST` to :data:`LARGEST` where the picture is 1,000 wide; the area grows with the measure. ``least`` and
    ``most`` are the measure at the two, None where there is no node with a value.
    """

    places: tuple[Place, ...]
    colours: tuple[str, ...]
    sizes: tuple[float, ...]
    legend: tuple[Entry, ...]
    colour_by: str
    size_by: str
    least: float | None
    most: float | None
    said: dict[str, str]


def look_at(
    table: Table, *, colour_by: str | None = None, size_by: str | None = None, seed: int = 1, places: bool = True
) -> Look:
    """Return the look of a network: colours by a column, sizes by a column of numbers, places by :mod:`.layout`.

    Without ``colour_by`` the colour is the ``kind`` where there are several, else the ``country`` that nodes share.
    Without ``size_by`` the size is the number of ties. Without ``places`` every node is at (0.5, 0.5), which saves the
    time. Raises ``UnwritableGraph`` for a column that there is not, or one of sizes without numbers.
    """
    if colour_by is None:
        colour_by = _default_colour(table)
    counts, colours, legend = _colours(table, colour_by)
    measure = _measure(table, size_by)
    known = [value for value in measure if value is not None]
    least, most = (min(known), max(known)) if known else (None, None)
    where, how = [(0.5, 0.5)] * len(table.ids), {}
    if places:
        from migragraph.exports.layout import METHOD, place_nodes

        where, how = place_nodes(len(table.ids), table.ties, seed=seed), {"places": f"{METHOD}, seed {seed}"}
    return Look(
        places=tuple(where),
        colours=colours,
        sizes=tuple(_radius(value, least or 0.0, most or 0.0) for value in measure),
        legend=legend,
        colour_by=colour_by,
        size_by=size_by or "number of ties",
        least=least,
        most=most,
        said={
            **how,
            "colours": f"by {colour_by}, {len(counts)} values, palette of Okabe and Ito",
            "sizes": f"area by {size_by or 'number of ties'}",
        },
    )


def _default_colour(table: Table) -> str:
    """Return ``kind`` where there are several, else ``country`` where nodes share one, else ``kind``."""
    values = {column.name: column.values for column in table.nodes if column.name in ("kind", "country")}
    countries = [country for country in values.get("country", ()) if country is not None]
    several_kinds = len(set(values.get("kind", ()))) > 1
    return "kind" if several_kinds or len(set(countries)) == len(countries) else "country"


def _find(table: Table, name: str, what: str) -> Column:
    for column in table.nodes:
        if column.name == name:
            return column
    have = ", ".join(column.name for column in table.nodes) or "none"
    raise UnwritableGraph(
        f"the {what} are to follow {name!r}, and no node has such an attribute.", remedy=f"Choose one of: {have}."
    )


def _colours(table: Table, colour_by: str) -> tuple[Counter[str], tuple[str, ...], tuple[Entry, ...]]:
    missing = colour_by == "kind" and not any(column.name == "kind" for column in table.nodes)
    values = (None,) * len(table.ids) if missing else _find(table, colour_by, "colours").values
    texts = [None if value is None else written(value) for value in values]
    counts = Counter(text for text in texts if text is not None)
    ranked = sorted(counts, key=lambda text: (-counts[text], text))
    colour_of = dict(zip(ranked, PALETTE, strict=False))
    rest = ranked[len(PALETTE) :]
    legend = [Entry(colour_of[text], text, counts[text]) for text in ranked[: len(PALETTE)]]
    if rest:
        legend.append(Entry(OTHER, f"{len(rest)} others", sum(counts[text] for text in rest)))
    if None in texts:
        legend.append(Entry(UNKNOWN, "unknown", texts.count(None)))
    colours = tuple(UNKNOWN if text is None else colour_of.get(text, OTHER) for text in texts)
    return counts, colours, tuple(legend)


def _measure(table: Table, size_by: str | None) -> list[float | None]:
    if size_by is None:
        degree = Counter(end for tie in table.ties for end in tie)
        return [float(degree[node]) for node in range(len(table.ids))]
    column = _find(table, size_by, "sizes")
    if column.many or column.type not in (Type.INTEGER, Type.DOUBLE):
        raise UnwritableGraph(
            f"the sizes are to follow {size_by!r}, which holds no single numbers.",
            remedy="Choose an attribute of numbers, such as a measure.",
        )
    return [None if value is None else float(value) for value in column.values]  # type: ignore[arg-type]


def _radius(value: float | None, least: float, most: float) -> float:
    """Return the radius whose area stands between that of the smallest and the largest as the value does."""
    if value is None or most == least:
        return SMALLEST
    share = value / (most - least) - least / (most - least)
    return round(math.sqrt(SMALLEST**2 + min(max(share, 0.0), 1.0) * (LARGEST**2 - SMALLEST**2)), 3)
