"""How many nodes stand at each distance, from all nodes at once: a bit-parallel breadth-first search.

Each node holds a row of bits, one for each origin of the batch: set once there is a path of d steps between the two.
A step takes the bitwise OR of the rows of a node's neighbours, 64 origins in one machine word; the bits of a row are
then counted. Through an incidence a step of the projection is two such steps, so the projection is not built.

A row that holds all origins of its part of the network is full: it is not computed again, and where it comes up among
the neighbours of another row, the largest of them first, that one is soon full as well. The first step only spreads
single bits. So most of the work is in the levels where most pairs meet, two or three in networks of memberships.

Cost: time n · m / 64 words a step at worst, for n origins and m ties; memory 8 · ``words`` bytes a row.

Then, Kaufmann et al. (2014), "The More the Merrier: Efficient Multi-Source Graph Traversal", PVLDB 8(4), has the
idea; here the rows of a level are taken as array operations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.sparse import block_array, csr_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from migragraph.measures.ties import Floats, Ints

    Words = NDArray[np.uint64]
    Bits = NDArray[np.bool_]

#: Rows are this wide at most (32 words are four cache lines), narrower where a table would exceed the memory below.
_MOST_WORDS: Final = 32
_MOST_BYTES: Final = 1 << 28
#: So many rows are worked on together: they stay in the cache while the rows of their neighbours come and go.
_BLOCK: Final = 1024
#: Where so few rows of a block have more neighbours still, each takes its own many at a time.
_FEW: Final = 16
#: Full rows are looked for after so many neighbours, and again after twice as many.
_FIRST_LOOK: Final = 8


@dataclass(frozen=True, slots=True)
class Reach:
    """Of each node: how many others it reaches, the sum of 1 / distance and of distance over them."""

    others: Floats
    inverse: Floats
    total: Floats


class _Step:
    """A step along the rows of a sparse matrix: each row becomes the OR of the rows of its neighbours."""

    def __init__(self, matrix: csr_array, parts: Ints) -> None:
        self._degree = np.diff(matrix.indptr).astype(np.intp)
        self._start = matrix.indptr.astype(np.intp)
        self._by_column = matrix.tocsc()
        # those with most neighbours first: they are full soonest
        rows = np.repeat(np.arange(matrix.shape[0]), self._degree)
        most_first = np.lexsort((-np.diff(self._by_column.indptr)[matrix.indices], rows))
        self._places = matrix.indices[most_first].astype(np.intp)
        self.parts = parts  # of the rows
        self._order = np.argsort(-self._degree, kind="stable")

    def spread(self, batch: range, words: int) -> Words:
        """Return the rows after the step where each node of the batch holds its own bit only."""
        column = self._by_column[:, batch.start : batch.stop]
        bit = np.repeat(np.arange(len(batch)), np.diff(column.indptr))
        after = np.zeros((len(self._degree), words), dtype=np.uint64)
        np.bitwise_or.at(after, (column.indices, bit >> 6), np.uint64(1) << (bit & 63).astype(np.uint64))
        return after

    def needs(self, wanted: Bits) -> Bits:
        """Tell which nodes are neighbours of a row that is wanted."""
        needed = np.zeros(self._by_column.shape[1], dtype=np.bool_)
        needed[self._places[np.repeat(wanted, self._degree)]] = True
        return needed

    def __call__(self, bits: Words, wanted: Bits, full: Words, rows: Words) -> None:
        """Add to ``rows`` those of their neighbours in ``bits``, where they are wanted.

        ``full`` has the row of each part that holds all that a row can.
        """
        order = self._order[wanted[self._order] & (self._degree[self._order] > 0)]
        for first in range(0, len(order), _BLOCK):
            self._fill(order[first : first + _BLOCK], bits, full, rows)

    def _fill(self, rows: Ints, bits: Words, full: Words, after: Words) -> None:
        """Compute some rows, sorted by their number of neighbours, most first."""
        start, degree = self._start[rows], self._degree[rows]
        found = after[rows]
        taken, look = 0, _FIRST_LOOK
        while True:
            if taken == look:
                look *= 2
                left = (found != full[self.parts[rows]]).any(axis=1)
                if not left.all():
                    after[rows[~left]] = found[~left]
                    rows, start, degree, found = rows[left], start[left], degree[left], found[left]
            more = int(np.searchsorted(-degree, -taken))  # the first of them have another neighbour
            if more <= _FEW:
                break
            found[:more] |= bits.take(self._places[start[:more] + taken], axis=0)
            taken += 1
        for i in range(more):
            self._fill_one(found[i], start[i] + taken, start[i] + degree[i], bits, full[self.parts[rows[i]]])
        after[rows] = found

    def _fill_one(self, row: Words, start: int, end: int, bits: Words, full: Words) -> None:
        while start < end and not np.array_equal(row, full):
            row |= np.bitwise_or.reduce(bits.take(self._places[start : min(end, start + _BLOCK)], axis=0), axis=0)
            start += _BLOCK


def reach(*matrices: csr_array, furthest: int | None = None) -> Reach:
    """Count the nodes at each distance from each node of the first matrix's rows.

    One square matrix: a step goes from a row to its columns, so a directed matrix counts what a node reaches. Two
    matrices, ``reach(b, b.T)``: a step goes through both, here from actors through their groups to actors. Nodes
    beyond ``furthest`` steps count as not reached.
    """
    n = matrices[0].shape[0]
    parts = _parts(matrices)
    steps = [_Step(matrix, part) for matrix, part in zip(reversed(matrices), reversed(parts), strict=True)]
    most_rows = max((matrix.shape[0] for matrix in matrices), default=1)
    words = int(np.clip(_MOST_BYTES // (8 * max(most_rows, 1)), 1, _MOST_WORDS))
    others, inverse, total = np.zeros(n), np.zeros(n), np.zeros(n)
    for first in range(0, n, 64 * words):
        for distance, new in _levels(steps, parts[0], range(first, min(n, first + 64 * words)), furthest):
            others += new
            inverse += new / distance
            total += new * distance
    return Reach(others, inverse, total)


def _parts(matrices: Sequence[csr_array]) -> list[Ints]:
    """Return the connected part of each row of each matrix, directions left out."""
    if len(matrices) == 1:
        return [connected_components(matrices[0], directed=False)[1]]
    through, back = matrices
    part = connected_components(block_array([[None, through], [back, None]]), directed=False)[1]
    return [part[: through.shape[0]], part[through.shape[0] :]]


def _levels(steps: Sequence[_Step], parts: Ints, batch: range, furthest: int | None) -> list[tuple[int, Floats]]:
    """Return, a distance, how many of the origins of a batch have just that distance from each node."""
    bit = np.arange(len(batch))
    words = -(-len(batch) // 64)
    bits = np.zeros((len(parts), words), dtype=np.uint64)
    bits[batch.start + bit, bit >> 6] = np.uint64(1) << (bit & 63).astype(np.uint64)
    full = np.zeros((max(int(step.parts.max(initial=-1)) for step in steps) + 1, words), dtype=np.uint64)
    np.bitwise_or.at(full, parts[batch.start : batch.stop], bits[batch.start : batch.stop])
    before = _counts(bits)
    most = _counts(full)[parts]
    levels: list[tuple[int, Floats]] = []
    while len(levels) != furthest:
        left = before < most
        if not left.any():
            break
        bits = _next(steps, bits, left, full) if levels else _first(steps, bits, left, full, batch)
        now = _counts(bits)
        if np.array_equal(now, before):
            break
        levels.append((len(levels) + 1, (now - before).astype(np.float64)))
        before = now
    return levels


def _first(steps: Sequence[_Step], bits: Words, left: Bits, full: Words, batch: range) -> Words:
    """Return the rows at distance 1."""
    spread = steps[0].spread(batch, bits.shape[1])
    if len(steps) == 1:
        return bits | spread
    steps[1](spread, left, full, rows := bits.copy())
    return rows


def _next(steps: Sequence[_Step], bits: Words, left: Bits, full: Words) -> Words:
    """Return the rows one step further; those that are not left stay as they are."""
    between = bits
    if len(steps) > 1:
        needed = steps[1].needs(left)
        between = np.zeros((len(needed), bits.shape[1]), dtype=np.uint64)
        steps[0](bits, needed, full, between)
    steps[-1](between, left, full, rows := bits.copy())
    return rows


def _counts(bits: Words) -> NDArray[np.int64]:
    return np.asarray(np.bitwise_count(bits).sum(axis=1, dtype=np.int64))
