"""Pajek: the network alone (``.net``), and an archive with partitions, vectors and tables beside it.

http://mrvar.fdv.si/pajek/ (manual: pajekman.pdf). Vertices are numbered from 1, those of the first mode first; places
are in the unit square with y downwards. A label stands between quotes, which it cannot hold itself, so quotes,
ampersands, backslashes and all that is no ASCII are written as numbers (``&#246;``), which Pajek reads as the
characters; line breaks are blanks. Pajek tells vertices apart by label: where two have the same one, the prefixed
name follows it.

What ``.net`` cannot hold is in the archive: for each attribute of the nodes with single numbers a vector (``.vec``),
for each with whole numbers, truth values or repeated texts a partition (``.clu``, its classes listed in comments),
and all attributes of nodes and ties in the CSV files of :mod:`.tables`, row for row in the order of the vertices and
lines.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from migragraph.exports.columns import Column, Type, written
from migragraph.exports.look import OTHER, PALETTE, UNKNOWN
from migragraph.exports.tables import archive, csv_files
from migragraph.exports.texts import distinct, name_token, one_line
from migragraph.iris import shorten

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migragraph.exports.look import Look
    from migragraph.exports.table import Table

#: What Pajek takes for a missing class and a missing value.
_NO_CLASS: Final = 9999998
_NO_VALUE: Final = 999999998
#: A radius of 10, where the picture is 1,000 wide, is Pajek's own size of a vertex.
_NORMAL_SIZE: Final = 10
#: Pajek's names of the colours nearest to ours.
_COLOURS: Final = {
    **dict(zip(PALETTE, ("NavyBlue", "YellowOrange", "PineGreen", "CarnationPink", "SkyBlue", "RedOrange", "Yellow"),
               strict=True)),
    OTHER: "Gray",
    UNKNOWN: "White",
}  # fmt: skip
_ESCAPED: Final = {ord(c): f"&#{ord(c)};" for c in '"&\\\x7f'}


def write_net(table: Table, look: Look) -> bytes:
    """Write the network alone: labels, places, sizes, shapes, colours, weights; what it is stands in comments."""
    n = len(table.ids)
    modes = "" if table.n_actors is None else f" {table.n_actors}"
    lines = [*_comments(table, look), f"*Vertices {n}{modes}"]
    for number, (label, (x, y), size) in enumerate(zip(_labels(table), look.places, look.sizes, strict=True)):
        shape = "box" if table.n_actors is not None and number >= table.n_actors else "ellipse"
        factor = round(size / _NORMAL_SIZE, 3)
        colour = _COLOURS[look.colours[number]]
        place = f"{x:.6f} {1 - y:.6f} 0.5"
        lines.append(f'{number + 1} "{label}" {place} {shape} x_fact {factor} y_fact {factor} ic {colour}')
    lines.append("*Arcs" if table.directed else "*Edges")
    lines += [f"{a + 1} {b + 1} {weight!r}" for (a, b), weight in zip(table.ties, table.weights, strict=True)]
    return _file(lines)


def write_pajek_archive(table: Table, look: Look) -> bytes:
    """Write the network, a partition and a vector for each attribute that can be one, and all attributes as CSV."""
    files = {"network.net": write_net(table, look)}
    names = distinct(name_token(column.name) for column in table.nodes)
    for column, name in zip(table.nodes, names, strict=True):
        if column.many:
            continue
        if column.type in (Type.INTEGER, Type.DOUBLE):
            files[f"{name}.vec"] = _vector(column)
        classes = _classes(column)
        if classes is not None:
            files[f"{name}.clu"] = _partition(column, classes)
    return archive({**files, **csv_files(table, look)})


def _comments(table: Table, look: Look) -> list[str]:
    facts = table.all_facts(**look.said)
    said = "\n".join(f"{name}: {said}" for name, said in facts.items())
    return [f"% {_ascii(line)}" for line in said.splitlines()]


def _labels(table: Table) -> list[str]:
    """Return the labels on one line each, made distinct by the prefixed name where two nodes have the same."""
    labels = [one_line(label) for label in table.labels]
    counts = Counter(labels)
    told = [
        label if label and counts[label] == 1 else f"{label} ({shorten(id_)})".strip()
        for label, id_ in zip(labels, table.ids, strict=True)
    ]
    return [_ascii(label) for label in distinct(told)]


def _ascii(text: str) -> str:
    return one_line(text).translate(_ESCAPED).encode("ascii", "xmlcharrefreplace").decode()


def _classes(column: Column) -> dict[str, int] | None:
    """Return the class of each value: whole numbers are classes themselves; None where no two nodes share a class."""
    texts = [written(value) for value in column.values if value is not None]
    if column.type is Type.INTEGER:
        numbers = {text: int(text) for text in texts}
        return numbers if all(0 <= number < _NO_CLASS for number in numbers.values()) else None
    if column.type is Type.DOUBLE or len(set(texts)) == len(texts):
        return None
    return {text: n for n, text in enumerate(sorted(set(texts)), start=1)}


def _partition(column: Column, classes: dict[str, int]) -> bytes:
    said = [f"% {_ascii(column.name)}; {_NO_CLASS} where it is unknown"]
    if column.type is not Type.INTEGER:
        said += [f"% {number} = {_ascii(text)}" for text, number in classes.items()]
    numbers = [str(_NO_CLASS if value is None else classes[written(value)]) for value in column.values]
    return _file([*said, f"*Vertices {len(numbers)}", *numbers])


def _vector(column: Column) -> bytes:
    numbers = [str(_NO_VALUE) if value is None else written(value) for value in column.values]
    return _file([f"% {_ascii(column.name)}; {_NO_VALUE} where it is unknown", f"*Vertices {len(numbers)}", *numbers])


def _file(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")
