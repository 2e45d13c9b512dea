"""Parts of a network: at a date, in some countries, of some kinds, without one node or one source.

Each takes a :class:`~migragraph.networks.ties.Network` and returns another, with a remark that says what was kept, so
they can be put one after the other; the remarks stand in ``graph.graph["remarks"]``. A node that loses all its ties
goes, one that never had any stays. Where no tie is left, ``NotANetwork`` is raised.

The cost of each is linear in the number of ties.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from migragraph.errors import BadParameter, UnknownThing
from migragraph.iris import claim_source
from migragraph.networks.dates import first_day, last_day, read_date
from migragraph.networks.ties import ACTOR, GROUP

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from migragraph.networks.ties import Attribute, Network, Tie


def at_date(network: Network, date: str) -> Network:
    """Return the ties that held at a date: a day, or some day of a month or year.

    A tie holds from the first day that its start can mean to the last day that its end can mean. A bound that is
    unknown excludes nothing; the remark counts the ties that are kept without knowing one of their bounds.
    Raises ``BadParameter`` for what is no date.
    """
    try:
        date = read_date(date)
    except ValueError as error:
        raise BadParameter(f"the date is none: {error}.", remedy="Give a year, month or day.") from error
    first, last = first_day(date), last_day(date)

    def holds(tie: Tie) -> bool:
        begun = tie.start is None or first_day(tie.start) <= last
        return begun and (tie.end is None or last_day(tie.end) >= first)

    kept = [tie for tie in network.ties if holds(tie)]
    starts, ends = sum(tie.start is None for tie in kept), sum(tie.end is None for tie in kept)
    remark = (
        f"At {date}: {_of(kept, network)}; of these the start of {starts} and the end of {ends} is unknown, "
        "and they are counted."
    )
    return network.part(kept, remark)


def in_countries(network: Network, countries: Collection[str]) -> Network:
    """Return the ties of actors in these countries (ISO-2 codes); in a one-mode network both ends are.

    Nodes of no country, or of several, are in none. Raises ``BadParameter`` for a code that no node has.
    """
    _known("country", countries, (node.country for node in network.nodes.values() if node.side != GROUP))
    nodes = {id_ for id_, node in network.nodes.items() if node.country in countries}
    names = sorted(network.names.get(code, code) for code in countries)
    return _between(network, nodes, ACTOR, f"In {', '.join(names)}")


def of_kind(network: Network, values: Collection[str], *, attribute: str = "kind", side: int = GROUP) -> Network:
    """Return the ties of nodes whose class, or another attribute, has one of these values.

    In a two-mode network the groups are looked at (``side=1``), or the actors (0); in a one-mode network both ends.
    A node with several values is in with any of them. Raises ``BadParameter`` for a value that no node has.
    """
    has = {
        id_: set(_values(node.kind if attribute == "kind" else node.attributes.get(attribute)))
        for id_, node in network.nodes.items()
        if node.side in (None, side)
    }
    _known(attribute, values, (value for found in has.values() for value in found))
    kept = {id_ for id_, found in has.items() if found & set(values)}
    return _between(network, kept, side, f"Of {attribute} {', '.join(sorted(values))}")


def without_node(network: Network, node: str) -> Network:
    """Return the network without one node and its ties, for example one group; ``UnknownThing`` where it is not in."""
    if node not in network.nodes:
        near = difflib.get_close_matches(node, network.nodes, n=3)
        raise UnknownThing(
            f"there is no node {node!r} in the network {network.definition.slug!r}.",
            remedy=f"Nodes are called by their IRI{': ' if near else ''}{', '.join(near)}.",
        )
    kept = [tie for tie in network.ties if node not in (tie.source, tie.target)]
    remark = f"Without {network.nodes[node].label} ({node}): {_of(kept, network)}."
    return network.part(kept, remark, network.nodes.keys() - {node})


def without_source(network: Network, source: str) -> Network:
    """Return the network as it would be without what one source says, by the key of the source.

    A tie stands where each of its conditions has a claim of another source; one without any evidence stands. Weights,
    dates and the boundary stay as they are. Raises ``UnknownThing`` where no tie rests on the source.
    """
    sources = {claim_source(claim) for tie in network.ties for _, claim in tie.evidence}
    if source not in sources:
        raise UnknownThing(
            f"no tie of the network {network.definition.slug!r} rests on a source {source!r}.",
            remedy=f"Its sources: {', '.join(sorted(sources)) or 'none'}.",
        )
    kept = [left for tie in network.ties if (left := tie.without(source)) is not None]
    return network.part(kept, f"Without the source {source}: {_of(kept, network)}.")


def _between(network: Network, nodes: set[str], side: int, what: str) -> Network:
    """Return the ties whose end on a side is one of the nodes; in a one-mode network, whose ends both are."""
    if network.definition.mode == "two":
        kept = [tie for tie in network.ties if (tie.source if side == ACTOR else tie.target) in nodes]
        nodes = nodes | {id_ for id_, node in network.nodes.items() if node.side != side}
    else:
        kept = [tie for tie in network.ties if tie.source in nodes and tie.target in nodes]
    return network.part(kept, f"{what}: {_of(kept, network)}.", nodes)


def _values(value: Attribute | None) -> list[str]:
    if isinstance(value, bool):
        return ["true" if value else "false"]
    return [] if value is None else value if isinstance(value, list) else [str(value)]


def _known(what: str, asked: Collection[str], there: Iterable[str | None]) -> None:
    known = {value for value in there if value is not None}
    if not asked or (unknown := sorted(set(asked) - known)):
        wrong = f"no node has the {what} {unknown[0]!r}." if asked else f"no {what} is given."
        raise BadParameter(wrong, remedy=f"There are: {', '.join(sorted(known)) or 'none'}.")


def _of(kept: Collection[Tie], network: Network) -> str:
    return f"{len(kept)} of {len(network.ties)} ties"
