"""A network as the writers take it: checked, sorted, every attribute a column of one type.

The order of nodes, ties and columns does not depend on the order in which the graph was made, so the same network
gives the same bytes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from migragraph.errors import UnwritableGraph, UnwritableValue
from migragraph.exports.columns import Column, columns_of, read_value, written
from migragraph.exports.texts import distinct, encodable
from migragraph.iris import LICENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import networkx as nx

CREATOR: Final = "migragraph"
#: Attributes of the graph that are said of every export, in this order; others follow in the order of their names.
_SAID: Final = ("title", "name", "question", "tie", "mode", "directed", "version", "version_date")


@dataclass(frozen=True, slots=True)
class Table:
    """A network, its nodes in the order of their IRIs (actors before groups), its ties in the order of their ends.

    ``facts`` is what is said of the export, from the title to the query. ``n_actors`` is None for a one-mode network.
    ``ties`` are pairs of node numbers from 0; those of an undirected network start at the actor, or the smaller number.
    ``notes`` say what was brought to another type or written otherwise than it stands in the graph.
    """

    facts: dict[str, str]
    directed: bool
    n_actors: int | None
    ids: tuple[str, ...]
    labels: tuple[str, ...]
    nodes: tuple[Column, ...]
    ties: tuple[tuple[int, int], ...]
    weights: tuple[float, ...]
    edges: tuple[Column, ...]
    notes: tuple[str, ...]

    @property
    def title(self) -> str:
        """Return the title of the network, or its name."""
        return self.facts.get("title") or self.facts.get("name") or "Network"

    @property
    def name(self) -> str:
        """Return the name of the network, for addresses and files."""
        return self.facts.get("name") or "network"

    def all_facts(self, *more_notes: str, **more: str) -> dict[str, str]:
        """Return what is said of the export, its notes and those of the writer as ``export_notes``; the query is last.

        What the writer says (``more``) yields to what the graph itself says under the same name.
        """
        notes = " ".join(filter(None, (self.facts.get("export_notes"), *self.notes, *more_notes)))
        facts = {**self.facts, **{key: said for key, said in more.items() if key not in self.facts}}
        facts |= {"export_notes": notes} if notes else {}
        return {**{key: facts[key] for key in facts if key != "query"}, **{k: facts[k] for k in facts if k == "query"}}

    def fitted(
        self,
        change: Callable[[str], str] = str,
        *,
        names: Callable[[str], str] = str,
        node_names: Iterable[str] = (),
        edge_names: Iterable[str] = (),
    ) -> Table:
        """Return the network with the text that a format can hold, and names of columns that it does not use itself.

        ``change`` is applied to every text, ``names`` to the names of columns; these are then made distinct without
        regard to case, from each other and from ``node_names`` and ``edge_names``. What differs is noted.
        """
        notes = list(self.notes)
        labels = tuple(change(label) for label in self.labels)
        n_changed = sum(a != b for a, b in zip(labels, self.labels, strict=True))
        nodes, changed_in_nodes = _fit(self.nodes, change, names, node_names, notes)
        edges, changed_in_edges = _fit(self.edges, change, names, edge_names, notes)
        facts = dict(zip(distinct(map(change, self.facts)), map(change, self.facts.values()), strict=True))
        n_changed += changed_in_nodes + changed_in_edges + len(set(self.facts.items()) - set(facts.items()))
        if n_changed:
            notes.append(f"{n_changed} texts held characters that this format cannot hold; others stand for them.")
        return replace(self, facts=facts, labels=labels, nodes=nodes, edges=edges, notes=tuple(map(change, notes)))


def _fit(
    columns: tuple[Column, ...],
    change: Callable[[str], str],
    names: Callable[[str], str],
    taken: Iterable[str],
    notes: list[str],
) -> tuple[tuple[Column, ...], int]:
    changed = [column.with_text(change) for column in columns]
    n_changed = sum(
        a != b for old, new in zip(columns, changed, strict=True) for a, b in zip(old.values, new.values, strict=True)
    )
    new_names = distinct((names(column.name) for column in changed), taken)
    for column, name in zip(columns, new_names, strict=True):
        if column.name != name:
            notes.append(f"The attribute {column.name} is called {name} here.")
    return tuple(replace(column, name=name) for column, name in zip(changed, new_names, strict=True)), n_changed


def tabulate(graph: nx.Graph) -> Table:
    """Check a networkx graph and bring it into the form that the writers take.

    Raises ``UnwritableGraph`` for parallel ties, for ids that are no text or hold control characters or white space,
    for a two-mode network with a tie inside one mode; ``UnwritableValue`` for attributes that no format can hold.
    """
    if graph.is_multigraph():
        raise UnwritableGraph(
            "the graph may hold parallel ties, which few formats keep.",
            remedy="Merge parallel ties: nx.Graph(graph) or nx.DiGraph(graph), with their weights added.",
        )
    ids = _ids(graph)
    attributes: dict[str, dict[Any, Any]] = dict(graph.nodes(data=True))
    mode = _modes(graph, ids)
    ordered = sorted(ids, key=lambda node: (mode.get(node, 0), node))
    number = {node: n for n, node in enumerate(ordered)}
    notes: list[str] = []
    labels = tuple(encodable(_label(node, attributes[node].get("label"))) for node in ordered)
    nodes = columns_of([(f"node {node}", attributes[node]) for node in ordered], frozenset({"label"}), notes)
    directed = graph.is_directed()
    found = ((_tie(number[a], number[b], directed), a, b, given) for a, b, given in graph.edges(data=True))
    ties = sorted(found, key=itemgetter(0))  # there are no parallel ones
    data = [(f"tie {a} – {b}", given) for _, a, b, given in ties]
    weights = tuple(_weight(name, attributes) for name, attributes in data)
    edges = columns_of(data, frozenset({"weight"}), notes)
    return Table(
        facts=_facts(graph),
        directed=directed,
        n_actors=sum(mode[node] == 0 for node in ordered) if mode or graph.graph.get("mode") == "two" else None,
        ids=tuple(ordered),
        labels=labels,
        nodes=tuple(nodes),
        ties=tuple(ends for ends, *_ in ties),
        weights=weights,
        edges=tuple(edges),
        notes=tuple(notes),
    )


def _ids(graph: nx.Graph) -> list[str]:
    for node in graph.nodes:
        if not isinstance(node, str) or not node or not node.isprintable() or " " in node:
            raise UnwritableGraph(
                f"the node {node!r} has no id that every format holds: a text without blanks and control characters.",
                remedy="Use IRIs as ids, for example with nx.relabel_nodes.",
            )
    return [str(node) for node in graph.nodes]


def _modes(graph: nx.Graph, ids: list[str]) -> dict[str, int]:
    """Return 0 (actor) or 1 (group) of each node of a two-mode network; nothing for a one-mode network."""
    modes = {node: graph.nodes[node]["bipartite"] for node in ids if "bipartite" in graph.nodes[node]}
    if not modes and (graph.graph.get("mode") != "two" or not ids):
        return {}
    without = sorted(node for node in ids if modes.get(node) not in (0, 1))
    if without:
        raise UnwritableGraph(
            f"the network is two-mode, and {without[0]} has no attribute bipartite of 0 or 1.",
            remedy="Give every node bipartite=0 (actor) or bipartite=1 (group).",
        )
    inside = sorted((a, b) for a, b in graph.edges() if modes[a] == modes[b])
    if inside:
        raise UnwritableGraph(
            f"the network is two-mode, and the tie {inside[0][0]} – {inside[0][1]} stays inside one mode.",
            remedy="Remove such ties, or leave bipartite out for a one-mode network.",
        )
    return modes


def _tie(a: int, b: int, directed: bool) -> tuple[int, int]:
    return (a, b) if directed else (min(a, b), max(a, b))


def _label(node: str, given: object) -> str:
    if given is None:
        return node
    value = read_value(f"node {node}", "label", given)
    return node if value is None else written(value)


def _weight(tie: str, attributes: dict[str, Any]) -> float:
    value = read_value(tie, "weight", attributes.get("weight", 1.0))
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise UnwritableValue(
            f"weight of {tie} is {attributes.get('weight')!r}, which is no number.",
            remedy="Give every tie a finite number as weight, or no weight for 1.",
        )
    return float(value)


def _facts(graph: nx.Graph) -> dict[str, str]:
    """Return what is said of the export; licence, creator and direction are said of each, whatever the graph says."""
    given = {**graph.graph, "directed": graph.is_directed(), "licence": LICENCE, "creator": CREATOR}
    rest = sorted(key for key in map(str, given) if key not in (*_SAID, "query"))
    facts = {}
    by_text = {str(key): value for key, value in given.items()}
    for key in (*_SAID, *rest, "query"):
        value = by_text.get(key)
        if isinstance(value, dict):
            facts[encodable(key)] = encodable(json.dumps(value, ensure_ascii=False, sort_keys=True, default=str))
        elif value is not None:
            read = read_value("the network", key, value)
            if read is not None:
                facts[encodable(key)] = encodable(written(read))
    return facts
