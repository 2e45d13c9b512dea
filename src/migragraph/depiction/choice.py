"""The nodes that a reader chooses: by words of the name, country, kind, theme, group and year.

The script of the page follows the same rules (``static/networks/choice.js``); the browser tests compare the two.

Entry points: :data:`CHOICES`, what can be asked for by which name; :func:`read_choice`, what somebody asked for;
:class:`Choice`, the nodes and ties that this leaves.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from migragraph.errors import BadParameter
from migragraph.networks.dates import first_day, last_day
from migragraph.networks.ties import GROUP, group_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migragraph.depiction.picture import Depicted
    from migragraph.networks.ties import Tie

#: What nodes are chosen by, in addresses and on the command line: the name, and what its value says.
CHOICES: Final = {
    "q": "Words that stand in the name of a node.",
    "country": "The country of a node, such as SE.",
    "network": "The IRI of a group: it and its members are chosen.",
    "theme": "A theme that a node works on, such as theme:health.",
    "kind": "The class of a node, such as mg:City.",
    "year": "A year in which a tie of the node can have held.",
}
#: The years that can be asked for.
YEARS: Final = range(1800, 2201)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader asks for; an empty text, and None as year, leave all in. ``group`` is the id of a group node."""

    words: str = ""
    country: str = ""
    kind: str = ""
    theme: str = ""
    group: str = ""
    year: int | None = None

    def nodes(self, depicted: Depicted) -> list[str]:
        """Return the ids of the nodes that are chosen, in the order of the table.

        A node is chosen where each word stands in its name, without regard to case and accents, where country and kind
        are those asked for, where the theme is one of its own, where it is the group or tied to it, and, for a year,
        where one of its ties (that to the group, if there is one) can have held in it: an unknown start or end excludes
        nothing. A node without any tie is in no year.
        """
        words = folded(self.words).split()
        ends = self._ends(depicted)
        nodes = depicted.graph.nodes
        return [
            id_
            for id_ in depicted.table.ids
            if all(word in folded(nodes[id_]["label"]) for word in words)
            and self.country in ("", nodes[id_]["country"])
            and self.kind in ("", nodes[id_]["kind"])
            and (not self.theme or self.theme in depicted.network.nodes[id_].themes)
            and (ends is None or id_ in ends)
        ]

    def ties(self, depicted: Depicted) -> set[tuple[str, str]]:
        """Return the ends of the ties that can have held in the year; of all ties without a year."""
        return {(tie.source, tie.target) for tie in depicted.network.ties if self.year is None or _held(tie, self.year)}

    @property
    def leaves_all(self) -> bool:
        """Tell whether no node is left out."""
        return self == Choice()

    def __str__(self) -> str:
        """Say what is asked for: ``country SE, year 2020``."""
        asked = {
            "a name with": self.words.strip(),
            "country": self.country,
            "kind": self.kind,
            "theme": self.theme,
            "group": self.group,
            "year": "" if self.year is None else str(self.year),
        }
        return ", ".join(f"{what} {value}" for what, value in asked.items() if value)

    def _ends(self, depicted: Depicted) -> set[str] | None:
        """Return the ends of the ties that count, None where all nodes do."""
        if self.year is None and not self.group:
            return None
        return {end for ends in self.ties(depicted) if self.group in ("", ends[1]) for end in ends}


def read_choice(depicted: Depicted, asked: Mapping[str, str]) -> Choice:
    """Return which nodes are asked for by the names of :data:`CHOICES`; ``BadParameter`` for a value that no node has.

    Blanks around a value say nothing, an empty value asks for nothing, and other names are left to those who know them.
    """
    asked = {name: value for name in CHOICES if (value := asked.get(name, "").strip())}
    for name in ("country", "kind", "theme"):
        if name in asked and asked[name] not in (known := values_of(depicted, name)):
            raise BadParameter(
                f"no node of the network has the {name} {asked[name]!r}.",
                remedy=f"There are: {', '.join(known) or 'none'}.",
            )
    group = asked.get("network", "")
    groups = {id_ for id_, node in depicted.network.nodes.items() if node.side == GROUP}
    if group and group not in groups:
        group = group_id(group)  # the thing is an actor too
    if group and group not in groups:
        raise BadParameter(
            f"the network {depicted.table.name!r} has no group {asked['network']!r}.",
            remedy="Groups are called by their IRI; the form of the page lists them."
            if depicted.is_two_mode
            else "It is one-mode, and has no groups at all: leave it out.",
        )
    year = asked.get("year")
    if year is not None and not (year.isascii() and year.isdigit() and int(year[:5]) in YEARS):
        raise BadParameter(
            f"year is {year!r}, which is none.", remedy=f"Give a year from {YEARS[0]} to {YEARS[-1]}, such as 2020."
        )
    return Choice(
        words=asked.get("q", ""),
        country=asked.get("country", ""),
        kind=asked.get("kind", ""),
        theme=asked.get("theme", ""),
        group=group,
        year=int(year) if year else None,
    )


def values_of(depicted: Depicted, what: str) -> list[str]:
    """Return the values of ``country``, ``kind`` or ``theme`` that the nodes have, in order."""
    nodes = depicted.network.nodes.values()
    if what == "theme":
        return sorted({theme for node in nodes for theme in node.themes})
    return sorted({value for node in nodes if (value := getattr(node, what))})


def folded(text: str) -> str:
    """Return a text in lower case, without accents.

    >>> folded("Málaga")
    'malaga'
    """
    apart = unicodedata.normalize("NFD", text.lower())
    return "".join(c for c in apart if not unicodedata.combining(c))


def _held(tie: Tie, year: int) -> bool:
    begun = tie.start is None or first_day(tie.start).year <= year
    return begun and (tie.end is None or last_day(tie.end).year >= year)
