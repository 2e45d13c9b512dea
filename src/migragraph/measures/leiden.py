"""Communities by the Leiden algorithm, and how far they depend on chance."""

from __future__ import annotations

import random
import threading
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import igraph
import numpy as np
from scipy.sparse import csr_array

from migragraph.errors import NotApplicable
from migragraph.measures.registry import measure

if TYPE_CHECKING:
    from migragraph.measures.ties import Floats, Ints, Ties

# igraph draws from one generator of the whole process: one caller at a time, so that a seed means the same result
_GENERATOR: Final = threading.Lock()


@dataclass(frozen=True, slots=True)
class Communities:
    """Communities and their stability.

    ``members`` numbers them from 0, the largest first, and is the run that agrees best with all others.
    ``certainty`` says of each node how far its community is the same in the other runs (0 to 1). ``agreement`` and
    ``least_agreement`` are the mean and the least adjusted Rand index of two runs (1: the same, 0: as by chance),
    ``variation`` is their mean variation of information in nats (0: the same). ``seed`` and ``runs`` repeat it.
    """

    members: dict[Hashable, int]
    certainty: dict[Hashable, float]
    modularity: float
    agreement: float
    least_agreement: float
    variation: float
    runs: int
    seed: int
    resolution: float


@measure(
    name="communities",
    title="Communities (Leiden)",
    high="Not a rank: nodes of one number have more ties with each other than their numbers of ties would lead to.",
    direction="Ties are read without direction; the weights of a tie and its reverse are added.",
    weights="Used as they are; `weighted=False` counts every tie 1.",
    normalisation="Modularity is at most 1; the adjusted Rand index is 0 for agreement by chance.",
    isolates="Each is a community of its own.",
    cost="Time about runs · m, and runs² · n to compare them; memory runs · n + m.",
    of="record",
)
def communities(
    network: Ties, *, resolution: float = 1.0, runs: int = 20, seed: int = 0, weighted: bool = True
) -> Communities:
    """Partition of the nodes with the largest modularity that is found, over several seeds, with their agreement.

    ``Q = sum over pairs of (w(u, v) - γ s(u) s(v) / 2W) / 2W`` for pairs within a community, with s the weighted
    degree, W the sum of weights and γ the ``resolution`` (above 1: smaller communities). Each run starts from another
    seed and goes on until nothing gets better. The result is the central run: the one with the least mean variation
    of information to all others. A node's certainty is the mean, over the other runs, of the Jaccard index of its
    community there and here. In a two-mode network modularity is that of the ties as they are.

    Raises ``NotApplicable`` for a network without ties, a resolution not above 0 or fewer than 2 runs.

    Reference: Traag, Waltman & van Eck (2019), "From Louvain to Leiden", Scientific Reports 9; Newman & Girvan (2004);
    Hubert & Arabie (1985), "Comparing partitions"; Meilă (2007), "Comparing clusterings"; Hennig (2007),
    "Cluster-wise assessment of cluster stability".

    By hand: two triangles joined by one tie, 7 ties: Q = 6/7 - 2 (7/14)².

    >>> import networkx as nx
    >>> found = communities(nx.Graph(["ab", "bc", "ca", "cd", "de", "ef", "fd"]))
    >>> found.members, round(found.modularity - (6 / 7 - 1 / 2), 12), found.agreement
    ({'a': 0, 'b': 0, 'c': 0, 'd': 1, 'e': 1, 'f': 1}, 0.0, 1.0)
    """
    if not resolution > 0 or runs < 2:
        msg = f"communities need a resolution above 0 and at least 2 runs, not {resolution} and {runs}."
        raise NotApplicable(msg, remedy="Leave resolution at 1 and runs at 20, or take numbers in range.")
    ties = network.undirected
    if not len(ties.source):
        msg = f"the network has {len(ties)} nodes and no tie, so it has no communities."
        raise NotApplicable(msg, remedy="Use a network with ties.")
    weights = ties.weight if weighted else None
    found = [_run(ties.graph, weights, resolution, seed + i) for i in range(runs)]
    rand, variation = _compare(found)
    qualities = [ties.graph.modularity(labels.tolist(), weights=weights, resolution=resolution) for labels in found]
    mean = variation.sum(axis=1) / (runs - 1)
    central = min(range(runs), key=lambda i: (round(float(mean[i]), 12), -round(qualities[i], 12), i))
    labels = _by_size(found[central])
    pairs = np.triu_indices(runs, 1)
    return Communities(
        members=dict(zip(ties.nodes, labels.tolist(), strict=True)),
        certainty=dict(zip(ties.nodes, _certainty(labels, found, central).tolist(), strict=True)),
        modularity=float(qualities[central]),
        agreement=float(rand[pairs].mean()),
        least_agreement=float(rand[pairs].min()),
        variation=float(variation[pairs].mean()),
        runs=runs,
        seed=seed,
        resolution=resolution,
    )


def _run(graph: Any, weights: Floats | None, resolution: float, seed: int) -> Ints:
    with _GENERATOR:
        igraph.set_random_number_generator(random.Random(seed))  # noqa: S311  chance that can be repeated
        try:
            found = graph.community_leiden(
                objective_function="modularity", weights=weights, resolution=resolution, n_iterations=-1
            )
        finally:
            igraph.set_random_number_generator(random)
    return np.array(found.membership, dtype=np.int64)


def _table(one: Ints, other: Ints) -> csr_array:
    """Return how many nodes each pair of communities shares."""
    table = csr_array((np.ones(len(one)), (one, other)), shape=(one.max() + 1, other.max() + 1))
    table.sum_duplicates()
    return table


def _compare(found: list[Ints]) -> tuple[Floats, Floats]:
    """Return adjusted Rand index and variation of information of each pair of partitions."""
    runs, n = len(found), len(found[0])
    rand, variation = np.ones((runs, runs)), np.zeros((runs, runs))
    sizes = [np.bincount(labels).astype(np.float64) for labels in found]
    entropy = [-float((s[s > 0] / n * np.log(s[s > 0] / n)).sum()) for s in sizes]
    within = [float((s * (s - 1) / 2).sum()) for s in sizes]
    for i in range(runs):
        for j in range(i):
            shared = _table(found[i], found[j]).data
            both = float((shared * (shared - 1) / 2).sum())
            joint = -float((shared / n * np.log(shared / n)).sum())
            chance = within[i] * within[j] / max(n * (n - 1) / 2, 1)
            most = (within[i] + within[j]) / 2
            # two partitions into single nodes, or into one community, are the same
            rand[i, j] = rand[j, i] = (both - chance) / (most - chance) if most != chance else 1.0
            variation[i, j] = variation[j, i] = max(2 * joint - entropy[i] - entropy[j], 0.0)
    return rand, variation


def _by_size(labels: Ints) -> Ints:
    """Number communities from 0, the largest first, among equals the one whose first node comes first."""
    names, first, place, size = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    number = np.empty(len(names), dtype=np.int64)
    number[np.lexsort((first, -size))] = np.arange(len(names))
    return number[place]


def _certainty(labels: Ints, found: list[Ints], central: int) -> Floats:
    total = np.zeros(len(labels))
    own = np.bincount(labels)[labels]
    for i, other in enumerate(found):
        if i != central:
            shared = np.asarray(_table(labels, other)[labels, other]).ravel()
            total += shared / (own + np.bincount(other)[other] - shared)
    return total / (len(found) - 1)
