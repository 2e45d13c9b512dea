"""From a network to its report.

Entry point: :func:`make_report`.
"""

from __future__ import annotations

import platform
from importlib.metadata import version as version_of
from typing import TYPE_CHECKING, Final

from migragraph.errors import BadParameter, NetworkTooLarge
from migragraph.measures.backbones import backbone
from migragraph.measures.registry import by_name
from migragraph.measures.ties import read
from migragraph.report.content import (
    DEFAULTS,
    FIRST,
    BackbonePair,
    BackboneTable,
    Evidence,
    EvidenceOfTie,
    Parameters,
    Repeat,
    Report,
)
from migragraph.report.coverage import count_countries, count_sources, measure_size, state
from migragraph.report.nesting import find_nested
from migragraph.report.ranking import edges_at, kinds_of_actors, leave_out, name_of, rank_sides
from migragraph.report.slicing import slice_network
from migragraph.report.words import find_words
from migragraph.store.ids import is_id

if TYPE_CHECKING:
    import networkx as nx

    from migragraph.measures.ties import Ties
    from migragraph.networks.ties import Network
    from migragraph.report.content import Ranking

#: Steps of all measures of a report: about a minute on one core.
MOST_STEPS: Final = 3_000_000_000
MOST_RESAMPLES: Final = 10_000
#: Measures that walk every tie from every node; the others take about so many rounds over the ties.
_OF_PATHS: Final = frozenset({"betweenness", "closeness", "harmonic", "projection-harmonic", "constraint"})
_ROUNDS: Final = 100
#: Pairs of the backbone that are listed, the least likely first.
_MOST_PAIRS: Final = 200
_LIBRARIES: Final = ("migragraph", "igraph", "networkx", "numpy", "pyoxigraph", "scipy")
_BACKBONE_LEVEL: Final = 0.05
#: Characters of the id of a version in the command; the whole id stands beside it.
_SHOWN: Final = 12


def make_report(
    network: Network,
    *,
    measures: tuple[str, ...] = DEFAULTS.measures,
    resamples: int = DEFAULTS.resamples,
    drop: float = DEFAULTS.drop,
    level: float = DEFAULTS.level,
    largest: int | None = DEFAULTS.largest,
    seed: int = DEFAULTS.seed,
    most_steps: float = MOST_STEPS,
) -> Report:
    """Return the report of a network; the fields of :class:`~migragraph.report.content.Parameters` say what is chosen.

    The same network, parameters and libraries give the same report. Cost: each measure ``3 · resamples`` times and once
    for each group, source and part.

    Raises ``BadParameter`` for a parameter out of its range, ``UnknownThing`` for a measure that there is not,
    ``NotApplicable`` for one that says nothing of the network, ``NetworkTooLarge`` where all together would take more
    than ``most_steps`` steps, ``NotANetwork`` where ``largest`` leaves no tie.
    """
    parameters = check_parameters(Parameters(measures, resamples, drop, level, largest, seed))
    whole = network
    if largest is not None:
        network = _without_large_groups(network, largest)
    graph = network.to_graph()
    ties = read(graph)
    _refuse_large(ties, parameters, most_steps)
    rankings = tuple(
        ranking for measure in parameters.measures for ranking in rank_sides(network, graph, ties, measure, parameters)
    )
    left_out = tuple(leave_out(network, graph, ties, parameters.measures[0]))
    size = measure_size(network, graph)
    sources = count_sources(network, graph)
    countries = count_countries(graph)
    table = _backbone(graph) if network.definition.mode == "two" else None
    codes = {node.country for node in network.nodes.values()}
    names = {code: name for code, name in network.names.items() if code in codes}
    nested = find_nested(graph)
    by_kind = kinds_of_actors(graph) is not None
    short, cautions = find_words(
        parameters, size, sources, countries, names, rankings, left_out, table, nested, by_kind=by_kind
    )
    slices, notes = slice_network(network, parameters.measures[0])
    return Report(
        network=network.definition.slug,
        title=network.definition.title,
        question=network.definition.question,
        short=short,
        cautions=cautions,
        statement=state(network, graph, largest),
        size=size,
        countries=countries,
        sources=sources,
        nested=nested,
        rankings=rankings,
        left_out=left_out,
        evidence=_evidence(graph, rankings),
        backbone=table,
        slices=slices,
        notes=notes,
        country_names=names,
        repeat=_repeat(whole, parameters),
    )


