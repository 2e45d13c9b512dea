"""What chance would do with the same numbers of memberships: two-mode networks with all degrees fixed.

Each actor keeps its number of groups and each group its number of members; all networks that do so are equally likely.
They are drawn by the global curveball algorithm: actors are paired at random, and each pair shuffles among the two the
groups that only one of them has. All pairs of all chains trade at once, as array operations.

Where actors are of several kinds (cities, regions) and a group takes only some of them, fixed degrees alone draw
networks that could not be: cities in an association of regions. With ``kinds`` only actors of one kind trade, so each
group keeps its number of members of each kind too. The network then falls into one matrix a kind, each drawn with its
own row and column totals by the same algorithm, independently; so all networks with these degrees and counts are
equally likely.

Reference: Strona et al. (2014), "A fast and unbiased procedure to randomize ecological binary matrices with fixed row
and column totals", Nature Communications 5; Carstens, Berger & Strona (2018), "A unifying framework for fast
randomization of ecological networks with fixed (node) degrees", MethodsX 5, on trades of all pairs at once; Neal & Neal
(2024), "Stochastic degree sequence model with edge constraints (SDSM-EC) for backbone extraction", Complex Networks &
Their Applications XII, on why ties that cannot be must not be drawn; Bulmer (1979), "Principles of Statistics", who
calls a distribution highly skewed where its skewness is above 1 or below -1.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from migragraph.errors import NotApplicable
from migragraph.measures.incidence import Incidence
from migragraph.measures.registry import by_name
from migragraph.measures.ties import Network, Ties, read

if TYPE_CHECKING:
    from migragraph.measures.ties import Flags, Floats, Ints

#: Rounds in which every actor trades once: with half as many trades as actors a round, the usual 5 an actor.
SWEEPS: Final = 10
#: Chains run together as long as they hold about this many memberships.
_TOGETHER: Final = 2_000_000
#: A z says nothing of a distribution that is more skewed than this (Bulmer 1979), to either side.
MOST_SKEWED: Final = 1.0
#: Nor of one where more than this share of the networks give the same score.
MOST_ALIKE: Final = 0.5


@dataclass(frozen=True, slots=True)
class NullComparison:
    """A measure against its values in networks with the same degrees.

    ``z`` is (score - mean) / standard deviation. It is left out where chance gives always the same, where more than
    half of the networks give the same score (``MOST_ALIKE``), and where the skewness of the scores is above 1 or below
    -1 (``MOST_SKEWED``): it would be read as that of a bell curve. ``p`` is the share of the networks, the one that
    was found included, in which the node scores at least as high (one-sided, uncorrected). ``fixed`` holds where chance
    gives every node always its own score; ``by_kind`` where each group kept its number of members of each kind.
    """

    scores: dict[Hashable, float]
    mean: dict[Hashable, float]
    z: dict[Hashable, float]
    p: dict[Hashable, float]
    measure: str
    samples: int
    sweeps: int
    seed: int
    fixed: bool = False
    by_kind: bool = False


def fixed_degree_samples(
    incidence: Incidence,
    samples: int,
    *,
    seed: int = 0,
    sweeps: int = SWEEPS,
    kinds: Sequence[Hashable] | None = None,
) -> Iterator[tuple[Ints, Ints]]:
    """Yield memberships (positions of actors and of groups) of networks with the same degrees, each from its own chain.

    With ``kinds``, one for each actor in the order of ``incidence.actors``, each group also keeps its number of members
    of each kind. Every chain starts at the network itself and makes ``sweeps`` rounds.
    Cost: time ``samples · sweeps · m log m``.
    """
    n, groups, m = len(incidence.actors), len(incidence.groups), incidence.memberships
    row, column = (ends.astype(np.int64) for ends in incidence.matrix.nonzero())
    strata = _strata(n, kinds)
    chance = np.random.default_rng(seed)
    most = max(1, _TOGETHER // max(m, 1))
    for first in range(0, samples, most):
        chains = min(most, samples - first)
        rows = (row + n * np.arange(chains)[:, None]).ravel()
        columns = np.tile(column, chains)
        for _ in range(sweeps):
            rows, columns = _trade(rows, columns, strata, groups, chains, chance)
        # a chain's rows are consecutive numbers, so a stable sort brings its memberships together
        order = np.argsort(rows // max(n, 1), kind="stable")
        for chain in order.reshape(chains, m):
            yield rows[chain] % max(n, 1), columns[chain]


def _strata(n: int, kinds: Sequence[Hashable] | None) -> list[Ints]:
    """Return the positions of the actors that trade among each other: all of them, or those of each kind."""
    if kinds is None:
        return [np.arange(n)]
    if len(kinds) != n:
        msg = f"{len(kinds)} kinds are given for {n} actors."
        raise NotApplicable(msg, remedy="Give the kind of each actor, in the order of incidence.actors.")
    of_kind: dict[Hashable, list[int]] = {}
    for i, kind in enumerate(kinds):
        of_kind.setdefault(kind, []).append(i)
    return [np.array(actors) for actors in of_kind.values()]


def _pair(strata: list[Ints], chains: int, chance: np.random.Generator) -> tuple[Ints, Ints]:
    """Return, chains × actors, numbers that the actors of a pair share, and 0 or 1 for the first and second of it."""
    n = sum(map(len, strata))
    pair, second = np.empty((chains, n), dtype=np.int64), np.empty((chains, n), dtype=np.int64)
    before = 0
    for actors in strata:
        place = chance.permuted(np.tile(np.arange(len(actors)), (chains, 1)), axis=1)
        pair[:, actors], second[:, actors] = before + place // 2, place % 2
        before += (len(actors) + 1) // 2
    return pair, second


def _trade(
    rows: Ints, columns: Ints, strata: list[Ints], groups: int, chains: int, chance: np.random.Generator
) -> tuple[Ints, Ints]:
    """Let every actor trade once with another of its chain and kind; of an odd number one rests."""
    pairs, place = _pair(strata, chains, chance)
    n, half = place.shape[1], sum((len(actors) + 1) // 2 for actors in strata)
    pair_of = (pairs + half * np.arange(chains)[:, None]).ravel()
    first_of = np.empty(half * chains, dtype=np.int64)
    second_of = np.empty(half * chains, dtype=np.int64)
    actors = np.arange(n * chains)
    is_first = (place == 0).ravel()
    first_of[pair_of[is_first]] = actors[is_first]
    second_of[pair_of[~is_first]] = actors[~is_first]
    pair = pair_of[rows]
    key = pair * groups + columns
    order = np.argsort(key)
    rows, columns, pair, key = rows[order], columns[order], pair[order], key[order]
    same = key[1:] == key[:-1]
    alone = np.ones(len(key), dtype=bool)
    alone[1:] &= ~same
    alone[:-1] &= ~same
    free = np.flatnonzero(alone)
    if not len(free):
        return rows, columns
    free_pair = pair[free]
    of_first = np.bincount(free_pair[is_first[rows[free]]], minlength=half * chains)
    # in random order within the pair; the first ones go to the first actor, as many as it had
    free = free[np.argsort(free_pair + chance.random(len(free)))]
    free_pair = pair[free]
    starts = np.searchsorted(free_pair, np.arange(half * chains))
    to_first = np.arange(len(free)) - starts[free_pair] < of_first[free_pair]
    rows[free] = np.where(to_first, first_of[free_pair], second_of[free_pair])
    return rows, columns


def compare_with_chance(
    network: Network,
    measure: str,
    *,
    samples: int = 200,
    seed: int = 0,
    sweeps: int = SWEEPS,
    kinds: Mapping[Hashable, Hashable] | None = None,
    **parameters: object,
) -> NullComparison:
    """Measure a two-mode network, and ``samples`` networks with the same degrees, and tell how far they differ.

    With ``kinds``, the kind of each actor by its id (one that is not in is of no kind, which is a kind too), the
    networks also keep how many members of each kind a group has.

    Cost: ``samples`` times the measure and ``sweeps`` rounds of trades. Raises ``NotApplicable`` for a one-mode network
    and for a measure that gives no number a node.

    >>> import networkx as nx
    >>> found = compare_with_chance(nx.davis_southern_women_graph(), "degree", samples=20)
    >>> found.z, set(found.p.values())
    ({}, {1.0})
    """
    entry, ties = by_name(measure), read(network)
    if ties.side is None:
        msg = "the network is one-mode; chance with fixed degrees is drawn for two-mode networks."
        raise NotApplicable(msg, remedy="Use the two-mode network that the ties were projected from.")
    if samples < 2:
        msg = f"{samples} samples show no spread."
        raise NotApplicable(msg, remedy="Use at least 2; 200 are usual.")
    incidence = Incidence.of_ties(ties)
    # positions of actors and groups among all nodes
    actors, groups = np.flatnonzero(ties.side == 0), np.flatnonzero(ties.side == 1)
    found = entry.values(ties, **parameters)
    rows = np.empty((samples, len(ties)))
    of_actor = None if kinds is None else [kinds.get(actor) for actor in incidence.actors]
    drawn_samples = fixed_degree_samples(incidence, samples, seed=seed, sweeps=sweeps, kinds=of_actor)
    for i, (row, column) in enumerate(drawn_samples):
        drawn = Ties(ties.nodes, actors[row], groups[column], np.ones(len(row)), side=ties.side)
        rows[i] = entry.values(drawn, **parameters)
    known = ~np.isnan(found)
    mean, spread = rows.mean(axis=0), rows.std(axis=0, ddof=1)
    slack = 1e-9 * np.maximum(np.abs(found), np.abs(mean))
    as_high = (1 + (rows >= found - slack).sum(axis=0)) / (samples + 1)
    spread[spread <= slack] = 0.0

    def named(values: Floats, where: Flags = known) -> dict[Hashable, float]:
        return {ties.nodes[i]: float(values[i]) for i in np.flatnonzero(known & where).tolist()}

    z = np.divide(found - mean, spread, out=np.zeros(len(ties)), where=spread > 0)
    return NullComparison(
        named(found),
        named(mean),
        named(z, _has_z(rows, mean, spread, slack)),
        named(as_high),
        measure,
        samples,
        sweeps,
        seed,
        fixed=bool((spread[known] == 0).all() and (np.abs(found - mean)[known] <= slack[known]).all()),
        by_kind=kinds is not None,
    )


def _has_z(rows: Floats, mean: Floats, spread: Floats, slack: Floats) -> Flags:
    """Tell of which nodes the scores by chance (samples × nodes) are spread so that a z can be read."""
    samples = len(rows)
    ordered = np.sort(rows, axis=0)
    # more than half of the scores are the same where some score is the same that many places further up
    apart = int(MOST_ALIKE * samples)
    alike = (ordered[apart:] - ordered[: samples - apart] <= slack).any(axis=0)
    cubes = ((rows - mean) ** 3).mean(axis=0)
    squares = ((rows - mean) ** 2).mean(axis=0)
    skewness = np.divide(cubes, squares**1.5, out=np.zeros_like(mean), where=spread > 0)
    return np.asarray((spread > 0) & ~alike & (np.abs(skewness) <= MOST_SKEWED))
