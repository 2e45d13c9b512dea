"""One measure's ranking alone, without what it is worth: for the command line and scripts.

Entry points: :func:`rank_network`, :data:`WRITERS`.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from migragraph.errors import BadParameter, NotApplicable
from migragraph.measures.ranking import ranks
from migragraph.measures.registry import by_name
from migragraph.measures.sampling import SampledBetweenness
from migragraph.measures.ties import read
from migragraph.report.rendering.as_csv import safe
from migragraph.report.rendering.numbers import short

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import networkx as nx


@dataclass(frozen=True, slots=True)
class Ranked:
    """A line of a ranking; ``side`` is ``actors``, ``groups``, or ``nodes`` of a one-mode network."""

    side: str
    rank: int
    score: float
    id: str
    label: str
    kind: str | None
    country: str | None


def rank_network(graph: nx.Graph, measure: str, *, top: int | None = None, seed: int = 0) -> tuple[Ranked, ...]:
    """Return the nodes by a measure, the highest first; of a two-mode network actors, then groups.

    ``top`` keeps the ranks up to that of each side: those who share the last one are all in. ``seed`` is for a measure
    that draws at random (``sampled-betweenness``). Raises ``UnknownThing`` for a measure that there is not,
    ``NotApplicable`` for one that gives no number a node or says nothing of the network, ``NetworkTooLarge`` for one
    that takes too long, ``BadParameter`` for a top below 1.

    >>> import networkx as nx
    >>> [(found.rank, found.id) for found in rank_network(nx.star_graph(["hub", "a", "b"]), "degree")]
    [(1, 'hub'), (2, 'a'), (2, 'b')]
    """
    if top is not None and top < 1:
        raise BadParameter(f"top is {top}.", remedy="Give 1 or more, or leave it out for all.")
    entry, ties = by_name(measure), read(graph)
    chosen: dict[str, Any] = {"seed": seed} if "seed" in entry.parameters() else {}
    if entry.of == "nodes":
        scores = entry.function(ties)
    else:
        result = entry.function(ties, **chosen)
        if not isinstance(result, SampledBetweenness):
            msg = f"{entry.name} gives no number a node, so it makes no ranking."
            raise NotApplicable(msg, remedy="Rank by a measure of nodes, such as degree or betweenness.")
        scores = result.scores
    found = []
    sides = [("nodes", None)] if ties.side is None else [("actors", 0), ("groups", 1)]
    for side, number in sides:
        of_side = {node: score for node, score in scores.items()
                   if number is None or graph.nodes[node]["bipartite"] == number}  # fmt: skip
        for node, rank in ranks(of_side).items():
            if top is None or rank <= top:
                data = graph.nodes[node]
                label = data.get("label") or str(node)
                about = (label, data.get("kind"), data.get("country"))
                found.append(Ranked(side, rank, float(of_side[node]), str(node), *about))
    return tuple(sorted(found, key=lambda line: (line.side, line.rank, line.label, line.id)))


def write_text(lines: Sequence[Ranked]) -> str:
    """Write lines for reading."""
    found = []
    for side in dict.fromkeys(line.side for line in lines):
        found.append(f"{side}:")
        for line in lines:
            if line.side == side:
                where = f" ({line.country})" if line.country else ""
                label = "".join(c if c.isprintable() else " " for c in line.label)
                found.append(f"{line.rank:>5}  {short(line.score):>10}  {label}{where}  {line.id}")
    return "\n".join(found) + "\n"


def write_csv(lines: Sequence[Ranked]) -> str:
    """Write a table; labels that a spreadsheet would evaluate get an apostrophe before them."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(Ranked.__dataclass_fields__)
    for line in lines:
        writer.writerow((asdict(line) | {"label": safe(line.label)}).values())
    return text.getvalue()


def write_json(lines: Sequence[Ranked]) -> str:
    """Write a list of objects with the fields of :class:`Ranked`."""
    return json.dumps([asdict(line) for line in lines], ensure_ascii=False, allow_nan=False, indent=1) + "\n"


#: The formats of a ranking.
WRITERS: Final[dict[str, Callable[[Sequence[Ranked]], str]]] = {
    "text": write_text,
    "csv": write_csv,
    "json": write_json,
}
