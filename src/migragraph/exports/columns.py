"""Columns: the values of one attribute over all nodes or ties, brought to one type.

A column has one type, since a reader decides by column. Where the values differ in type, the column takes the narrowest
type that holds all of them: whole numbers beside fractions are numbers, a single text beside lists is a list of one,
anything else beside each other is text. Nothing is lost by it, and a note says where it happened.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from migragraph.errors import UnwritableGraph, UnwritableValue
from migragraph.exports.texts import encodable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

Scalar = str | int | float | bool
Value = Scalar | tuple[Scalar, ...]


class Type(StrEnum):
    """What the values of a column are, or the members of its lists."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    DOUBLE = "double"
    STRING = "string"


#: The largest whole number that every reader holds exactly. https://www.rfc-editor.org/rfc/rfc7493#section-2.2
MOST: Final = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Column:
    """One attribute: its name, its type, whether a value is a list (``many``), one value per row, None where unknown.

    ``origin`` is the attribute of the graph that the values come from, and the key where the attribute is a mapping.
    """

    name: str
    type: Type
    many: bool
    values: tuple[Value | None, ...]
    origin: tuple[str, str | None]

    def with_text(self, change: Callable[[str], str]) -> Column:
        """Return the column with every text and the name changed by a function."""
        if self.type is not Type.STRING:
            return replace(self, name=change(self.name))
        values: tuple[Value | None, ...] = tuple(
            None
            if value is None
            else tuple(change(str(member)) for member in value)
            if isinstance(value, tuple)
            else change(str(value))
            for value in self.values
        )
        return replace(self, name=change(self.name), values=values)

    def texts(self) -> list[str | None]:
        """Return the values as text: numbers as Python writes them, lists as JSON."""
        return [None if value is None else written(value) for value in self.values]


def written(value: Value) -> str:
    """Write a value as text: ``true``, ``1``, ``0.5``, the text itself, a list as JSON.

    >>> written(True), written(0.5), written(("a", "b"))
    ('true', '0.5', '["a", "b"]')
    """
    if isinstance(value, tuple):
        return json.dumps(list(value), ensure_ascii=False)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else repr(value)


def known_values(columns: Iterable[Column], row: int) -> dict[str, Any]:
    """Return the known values of a row by the names of their columns, lists as Python's lists."""
    values = ((column.name, column.values[row]) for column in columns)
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values if value is not None}


def columns_of(
    rows: Sequence[tuple[str, Mapping[object, object]]], without: frozenset[str], notes: list[str]
) -> list[Column]:
    """Return the attributes of rows (a name for messages, and attributes) as columns, sorted by name.

    A mapping, such as labels by language, becomes a column per key: ``labels`` gives ``label_en``, ``label_nl``.
    Adds to ``notes`` what was brought to another type. Raises ``UnwritableValue`` and ``UnwritableGraph``.
    """
    found: dict[tuple[str, str | None], list[Value | None]] = {}
    half = 0
    for number, (row, attributes) in enumerate(rows):
        for attribute, given in attributes.items():
            if not isinstance(attribute, str) or not attribute.strip():
                raise UnwritableGraph(
                    f"an attribute of {row} is named {attribute!r}, which is no text.",
                    remedy="Name every attribute with a text.",
                )
            if attribute in without:
                continue
            for key, value in _parts(row, attribute, given).items():
                encoded = _encodable(value)
                half += value != encoded
                column = found.get((attribute, key))
                if column is None:
                    column = found[attribute, key] = [None] * len(rows)
                column[number] = encoded
    if half:
        notes.append(f"{half} texts held half a character; U+FFFD stands for it.")
    columns = [_column(origin, values, notes) for origin, values in found.items()]
    return sorted(columns, key=lambda column: (column.name, column.origin[0], column.origin[1] or ""))


def _parts(row: str, attribute: str, given: object) -> dict[str | None, Value | None]:
    if not isinstance(given, dict):
        return {None: read_value(row, attribute, given)}
    for key in given:
        if not isinstance(key, str) or not key:
            raise UnwritableValue(
                f"{attribute} of {row} is a mapping with the key {key!r}, which is no text.",
                remedy="Use texts as keys, or leave the attribute out.",
            )
    return {str(key): read_value(row, f"{attribute}[{key!r}]", value) for key, value in given.items()}


