"""The nodes that a reader chooses: by words of the name, country, kind, theme, group and year.

The script of the page follows the same rules (``static/networks/choice.js``); the browser tests compare the two.

Entry point: :class:`Choice`.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migragraph.networks.dates import first_day, last_day

if TYPE_CHECKING:
    from migragraph.depiction.picture import Depicted
    from migragraph.networks.ties import Tie


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
