"""Ranks with ties shared: the highest value has rank 1, equals the same, the next counts all before it (1, 2, 2, 4)."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from migragraph.measures.ties import Floats, Ints

#: Values nearer than this, relative to the largest, are equal: what is the same must not differ by rounding.
SAME: Final = 1e-9


def ranks(scores: Mapping[Hashable, float]) -> dict[Hashable, int]:
    """Return the rank of each node.

    >>> ranks({"Ghent": 0.4, "Turin": 0.1 + 0.2, "Cork": 0.3, "Malmö": 0.1})
    {'Ghent': 1, 'Turin': 2, 'Cork': 2, 'Malmö': 4}
    """
    values = np.array(list(scores.values()), dtype=np.float64).reshape(1, -1)
    return dict(zip(scores, rank_rows(values)[0].tolist(), strict=True))


def rank_rows(values: Floats) -> Ints:
    """Return the ranks within each row of samples × nodes; not-a-number ranks below all that is a number.

    Cost: one sort a row.

    >>> rank_rows(np.array([[3.0, 1.0, 3.0], [0.0, np.nan, 2.0]]))
    array([[1, 3, 1],
           [2, 3, 1]])
    """
    n = values.shape[1]
    if not n:
        return np.zeros(values.shape, dtype=np.int64)
    known = np.where(np.isnan(values), -np.inf, values)
    order = np.argsort(-known, axis=1, kind="stable")
    ordered = np.take_along_axis(known, order, axis=1)
    largest = np.max(np.abs(np.nan_to_num(values)), axis=1, keepdims=True)
    # both may be minus infinity, where nothing is known: equal
    before, after = ordered[:, :-1], ordered[:, 1:]
    lower = after < before - SAME * largest
    place = np.ones(values.shape, dtype=np.int64)
    place[:, 1:] = np.where(lower, np.arange(2, n + 1), 1)
    place = np.maximum.accumulate(place, axis=1)
    found = np.empty(values.shape, dtype=np.int64)
    np.put_along_axis(found, order, place, axis=1)
    return found
