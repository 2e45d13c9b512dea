"""Who belongs to what, as a sparse matrix of actors by groups: a two-mode network at size."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
from scipy.sparse import csr_array

from migragraph.errors import UnusableNetwork

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from migragraph.measures.ties import Ties


@dataclass(frozen=True, eq=False)
class Incidence:
    """Memberships without weight: ``matrix`` is actors × groups with 1.0 where an actor belongs to a group.

    Memory is proportional to the memberships (about 24 bytes each, both directions together); the projection is never
    built. Make one with :meth:`of` or :meth:`from_codes`.
    """

    actors: Sequence[Hashable]
    groups: Sequence[Hashable]
    matrix: csr_array

    @classmethod
    def of(cls, graph: nx.Graph) -> Incidence:
        """Return the memberships of a two-mode networkx graph; weights of its ties are not used.

        >>> Incidence.of(nx.davis_southern_women_graph()).matrix.shape
        (18, 14)
        """
        from migragraph.measures.ties import read

        return cls.of_ties(read(graph))

    @classmethod
    def of_ties(cls, ties: Ties) -> Incidence:
        """Return the memberships of a two-mode network that has been read."""
        if ties.side is None:
            msg = "the network is one-mode, so it has no actors and groups."
            raise UnusableNetwork(msg, remedy="Pass a graph whose nodes have bipartite 0 (actors) or 1 (groups).")
        place = np.zeros(len(ties), dtype=np.int64)
        for value in (0, 1):
            place[ties.side == value] = np.arange((ties.side == value).sum())
        first = ties.side[ties.source] == 0
        actor, group = np.where(first, (ties.source, ties.target), (ties.target, ties.source))
        actors = tuple(node for node, value in zip(ties.nodes, ties.side, strict=True) if value == 0)
        groups = tuple(node for node, value in zip(ties.nodes, ties.side, strict=True) if value == 1)
        return cls.from_codes(place[actor], place[group], actors, groups)

    @classmethod
    def from_codes(
        cls, actor: ArrayLike, group: ArrayLike, actors: Sequence[Hashable], groups: Sequence[Hashable]
    ) -> Incidence:
        """Return the memberships given as two equally long arrays of positions in ``actors`` and ``groups``.

        A membership that stands twice counts once. Raises ``UnusableNetwork`` for a position that is not there.

        >>> Incidence.from_codes([0, 1, 1], [0, 0, 1], ["Ghent", "Turin"], ["ICC", "ECCAR"]).sizes
        array([2, 1])
        """
        rows, columns = np.asarray(actor, dtype=np.int64), np.asarray(group, dtype=np.int64)
        for codes, names, what in ((rows, actors, "actors"), (columns, groups, "groups")):
            if len(codes) and not (codes.min() >= 0 and codes.max() < len(names)):
                msg = f"a membership names position {codes.min()} to {codes.max()}, and there are {len(names)} {what}."
                raise UnusableNetwork(msg, remedy=f"Count positions of {what} from 0.")
        matrix = csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(actors), len(groups)))
        matrix.sum_duplicates()
        matrix.data[:] = 1.0
        return cls(actors, groups, matrix)

    @cached_property
    def by_group(self) -> csr_array:
        """Return the transposed matrix, groups × actors."""
        return csr_array(self.matrix.T)

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Return the number of actors of each group."""
        return np.asarray(np.diff(self.by_group.indptr), dtype=np.int64)

    @property
    def memberships(self) -> int:
        """Return the number of pairs of an actor and a group it belongs to."""
        return int(self.matrix.nnz)

    def transposed(self) -> Incidence:
        """Return the same memberships with actors and groups exchanged, to measure the groups."""
        return Incidence(self.groups, self.actors, self.by_group)
