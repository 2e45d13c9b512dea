"""What reconciliation does not answer yet: names without a thing, names left out on purpose, rows nothing needs.

Entry points: :func:`find_unmatched`, and :func:`report_unmatched` for people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from migragraph.iris import shorten
from migragraph.sources.names import Match, Mention, Reconciliation, read_reconciliation
from migragraph.sources.tables import read_mentions

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pyoxigraph import NamedNode


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A name that no row answers, and the nearest things, best first."""

    mention: Mention
    candidates: tuple[NamedNode, ...]


@dataclass(frozen=True, slots=True)
class Gaps:
    """What reconciliation does not answer: names without a row, names left out on purpose, rows that nothing needs."""

    unmatched: tuple[Unmatched, ...]
    left_out: tuple[Match, ...]
    unused: tuple[Match, ...]


def find_unmatched(mentions: Iterable[Mention], reconciliation: Reconciliation) -> Gaps:
    """Compare the names that the tables use with the rows of reconciliation, each name once."""
    unmatched: list[Unmatched] = []
    used: set[Match] = set()
    for mention in dict.fromkeys(mentions):
        match = reconciliation.find(mention.name, mention.country, mention.kinds)
        if match is not None:
            used.add(match)
        elif not mention.open:
            unmatched.append(Unmatched(mention, reconciliation.candidates(mention.name)))
    rows = list(reconciliation)
    return Gaps(tuple(unmatched), tuple(m for m in rows if m.thing is None), tuple(m for m in rows if m not in used))


def report_unmatched(folder: Path) -> tuple[str, int]:
    """Write for people what reconciliation does not answer in the tables of a folder; and count the unmatched names.

    Raises ``SourceError`` where the tables, their mapping or the names cannot be read.
    """
    gaps = find_unmatched(read_mentions(folder), read_reconciliation(folder / "reconciliation.csv"))
    lines = [f"{len(gaps.unmatched)} names without a thing" + (":" if gaps.unmatched else ".")]
    for one in gaps.unmatched:
        near = ", ".join(shorten(thing.value) for thing in one.candidates) or "none near"
        lines.append(f"  {one.mention.where}: {_cite(one.mention, one.mention.kinds[-1])}; candidates: {near}")
    lines.append(f"{len(gaps.left_out)} names left out on purpose" + (":" if gaps.left_out else "."))
    lines += [f"  {match.where}: {_cite(match, match.kind)}: {match.note}" for match in gaps.left_out]
    lines.append(f"{len(gaps.unused)} rows that no table needs" + (":" if gaps.unused else "."))
    lines += [f"  {match.where}: {_cite(match, match.kind)}" for match in gaps.unused]
    return "\n".join(lines), len(gaps.unmatched)


def _cite(name: Mention | Match, kind: str) -> str:
    return f"{kind} {name.name!r}" + (f" ({name.country})" if name.country else "")
