"""How many nodes stand at each distance, from all nodes at once: a bit-parallel breadth-first search.

Each node holds a row of bits, one for each origin of the batch: set once there is a path of d steps between the two.
A step takes the bitwise OR of the rows of a node's neighbours, 64 origins in one machine word; the bits of a row are
then counted. Through an incidence a step of the projection is two such steps, so the projection is not built.

Cost: time n · m / 64 words a step at worst, for n origins and m ties; memory 8 · ``words`` bytes a row.

Then, Kaufmann et al. (2014), "The More the Merrier: Efficient Multi-Source Graph Traversal", PVLDB 8(4), has the
idea; here the rows of a level are taken as one array operation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from migragraph.measures.ties import Floats

    Words = NDArray[np.uint64]

#: Up to this many neighbours are taken one after the other for all rows at once, more of them row by row.
_SLOTS: Final = 40
#: Rows are this wide at most (32 words are four cache lines), narrower where a table would exceed the memory below.
_MOST_WORDS: Final = 32
_MOST_BYTES: Final = 1 << 27


@dataclass(frozen=True, slots=True)
class Reach:
    """Of each node: how many others it reaches, the sum of 1 / distance and of distance over them."""

    others: Floats
    inverse: Floats
    total: Floats


class _Step:
    """A step along the rows of a sparse matrix: each row becomes the OR of the rows of its neighbours."""

    def __init__(self, matrix: csr_array) -> None:
        degree = np.diff(matrix.indptr)
        self.rows = matrix.shape[0]
        places, start = matrix.indices.astype(np.intp), matrix.indptr.astype(np.intp)
        heavy = np.flatnonzero(degree > _SLOTS)
        light = np.flatnonzero((degree > 0) & (degree <= _SLOTS))
        light = light[np.argsort(-degree[light], kind="stable")]
        self.order, self.n_heavy = np.concatenate([heavy, light]), len(heavy)
        # with rows sorted by degree, the j-th neighbours belong to the first rows: one gather for all of them
        counts = (int((degree[light] > j).sum()) for j in range(_SLOTS))
        self.slots = [places[start[light[:k]] + j] for j, k in enumerate(counts) if k]
        self.heavy = np.concatenate([places[start[r] : start[r + 1]] for r in heavy] or [places[:0]])
        self.starts = np.concatenate([[0], np.cumsum(degree[heavy])[:-1]]).astype(np.intp)

    def __call__(self, bits: Words) -> Words:
        """Return the rows after the step."""
        found = np.empty((len(self.order), bits.shape[1]), dtype=np.uint64)
        if self.n_heavy:
            np.bitwise_or.reduceat(bits.take(self.heavy, axis=0), self.starts, axis=0, out=found[: self.n_heavy])
        for j, places in enumerate(self.slots):
            rows = found[self.n_heavy : self.n_heavy + len(places)]
            if j:
                rows |= bits.take(places, axis=0)
            else:
                rows[:] = bits.take(places, axis=0)
        after = np.zeros((self.rows, bits.shape[1]), dtype=np.uint64)
        after[self.order] = found
        return after


def reach(*matrices: csr_array, furthest: int | None = None) -> Reach:
    """Count the nodes at each distance from each node of the first matrix's rows.

    One square matrix: a step goes from a row to its columns, so a directed matrix counts what a node reaches. Several
    matrices, ``reach(b, b.T)``: a step goes through all of them, here from actors through their groups to actors.
    Nodes beyond ``furthest`` steps count as not reached.
    """
    n = matrices[0].shape[0]
    steps = [_Step(matrix) for matrix in reversed(matrices)]
    words = int(np.clip(_MOST_BYTES // (8 * max([n, *(s.rows for s in steps)], default=1) or 8), 1, _MOST_WORDS))
    others, inverse, total = np.zeros(n), np.zeros(n), np.zeros(n)
    for first in range(0, n, 64 * words):
        for distance, new in _levels(steps, n, range(first, min(n, first + 64 * words)), furthest):
            others += new
            inverse += new / distance
            total += new * distance
    return Reach(others, inverse, total)


def _levels(steps: Sequence[_Step], n: int, batch: range, furthest: int | None) -> list[tuple[int, Floats]]:
    """Return, a distance, how many of the origins of a batch have just that distance from each node."""
    bit = np.arange(len(batch))
    bits = np.zeros((n, -(-len(batch) // 64)), dtype=np.uint64)
    bits[batch.start + bit, bit >> 6] = np.uint64(1) << (bit & 63).astype(np.uint64)
    before = _counts(bits)
    levels: list[tuple[int, Floats]] = []
    while len(levels) != furthest:
        after = bits
        for step in steps:
            after = step(after)
        bits = bits | after
        now = _counts(bits)
        if np.array_equal(now, before):
            break
        levels.append((len(levels) + 1, (now - before).astype(np.float64)))
        before = now
    return levels


def _counts(bits: Words) -> NDArray[np.int64]:
    return np.asarray(np.bitwise_count(bits).sum(axis=1, dtype=np.int64))
