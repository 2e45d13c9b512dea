"""The table of measures: what each is called, says, needs and costs. Command line, report and documentation follow it.

A measure is written as one function from :class:`~migragraph.measures.ties.Ties` with one of two decorators:
:func:`node_measure` where it returns one number a node (an array; not-a-number means that nothing can be said of the
node, which is then missing in the public result), :func:`measure` where it returns anything else.
"""

from __future__ import annotations

import difflib
import functools
import inspect
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Concatenate, Final, Literal, ParamSpec, TypeVar

import numpy as np

from migragraph.errors import NotApplicable, UnknownThing
from migragraph.measures.ties import Network, Ties, read

if TYPE_CHECKING:
    from migragraph.measures.ties import Floats

P = ParamSpec("P")
R = TypeVar("R")
Mode = Literal["one", "two"]
BOTH: Final[tuple[Mode, ...]] = ("one", "two")


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure. The texts are whole sentences for readers; formula, reference and example stand in its docstring."""

    name: str
    title: str
    #: What a high value means, in plain words.
    high: str
    direction: str
    weights: str
    normalisation: str
    isolates: str
    #: Time and memory for n nodes and m ties.
    cost: str
    modes: tuple[Mode, ...] = BOTH
    #: What to do where the mode is another one.
    otherwise: str = ""
    #: What comes back: a number a node (``nodes``), a number a tie (``ties``), or a ``record`` that says more.
    of: Literal["nodes", "ties", "record"] = "nodes"
    function: Callable[..., Any] = field(default=lambda: None, repr=False)
    #: Of a measure of nodes: the same as an array in the order of the nodes, with not-a-number for no value.
    array: Callable[..., Floats] | None = field(default=None, repr=False)

    def parameters(self) -> dict[str, Any]:
        """Return the names of the parameters beside the network, with their defaults."""
        return {p.name: p.default for p in list(inspect.signature(self.function).parameters.values())[1:]}

    def values(self, ties: Ties, **parameters: object) -> Floats:
        """Return one number a node in the order of the nodes, not-a-number where there is none.

        Raises ``NotApplicable`` for a measure that gives something else.
        """
        if self.of != "nodes":
            msg = f"{self.name} gives no number a node, so it makes no ranking."
            raise NotApplicable(msg, remedy="Rank by a measure of nodes, such as degree or betweenness.")
        if self.array is not None:
            return self.array(ties, **parameters)
        scores = self.function(ties, **parameters)
        return np.array([scores.get(node, np.nan) for node in ties.nodes], dtype=np.float64)

    def check(self, ties: Ties) -> Ties:
        """Return the ties, or raise ``NotApplicable`` where the measure says nothing of such a network."""
        if ties.mode not in self.modes:
            msg = f"{self.name} says nothing of a {ties.mode}-mode network."
            raise NotApplicable(msg, remedy=self.otherwise)
        return ties


#: Every measure by its name, in the order of the documentation.
MEASURES: Final[dict[str, Measure]] = {}


def enter(**texts: Any) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Register a function that reads and checks its network itself."""

    def register(function: Callable[P, R]) -> Callable[P, R]:
        MEASURES[texts["name"]] = Measure(**texts, function=function)
        return function

    return register


def measure(
    **texts: Any,
) -> Callable[[Callable[Concatenate[Ties, P], R]], Callable[Concatenate[Network, P], R]]:
    """Register a function of ties under the fields of :class:`Measure`; the public function takes any network."""

    def register(inner: Callable[Concatenate[Ties, P], R]) -> Callable[Concatenate[Network, P], R]:
        @functools.wraps(inner)
        def public(network: Network, /, *args: P.args, **kwargs: P.kwargs) -> R:
            return inner(entry.check(read(network)), *args, **kwargs)

        entry = Measure(**texts, function=public)
        MEASURES[entry.name] = entry
        return public

    return register


def node_measure(
    **texts: Any,
) -> Callable[[Callable[Concatenate[Ties, P], Floats]], Callable[Concatenate[Network, P], dict[Hashable, float]]]:
    """Register a function that returns an array; the public function returns a number a node, where there is one."""

    def register(
        inner: Callable[Concatenate[Ties, P], Floats],
    ) -> Callable[Concatenate[Network, P], dict[Hashable, float]]:
        @functools.wraps(inner)
        def array(network: Network, /, *args: P.args, **kwargs: P.kwargs) -> Floats:
            return inner(entry.check(read(network)), *args, **kwargs)

        @functools.wraps(inner)
        def public(network: Network, /, *args: P.args, **kwargs: P.kwargs) -> dict[Hashable, float]:
            ties = read(network)
            return by_node(ties, array(ties, *args, **kwargs))

        entry = Measure(**texts, function=public, array=array)
        MEASURES[entry.name] = entry
        return public

    return register


def by_node(ties: Ties, values: Floats) -> dict[Hashable, float]:
    """Return the value of each node that has one."""
    found = dict(zip(ties.nodes, values.tolist(), strict=True))
    for i in np.flatnonzero(np.isnan(values)).tolist():
        del found[ties.nodes[i]]
    return found


def by_name(name: str) -> Measure:
    """Return the measure of a name; ``UnknownThing`` names the nearest, or all.

    >>> by_name("page-rank")
    Traceback (most recent call last):
    migragraph.errors.UnknownThing: unknown-thing: there is no measure 'page-rank'. Did you mean pagerank?
    """
    if name in MEASURES:
        return MEASURES[name]
    near = difflib.get_close_matches(name.strip().lower().replace("_", "-"), MEASURES, n=3)
    remedy = f"Did you mean {' or '.join(near)}?" if near else f"Known measures: {', '.join(MEASURES)}."
    msg = f"there is no measure {name!r}."
    raise UnknownThing(msg, remedy=remedy)
