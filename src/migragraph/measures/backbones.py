"""The backbone of a projection: pairs that share more groups than their numbers of memberships lead to by chance.

The chance is that of the stochastic degree sequence model: actor i belongs to group g with the probability
``p = x(i) y(g) / (1 + x(i) y(g))`` that keeps all degrees on average (the bipartite configuration model). How many
groups a pair shares is then a sum of independent events of unequal probability, whose distribution (Poisson binomial)
is computed exactly. Actors of the same degree are alike, and groups too, so it is computed once a pair of degrees.

Where actors are of several kinds (cities, regions) and a group takes only some of them, degrees alone let a city belong
to an association of regions. With ``kinds`` the model keeps, on average, each actor's number of groups and each group's
number of members of each kind: ``p = x(i) y(g, kind of i) / (1 + x(i) y(g, kind of i))``, which is the model above in
the matrix of each kind by itself, as in the null model of :mod:`.null_models`. A group without members of a kind has
p = 0 for all of that kind: the structural zeros of the model with edge constraints (Neal & Neal 2024), read from the
memberships. How far the result differs goes both ways: two actors of the kind that a group is for share it by chance
more often than degrees alone say, two of different kinds less often.

Reference: Neal (2014), "The backbone of bipartite projections", Social Networks 39; Neal, Domagalski & Sagan (2021),
"Comparing alternatives to the fixed degree sequence model for extracting the backbone of bipartite projections",
Scientific Reports 11; Saracco et al. (2017), "Inferring monopartite projections of bipartite networks", New Journal of
Physics 19; Neal & Neal (2024), "Stochastic degree sequence model with edge constraints (SDSM-EC) for backbone
extraction", Complex Networks & Their Applications XII; Holm (1979); Benjamini & Hochberg (1995).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from scipy.sparse import csr_array

from migragraph.errors import NotApplicable
from migragraph.measures.projection import Side, incidence_of

if TYPE_CHECKING:
    from migragraph.measures.incidence import Incidence
    from migragraph.measures.ties import Floats, Ints, Network

Correction = Literal["holm", "benjamini-hochberg", "none"]
#: Degrees are met on average to this, as a part of a degree.
_PRECISION: Final = 1e-12
_MOST_ROUNDS: Final = 20_000
#: Rows of shared groups are counted in blocks of about this many pairs.
_BLOCK: Final = 4_000_000


@dataclass(frozen=True, slots=True)
class Backbone:
    """Pairs whose shared groups chance does not explain.

    ``pairs`` gives each kept pair its p-value (probability of sharing at least as many groups, before correction; exact
    but for rounding of about 10^-13) and ``shared`` the number of groups. ``tested`` pairs were tested: all pairs of
    nodes, those without a shared group too. ``uncorrected`` pairs have a p-value of at most ``level``. Where
    ``by_kind`` is set, chance kept each group's number of members of each kind.
    """

    pairs: dict[tuple[Hashable, Hashable], float]
    shared: dict[tuple[Hashable, Hashable], int]
    tested: int
    uncorrected: int
    level: float
    correction: Correction
    by_kind: bool = False


def backbone(
    network: Network,
    *,
    side: Side = 0,
    level: float = 0.05,
    correction: Correction = "holm",
    kinds: Mapping[Hashable, Hashable] | None = None,
) -> Backbone:
    """Return the pairs of one side that share more groups than chance explains, corrected for testing all pairs.

    ``holm``: the probability of even one wrong pair is at most ``level``. ``benjamini-hochberg``: of the pairs kept, a
    share of at most ``level`` is wrong on average. One-sided: pairs that share fewer than expected are not looked for.

    With ``kinds``, the kind of each node of the side by its id (one that is not in is of no kind, which is a kind too),
    chance keeps, on average, how many members of each kind a group has.

    Cost: time the pairs that share a group, and for k different degrees of actors and l of groups about k² · l · (most
    shared)², where degrees of actors of different kinds count as different, and groups with different numbers of any
    kind; memory a block of pairs. Raises ``NotApplicable`` for a one-mode network and for parameters out of range.

    By hand: four actors in two groups, a and b in the first, c and d in the second: each p is 1/2, so a pair shares the
    one or the other with 1/4 each, at least one with 1 - (3/4)² = 7/16: nothing to keep.

    >>> from migragraph.measures.incidence import Incidence
    >>> found = backbone(Incidence.from_codes([0, 1, 2, 3], [0, 0, 1, 1], "abcd", "gh"), level=0.5, correction="none")
    >>> {pair: round(p, 9) for pair, p in found.pairs.items()}, found.tested
    ({('a', 'b'): 0.4375, ('c', 'd'): 0.4375}, 6)

    Were a and b cities, c and d regions, no other network would have these numbers: each pair shares its group with
    certainty.

    >>> kinds = {"a": "city", "b": "city", "c": "region", "d": "region"}
    >>> towns = Incidence.from_codes([0, 1, 2, 3], [0, 0, 1, 1], "abcd", "gh")
    >>> backbone(towns, level=0.5, correction="none", kinds=kinds).pairs
    {}
    """
    if correction not in ("holm", "benjamini-hochberg", "none") or not 0 < level < 1:
        msg = f"the correction is {correction!r} and the level {level}."
        raise NotApplicable(msg, remedy="Use holm, benjamini-hochberg or none, and a level above 0 and below 1.")
    incidence = incidence_of(network, side)
    n = len(incidence.actors)
    tested = n * (n - 1) // 2
    one, other, shared, p = _unlikely(incidence, level, kinds or {})
    uncorrected = len(p)
    # no correction keeps a larger p-value than the one it would ask of the last; most need not be sorted
    most = {
        "holm": level / (tested - uncorrected + 1),
        "benjamini-hochberg": level * uncorrected / max(tested, 1),
        "none": level,
    }[correction]
    order = np.flatnonzero(p <= most)
    order = order[np.lexsort((other[order], one[order], p[order]))]
    one, other, shared, p = one[order], other[order], shared[order], p[order]
    place = np.arange(1, len(p) + 1)
    if correction == "holm":
        failed = np.flatnonzero(p > level / (tested - place + 1))
        kept = int(failed[0]) if len(failed) else len(p)
    elif correction == "benjamini-hochberg":
        passed = np.flatnonzero(p <= level * place / max(tested, 1))
        kept = int(passed[-1]) + 1 if len(passed) else 0
    else:
        kept = len(p)
    ends = [(incidence.actors[i], incidence.actors[j]) for i, j in zip(one[:kept], other[:kept], strict=True)]
    return Backbone(
        pairs=dict(zip(ends, p[:kept].tolist(), strict=True)),
        shared=dict(zip(ends, shared[:kept].tolist(), strict=True)),
        tested=tested,
        uncorrected=uncorrected,
        level=level,
        correction=correction,
        by_kind=kinds is not None,
    )


def membership_probabilities(actor_degree: Ints, actors: Ints, group_degree: Ints, groups: Ints) -> Floats:
    """Return p of each class of actors and class of groups, given their degrees and how many nodes a class has.

    Who belongs to all groups that are left open does so with certainty, who belongs to none never; the others are found
    by iteration. The expected degrees are the given ones, to 10^-12 of them or the nearest that 20,000 rounds reach.
    """
    p = np.zeros((len(actors), len(groups)))
    left = [actor_degree.astype(np.float64), group_degree.astype(np.float64)]
    open_ = [np.ones(len(actors), dtype=bool), np.ones(len(groups), dtype=bool)]
    counts = [actors.astype(np.float64), groups.astype(np.float64)]
    changed = True
    while changed:
        changed = False
        for own, across in ((0, 1), (1, 0)):
            room = counts[across][open_[across]].sum()
            full, none = open_[own] & (left[own] >= room), open_[own] & (left[own] <= 0)
            if full.any() and room:
                where = np.ix_(full, open_[1]) if own == 0 else np.ix_(open_[0], full)
                p[where] = 1.0
                left[across] = left[across] - np.where(open_[across], counts[own][full].sum(), 0.0)
            changed |= bool((full | none).any())
            open_[own] &= ~(full | none)
    d, e, n, m = left[0][open_[0]], left[1][open_[1]], counts[0][open_[0]], counts[1][open_[1]]
    if len(d):
        total = float((d * n).sum())
        x, y = d / np.sqrt(total), e / np.sqrt(total)
        for _ in range(_MOST_ROUNDS):
            x = d / ((m * y) / (1 + np.outer(x, y))).sum(axis=1)
            y = e / ((n * x)[:, None] / (1 + np.outer(x, y))).sum(axis=0)
            odds = np.outer(x, y)
            if np.max(np.abs((odds / (1 + odds)) @ m - d) / d) < _PRECISION:
                break
        p[np.ix_(open_[0], open_[1])] = np.outer(x, y) / (1 + np.outer(x, y))
    return p


def tails(probabilities: Floats, times: Ints, most: int) -> Floats:
    """Return P(X ≥ c) for c = 0 … ``most``, X counting independent events; one row a row of probabilities.

    Column g of ``probabilities`` stands for ``times[g]`` events of that probability. The distribution is built up
    class by class, exactly but for rounding of about 10^-13.

    >>> tails(np.array([[0.25, 0.5]]), np.array([2, 1]), 3)[0].tolist()
    [1.0, 0.71875, 0.25, 0.03125]
    """
    size = most + 1
    mass = np.zeros((len(probabilities), size))
    mass[:, 0] = 1.0
    for column, count in zip(probabilities.T, times.tolist(), strict=True):
        # the binomial distribution of this class, by the ratio of its terms
        terms = np.zeros_like(mass)
        certain = column >= 1.0
        rest = np.where(certain, 0.5, column)
        term = (1 - rest) ** count
        for c in range(min(count, most) + 1):
            terms[:, c] = term
            term = term * (count - c) / (c + 1) * rest / (1 - rest)
        terms[certain] = 0.0
        if count <= most:
            terms[certain, count] = 1.0
        after = np.zeros_like(mass)
        for c in range(min(count, most) + 1):
            after[:, c:] += terms[:, c : c + 1] * mass[:, : size - c]
        mass = after
    below = np.cumsum(mass, axis=1)[:, :-1]
    return np.clip(np.hstack([np.ones((len(mass), 1)), 1 - below]), 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class _Classes:
    """Actors that chance treats alike: the class of each, and of each class and class of groups the probability.

    ``groups`` are the numbers of groups of the classes of groups.
    """

    of_actor: Ints
    probabilities: Floats
    groups: Ints


def _classify(incidence: Incidence, kinds: Mapping[Hashable, Hashable]) -> _Classes:
    """Return actors by kind and degree, groups by their numbers of members of each kind, and who belongs how likely."""
    codes: dict[Hashable, int] = {}
    kind = np.array([codes.setdefault(kinds.get(actor), len(codes)) for actor in incidence.actors], dtype=np.int64)
    degree = np.diff(incidence.matrix.indptr).astype(np.int64)
    most = int(degree.max(initial=0)) + 1
    classes, of_actor, actors = np.unique(kind * most + degree, return_inverse=True, return_counts=True)
    of_kind = csr_array((np.ones(len(kind)), (np.arange(len(kind)), kind)), shape=(len(kind), len(codes)))
    members = csr_array(incidence.by_group @ of_kind).toarray().astype(np.int64)
    first, groups = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    code = np.zeros(len(members), dtype=np.int64)
    for column in members.T:  # numbered anew after each kind, so that codes stay small
        numbers = code * (int(column.max(initial=0)) + 1) + column
        _, first, code, groups = np.unique(numbers, return_index=True, return_inverse=True, return_counts=True)
    p = np.zeros((len(classes), len(groups)))
    for n in range(len(codes)):
        own = np.flatnonzero(classes // most == n)
        sizes, of_group = np.unique(members[first, n], return_inverse=True)
        times = np.bincount(of_group, weights=groups).astype(np.int64)
        p[own] = membership_probabilities(classes[own] % most, actors[own], sizes, times)[:, of_group]
    return _Classes(of_actor, p, groups)


def _unlikely(
    incidence: Incidence, level: float, kinds: Mapping[Hashable, Hashable]
) -> tuple[Ints, Ints, Ints, Floats]:
    """Return ends, shared groups and p-value of all pairs with a p-value of at most ``level``."""
    classified = _classify(incidence, kinds)
    actor_class, p, groups = classified.of_actor, classified.probabilities, classified.groups
    k = len(p)
    table = np.full((k, k, 1), np.nan)
    found: list[tuple[Ints, Ints, Ints, Floats]] = []
    for one, other, shared in _shared(incidence):
        low, high = np.minimum(actor_class[one], actor_class[other]), np.maximum(actor_class[one], actor_class[other])
        if len(shared) and shared.max() >= table.shape[2]:
            table = np.full((k, k, int(shared.max()) + 1), np.nan)
        classes = np.unique(low * k + high)
        new = classes[np.isnan(table[classes // k, classes % k, 0])]
        if len(new):
            a, b = np.divmod(new, k)
            table[a, b] = tails(p[a] * p[b], groups, table.shape[2] - 1)
        value = table[low, high, shared]
        keep = value <= level
        found.append((one[keep], other[keep], shared[keep], value[keep]))
    ends = [np.concatenate([np.zeros(0, dtype=np.int64), *(block[i] for block in found)]) for i in range(3)]
    return ends[0], ends[1], ends[2], np.concatenate([np.zeros(0), *(block[3] for block in found)])


def _shared(incidence: Incidence) -> Iterator[tuple[Ints, Ints, Ints]]:
    """Yield the pairs that share a group, the first end before the second, with the number of groups, in blocks."""
    matrix, across = incidence.matrix.astype(np.int32), incidence.by_group.astype(np.int32)
    work = np.concatenate([[0], np.cumsum(incidence.sizes[incidence.matrix.indices])])[incidence.matrix.indptr]
    start, n = 0, len(incidence.actors)
    while start < n:
        stop = max(start + 1, int(np.searchsorted(work, work[start] + _BLOCK, side="right")) - 1)
        block = csr_array(matrix[start:stop] @ across).tocoo()
        one, other = (ends.astype(np.int64) for ends in block.coords)
        one = one + start
        later = other > one
        yield one[later], other[later], block.data[later].astype(np.int64)
        start = stop
