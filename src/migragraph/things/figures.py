"""What figures say, in a few words: the number with its unit, how exact and of which kind it is, for when it holds.

Entry point: :func:`numbers_of`.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from pyoxigraph import DefaultGraph

from migragraph.iris import shorten, term
from migragraph.store.engine import quads_about
from migragraph.things.names import label_of, with_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from migragraph.store.engine import Engine
    from migragraph.things.names import Node

#: Relations whose other end is a figure.
OF_FIGURES: Final = frozenset({"^mg:figureOf", "^mg:comparedWith"})
_CONCEPTS: Final = ("mg:unit", "mg:qualifier", "mg:basis")
_SAID: Final = {
    term(name): name
    for name in (
        "schema:value", "schema:minValue", "schema:maxValue", "schema:observationDate", "schema:startDate",
        "schema:endDate", *_CONCEPTS,
    )
}  # fmt: skip
#: How a number stands with a unit, where not before its name.
_WITH_UNIT: Final = {"unit:one": "{}", "unit:percent": "{} %", "unit:factor": "factor {}"}
_TIMES: Final = ("unit:hour", "unit:month", "unit:year")
#: Concepts that a number shows already, or that nobody expects otherwise.
_UNSAID: Final = ("qualifier:exactly", "qualifier:range", "basis:observed")


def numbers_of(store: Engine, figures: Iterable[Node]) -> dict[Node, str]:
    """Return the number of each figure in words: ``over 635,000 persons``, ``about 15 %, estimated``, ``11,180, 2019``.

    A figure whose value is no fact, since its sources disagree or it was rejected, says that. Cost: a few look-ups a
    figure, all in two requests to an engine on a network.
    """
    said: dict[Node, dict[str, Node]] = {figure: {} for figure in figures}
    for quad in sorted(quads_about(store, said, _SAID, DefaultGraph()), key=str):
        said[quad.subject].setdefault(_SAID[quad.predicate], quad.object)
    near = with_names(store, {held[name] for held in said.values() for name in _CONCEPTS if name in held})
    return {figure: _words(near, held) for figure, held in said.items()}


def _words(near: Engine, held: Mapping[str, Node]) -> str:
    concepts = {name: _short(held[name]) for name in _CONCEPTS if name in held}
    texts = defaultdict(str, {name: label_of(near, node) for name, node in held.items()})
    least, most = texts["schema:minValue"], texts["schema:maxValue"]
    number = texts["schema:value"] or least or most
    if not number:
        return "no accepted number"
    words = f"{_grouped(least)} to {_grouped(most)}" if number == least and most else _grouped(number)
    unit = concepts.get("mg:unit", "unit:one")
    name = texts["mg:unit"] + ("s" if unit in _TIMES and words != "1" else "")
    words = _WITH_UNIT.get(unit, f"{{}} {name}").format(words)
    if concepts.get("mg:qualifier") not in (None, *_UNSAID):
        words = f"{texts['mg:qualifier']} {words}"
    elif not texts["schema:value"] and not (least and most):
        words = f"{'at least' if least else 'up to'} {words}"
    kind = texts["mg:basis"] if concepts.get("mg:basis") not in (None, *_UNSAID) else ""
    return ", ".join(part for part in (words, kind, _period(texts)) if part)


def _period(texts: Mapping[str, str]) -> str:
    """Say for when a figure holds; nothing where that is not said."""
    first, last = texts["schema:startDate"], texts["schema:endDate"]
    if texts["schema:observationDate"]:
        return texts["schema:observationDate"]
    if first and last:
        return f"{first} to {last}"
    return f"since {first}" if first else f"until {last}" if last else ""


def _grouped(number: str) -> str:
    """Write a number with its thousands apart; what is none as it stands."""
    try:
        return f"{Decimal(number):,f}"
    except InvalidOperation:
        return number


def _short(concept: Node) -> str:
    return shorten(getattr(concept, "value", ""))