def read_value(row: str, attribute: str, given: object) -> Value | None:
    """Read a value of an attribute: text, number, truth value, date or a list of them; None and NaN are unknown.

    Scalars of numpy are read as Python's. Sets are sorted. Raises ``UnwritableValue`` for anything else, and for
    infinity, which neither JSON nor XML Schema's decimal types can hold.
    """
    if isinstance(given, (list, tuple, set, frozenset)):
        members = [_scalar(row, attribute, member) for member in given]
        if None in members:
            raise _unwritable(row, attribute, given, "a list with an unknown member", "Leave unknown members out.")
        known = [member for member in members if member is not None]
        if isinstance(given, (set, frozenset)):
            known.sort(key=lambda member: (str(type(member)), member))
        return tuple(known)
    return _scalar(row, attribute, given)


def _scalar(row: str, attribute: str, given: object) -> Scalar | None:
    if getattr(given, "shape", None) == () and hasattr(given, "item"):
        given = given.item()
    if given is None or (isinstance(given, float) and math.isnan(given)):
        return None
    if isinstance(given, float) and math.isinf(given):
        raise _unwritable(row, attribute, given, "infinite", "Replace it by a finite number or leave it out.")
    if isinstance(given, date):
        return given.isoformat()
    if isinstance(given, (str, bool, int, float)):
        return given
    remedy = "Give text, numbers, truth values, dates, lists of these, or a mapping from text to these."
    raise _unwritable(row, attribute, given, f"of the type {type(given).__name__}", remedy)


def _unwritable(row: str, attribute: str, given: object, why: str, remedy: str) -> UnwritableValue:
    return UnwritableValue(f"{attribute} of {row} is {why}: {str(given)[:80]!r}.", remedy=remedy)


def _encodable(value: Value | None) -> Value | None:
    if isinstance(value, tuple):
        return tuple(encodable(member) if isinstance(member, str) else member for member in value)
    return encodable(value) if isinstance(value, str) else value


def _column(origin: tuple[str, str | None], values: list[Value | None], notes: list[str]) -> Column:
    attribute, key = origin
    name = attribute if key is None else f"{attribute.removesuffix('s')}_{key}" if attribute == "labels" else ""
    name = encodable(name or f"{attribute}_{key}")
    known = [value for value in values if value is not None]
    many = any(isinstance(value, tuple) for value in known)
    members = [member for value in known for member in (value if isinstance(value, tuple) else (value,))]
    type_, why = _type_of(members)
    if why:
        notes.append(f"The attribute {name} holds {why}; it is written as text.")
    if many and not all(isinstance(value, tuple) for value in known):
        notes.append(f"The attribute {name} holds lists and single values; a single value is written as a list of one.")

    def convert(value: Scalar) -> Scalar:
        if type_ is Type.STRING:
            return written(value)
        return float(value) if type_ is Type.DOUBLE else value

    converted: tuple[Value | None, ...] = tuple(
        None
        if value is None
        else tuple(map(convert, value))
        if isinstance(value, tuple)
        else (convert(value),)
        if many
        else convert(value)
        for value in values
    )
    return Column(name, type_, many, converted, origin)


def _type_of(members: list[Scalar]) -> tuple[Type, str | None]:
    """Return the narrowest type of all values, and why it is text where that is a makeshift."""
    kinds = Counter(type(member) for member in members)
    types = {bool: Type.BOOLEAN, int: Type.INTEGER, float: Type.DOUBLE, str: Type.STRING}
    found = {next(known for python, known in types.items() if issubclass(kind, python)) for kind in kinds}
    if found <= {Type.INTEGER, Type.DOUBLE} and found:
        if any(isinstance(member, int) and abs(member) > MOST for member in members):
            return Type.STRING, "whole numbers beyond ±(2^53 - 1), which many readers round"
        return (Type.DOUBLE if Type.DOUBLE in found else Type.INTEGER), None
    if len(found) == 1:
        return found.pop(), None
    return Type.STRING, f"values of the types {', '.join(sorted(found))}" if found else None
