"""What chance would do with the same numbers of memberships: two-mode networks with all degrees fixed.

Each actor keeps its number of groups and each group its number of members; all networks that do so are equally likely.
They are drawn by the global curveball algorithm: actors are paired at random, and each pair shuffles among the two the
groups that only one of them has. All pairs of all chains trade at once, as array operations.

Reference: Strona et al. (2014), "A fast and unbiased procedure to randomize ecological binary matrices with fixed row
and column totals", Nature Communications 5; Carstens, Berger & Strona (2018), "A unifying framework for fast
randomization of ecological networks with fixed (node) degrees", MethodsX 5, on trades of all pairs at once.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from migragraph.errors import NotApplicable
from migragraph.measures.incidence import Incidence
from migragraph.measures.registry import by_name
from migragraph.measures.ties import Network, Ties, read

if TYPE_CHECKING:
    from migragraph.measures.ties import Floats, Ints

#: Rounds in which every actor trades once: with half as many trades as actors a round, the usual 5 an actor.
SWEEPS: Final = 10
#: Chains run together as long as they hold about this many memberships.
_TOGETHER: Final = 2_000_000


@dataclass(frozen=True, slots=True)
class NullComparison:
    """A measure against its values in networks with the same degrees.

    ``z`` is (score - mean) / standard deviation, left out where chance gives always the same; ``p`` is the share of the
    networks, the one that was found included, in which the node scores at least as high (one-sided, uncorrected).
    """

    scores: dict[Hashable, float]
    mean: dict[Hashable, float]
    z: dict[Hashable, float]
    p: dict[Hashable, float]
    measure: str
    samples: int
    sweeps: int
    seed: int


def fixed_degree_samples(
    incidence: Incidence, samples: int, *, seed: int = 0, sweeps: int = SWEEPS
) -> Iterator[tuple[Ints, Ints]]:
    """Yield memberships (positions of actors and of groups) of networks with the same degrees, each from its own chain.

    Every chain starts at the network itself and makes ``sweeps`` rounds. Cost: time ``samples · sweeps · m log m``.
    """
    n, groups, m = len(incidence.actors), len(incidence.groups), incidence.memberships
    row, column = (ends.astype(np.int64) for ends in incidence.matrix.nonzero())
    chance = np.random.default_rng(seed)
    most = max(1, _TOGETHER // max(m, 1))
    for first in range(0, samples, most):
        chains = min(most, samples - first)
        rows = (row + n * np.arange(chains)[:, None]).ravel()
        columns = np.tile(column, chains)
        for _ in range(sweeps):
            rows, columns = _trade(rows, columns, n, groups, chains, chance)
        # a chain's rows are consecutive numbers, so a stable sort brings its memberships together
        order = np.argsort(rows // max(n, 1), kind="stable")
        for chain in order.reshape(chains, m):
            yield rows[chain] % max(n, 1), columns[chain]


def _trade(
    rows: Ints, columns: Ints, n: int, groups: int, chains: int, chance: np.random.Generator
) -> tuple[Ints, Ints]:
    """Let every actor trade once with another of its chain; with an odd number one of them rests."""
    place = chance.permuted(np.tile(np.arange(n), (chains, 1)), axis=1)
    half = (n + 1) // 2
    pair_of = (place // 2 + half * np.arange(chains)[:, None]).ravel()
    first_of = np.empty(half * chains, dtype=np.int64)
    second_of = np.empty(half * chains, dtype=np.int64)
    actors = np.arange(n * chains)
    is_first = (place % 2 == 0).ravel()
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
    network: Network, measure: str, *, samples: int = 200, seed: int = 0, sweeps: int = SWEEPS, **parameters: object
) -> NullComparison:
    """Measure a two-mode network, and ``samples`` networks with the same degrees, and tell how far they differ.

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
    for i, (row, column) in enumerate(fixed_degree_samples(incidence, samples, seed=seed, sweeps=sweeps)):
        drawn = Ties(ties.nodes, actors[row], groups[column], np.ones(len(row)), side=ties.side)
        rows[i] = entry.values(drawn, **parameters)
    known = ~np.isnan(found)
    mean, spread = rows.mean(axis=0), rows.std(axis=0, ddof=1)
    slack = 1e-9 * np.maximum(np.abs(found), np.abs(mean))
    as_high = (1 + (rows >= found - slack).sum(axis=0)) / (samples + 1)
    spread[spread <= slack] = 0.0

    def named(values: Floats, where: Floats | None = None) -> dict[Hashable, float]:
        keep = known if where is None else known & (where > 0)
        return {ties.nodes[i]: float(values[i]) for i in np.flatnonzero(keep).tolist()}

    z = np.divide(found - mean, spread, out=np.zeros(len(ties)), where=spread > 0)
    return NullComparison(named(found), named(mean), named(z, spread), named(as_high), measure, samples, sweeps, seed)
