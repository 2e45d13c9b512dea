"""What a network covers: its size, countries and sources, and in words how it was treated."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import networkx as nx

from migragraph.iris import claim_source
from migragraph.networks.dates import first_to_begin, last_to_end, read_date
from migragraph.networks.ties import ACTOR, GROUP
from migragraph.report.content import CountryCoverage, Size, SourceCoverage, Statement
from migragraph.report.ranking import kinds_of_actors

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migragraph.networks.ties import Network


def is_actor(graph: nx.Graph, node: str) -> bool:
    """Tell whether a node is an actor: of side 0, or any node of a one-mode network."""
    return bool(graph.nodes[node].get("bipartite", ACTOR) == ACTOR)


def measure_size(network: Network, graph: nx.Graph) -> Size:
    """Count nodes, edges, ties, parts, claims, and the rows and passages in which these stand."""
    groups = sum(not is_actor(graph, node) for node in graph)
    parts = [len(part) for part in nx.connected_components(graph.to_undirected(as_view=True))]
    claims = {claim for *_, evidence in graph.edges(data="evidence") for claim in evidence}
    return Size(
        nodes=len(graph),
        actors=len(graph) - groups,
        groups=groups if network.definition.mode == "two" else None,
        edges=graph.number_of_edges(),
        ties=len(network.ties),
        isolates=nx.number_of_isolates(graph),
        components=len(parts),
        largest_component=max(parts),
        claims=len(claims),
        passages=len(network.origins.passages(claims)),
    )


def count_countries(graph: nx.Graph) -> tuple[CountryCoverage, ...]:
    """Count the actors of each country and the edges at them, the country with most actors first."""
    actors: Counter[str | None] = Counter()
    edges: Counter[str | None] = Counter()
    for node in graph:
        if is_actor(graph, node):
            actors[graph.nodes[node].get("country")] += 1
    for ends in graph.edges:
        for country in {graph.nodes[end].get("country") for end in ends if is_actor(graph, end)}:
            edges[country] += 1
    order = sorted(actors, key=lambda country: (country is None, -actors[country], country or ""))
    return tuple(CountryCoverage(country, actors[country], edges[country]) for country in order)


def count_sources(network: Network, graph: nx.Graph) -> tuple[SourceCoverage, ...]:
    """Say of each source what it states, what falls without it, for when it holds; the source of most edges first."""
    claims: dict[str, set[str]] = {}
    edges: Counter[str] = Counter()
    for *_, data in graph.edges(data=True):
        edges.update(data["sources"])
    for tie in network.ties:
        for _, claim in tie.evidence:
            claims.setdefault(claim_source(claim), set()).add(claim)
    found = []
    for source in sorted(edges, key=lambda key: (-edges[key], key)):
        left = {(tie.source, tie.target) for tie in network.ties if tie.without(source) is not None}
        words = {claim: network.origins.as_of([claim]) for claim in claims[source]}
        dates = {date for said in words.values() for date in said if _is_date(date)}
        found.append(
            SourceCoverage(
                source=source,
                title=network.origins.title_of(source),
                edges=edges[source],
                edges_lost_without_it=graph.number_of_edges() - len(left),
                claims=len(claims[source]),
                passages=len(network.origins.passages(claims[source])),
                as_of_first=first_to_begin(dates),
                as_of_last=last_to_end(dates),
                undated=sum(not any(map(_is_date, said)) for said in words.values()),
                as_of_words=tuple(sorted({word for said in words.values() for word in said if not _is_date(word)})),
                gap=network.origins.gaps.get(source),
            )
        )
    return tuple(found)


def _is_date(words: str) -> bool:
    try:
        return read_date(words) == words
    except ValueError:
        return False


def state(network: Network, graph: nx.Graph, largest: int | None) -> Statement:
    """Say what was analysed and how it was treated."""
    definition = network.definition
    two = definition.mode == "two"
    kinds = _kinds(graph, True)
    unit = f"Actors: {kinds}. Groups: {_kinds(graph, False)}." if two else f"Nodes: {kinds}."
    return Statement(
        unit=unit,
        boundary=_sentence(definition.boundary),
        relation=_sentence(definition.tie or "what ?source and ?target of the query have in common"),
        dates=_dates(network),
        mode="Two-mode: ties join actors with groups." if two else "One-mode: ties join nodes of one set.",
        direction="Directed." if definition.directed else "Without direction.",
        weight=_weights(graph),
        isolates=_isolates(graph),
        large_groups=_large_groups(graph, largest) if two else "A one-mode network has no groups.",
        chance=_chance(graph)
        if two
        else "No comparison: networks of fixed degrees are drawn for two-mode networks only.",
        remarks=network.remarks,
    )


def _sentence(text: str) -> str:
    text = text.strip().rstrip(".")
    return text[:1].upper() + text[1:] + "."


def _kinds(graph: nx.Graph, actors: bool) -> str:
    counts = Counter(data.get("kind") or "of no known class" for node, data in graph.nodes(data=True)
                     if is_actor(graph, node) == actors)  # fmt: skip
    order = sorted(counts, key=lambda kind: (-counts[kind], kind))
    return ", ".join(f"{counts[kind]} {kind}" for kind in order)


def _chance(graph: nx.Graph) -> str:
    degrees = "every actor has as many groups, and every group as many members, as here"
    kinds = kinds_of_actors(graph)
    if kinds is None:
        return f"Random networks in which {degrees}; all of them are equally likely."
    named = ", ".join(sorted({kind or "of no known class" for kind in kinds.values()}))
    return (
        f"Random networks in which {degrees}, and as many of each class ({named}), since not everybody can be in every "
        "group; all of them are equally likely."
    )


def _dates(network: Network) -> str:
    """Say when the ties began and ended, and for when the sources say that they hold."""
    said = [network.origins.as_of(claim for _, claim in tie.evidence) for tie in network.ties]
    dates = {date for words in said for date in words if _is_date(date)}
    without = sum(not any(map(_is_date, words)) for words in said)
    if not dates:
        return f"{_bounds(network)} No source says for when a tie holds, so nothing says that it holds today."
    first, last = first_to_begin(dates), last_to_end(dates)
    span = f"of {first}" if first == last else f"from {first} to {last}"
    return (
        f"{_bounds(network)} The sources that say for when a tie holds are {span}; of {without:,} of {len(said):,} "
        "ties none says it. What held then may have ended since."
    )


def _bounds(network: Network) -> str:
    total = len(network.ties)
    starts = [tie.start for tie in network.ties if tie.start is not None]
    ends = [tie.end for tie in network.ties if tie.end is not None]
    if not starts and not ends:
        return "No start or end of a tie is known: the network is what the sources say, whenever they say it."
    known = [*starts, *ends]
    return (
        f"Known dates lie from {first_to_begin(known)} to {last_to_end(known)}; "
        f"the start of {len(starts)} and the end of {len(ends)} of {total} ties is known. All ties are in, "
        "whenever they held; the slices by date show single years."
    )


def _weights(graph: nx.Graph) -> str:
    weights = [weight for *_, weight in graph.edges(data="weight")]
    if set(weights) == {1.0}:
        return "Every tie weighs 1."
    return (
        f"From {min(weights):g} to {max(weights):g}: several ties between the same two are one, of the sum of their "
        "weights. Each measure says whether it uses them."
    )


def _isolates(graph: nx.Graph) -> str:
    isolates = sorted(graph.nodes[node].get("label") or node for node in nx.isolates(graph))
    if not isolates:
        return "None: every node has a tie. Who has no tie that a source states is not in the network."
    return f"In the network, and counted in n: {len(isolates)} ({_first(isolates)})."


def _large_groups(graph: nx.Graph, largest: int | None) -> str:
    sizes = sorted(((graph.degree[node], data.get("label") or node) for node, data in graph.nodes(data=True)
                    if data.get("bipartite") == GROUP), reverse=True)  # fmt: skip
    actors = sum(is_actor(graph, node) for node in graph)
    size, label = sizes[0]
    treated = "No group was left out" if largest is None else f"Groups of more than {largest} members were left out"
    return (
        f"{treated}. The largest, {label}, has {size} of {actors} actors. Measures of the two-mode network make no "
        "pairs of its members; those of the projection count a shared group of k members 1/(k - 1); the backbone "
        "corrects for the sizes of groups."
    )


def _first(names: Iterable[str], most: int = 5) -> str:
    names = list(names)
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