def check_parameters(parameters: Parameters) -> Parameters:
    """Return the parameters, or raise ``BadParameter`` for one out of its range and ``UnknownThing`` for a measure."""
    if not parameters.measures:
        raise BadParameter("no measure is named.", remedy="Name at least one, such as betweenness.")
    for measure in parameters.measures:
        by_name(measure)
    if len(set(parameters.measures)) < len(parameters.measures):
        raise BadParameter("a measure is named twice.", remedy="Name each measure once.")
    ranges = (
        ("resamples", parameters.resamples, 2 <= parameters.resamples <= MOST_RESAMPLES, f"2 to {MOST_RESAMPLES}"),
        ("drop", parameters.drop, 0 < parameters.drop < 1, "a share above 0 and below 1"),
        ("level", parameters.level, 0 < parameters.level < 1, "a share above 0 and below 1"),
        ("largest", parameters.largest, parameters.largest is None or parameters.largest >= 2, "2 or more members"),
        ("seed", parameters.seed, 0 <= parameters.seed < 2**32, "0 to 4294967295"),
    )
    for name, value, is_right, wanted in ranges:
        if not is_right:
            raise BadParameter(f"{name} is {value}.", remedy=f"Give {wanted}.")
    return parameters


def count_steps(ties: Ties, measure: str) -> int:
    """Return about how many steps a measure takes once: 50 million are about a second on one core."""
    n, m = len(ties), len(ties.source)
    return (n + m) * (n if measure in _OF_PATHS else _ROUNDS)


def name_in_command(network: Network) -> str:
    """Return how a command names a network: its name, or the options of a query of one's own, and the version."""
    definition = network.definition
    found = definition.slug
    if definition.slug == "query":
        found = f"--query FILE --mode {definition.mode}{' --directed' if definition.directed else ''}"
    # not that of a throw-away instance
    return f"{found} --version {network.version[:_SHOWN]}" if is_id(network.version) else found


def _refuse_large(ties: Ties, parameters: Parameters, most: float) -> None:
    n, m = len(ties), len(ties.source)
    rounds = 3 * parameters.resamples + 1
    steps = sum(rounds * count_steps(ties, measure) for measure in parameters.measures)
    if steps > most:
        raise NetworkTooLarge(
            f"a report of {n:,} nodes and {m:,} ties by {' and '.join(parameters.measures)} with "
            f"{parameters.resamples} resamples takes about {steps:,} steps, of {most:,.0f} allowed.",
            remedy="Ask for fewer resamples, or for a cheaper measure such as degree; a ranking alone by "
            "sampled-betweenness states its error: migragraph rank NETWORK --measure sampled-betweenness.",
        )


def _without_large_groups(network: Network, largest: int) -> Network:
    """Return the network without the groups of more members than that, which a remark names."""
    if network.definition.mode != "two":
        raise BadParameter("largest leaves out groups, and a one-mode network has none.", remedy="Leave it out.")
    members: dict[str, set[str]] = {}
    for tie in network.ties:
        members.setdefault(tie.target, set()).add(tie.source)
    large = {group for group, of in members.items() if len(of) > largest}
    names = ", ".join(sorted(network.nodes[group].label for group in large)) or "none"
    kept = [tie for tie in network.ties if tie.target not in large]
    return network.part(
        kept,
        f"Groups of more than {largest} members were left out: {names}.",
        network.nodes.keys() - large,
    )


def _evidence(graph: nx.Graph, rankings: tuple[Ranking, ...]) -> tuple[Evidence, ...]:
    """Return the edges of every node that is among the first ten rows of a ranking, with the claims."""
    nodes = {row.node.id: row.node for ranking in rankings for row in ranking.rows[:FIRST]}
    return tuple(
        Evidence(
            node,
            tuple(
                EvidenceOfTie(
                    name_of(graph, other),
                    data["weight"],
                    data["start"],
                    data["end"],
                    data["evidence"],
                    data["sources"],
                    data.get("as_of", ()),
                )
                for _, other, data in edges_at(graph, node.id)
            ),
        )
        for node in nodes.values()
    )


def _backbone(graph: nx.Graph) -> BackboneTable:
    found = backbone(graph, level=_BACKBONE_LEVEL, kinds=kinds_of_actors(graph))
    pairs = sorted(found.pairs.items(), key=lambda item: (item[1], item[0]))[:_MOST_PAIRS]
    return BackboneTable(
        tuple(
            BackbonePair(name_of(graph, str(one)), name_of(graph, str(other)), found.shared[one, other], p)
            for (one, other), p in pairs
        ),
        found.tested,
        found.uncorrected,
        found.level,
        found.correction,
        found.by_kind,
    )


def _repeat(network: Network, parameters: Parameters) -> Repeat:
    definition = network.definition
    options = [f"--measure {measure}" for measure in parameters.measures]
    options += [f"--resamples {parameters.resamples}", f"--drop {parameters.drop}", f"--level {parameters.level}"]
    options += [f"--largest {parameters.largest}"] if parameters.largest is not None else []
    command = f"migragraph report {name_in_command(network)} {' '.join(options)} --seed {parameters.seed}"
    return Repeat(
        version=network.version,
        version_date=network.version_date,
        query=definition.sparql,
        mode=definition.mode,
        directed=definition.directed,
        parameters=parameters,
        libraries=(("Python", platform.python_version()), *((name, version_of(name)) for name in _LIBRARIES)),
        command=f"{command} --format json",
    )
