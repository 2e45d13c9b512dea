"""The columns of a table of ranks, for all forms that people read: what says the same in every row is left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from migragraph.report.rendering.numbers import chance, interval, share, short

if TYPE_CHECKING:
    from collections.abc import Callable

    from migragraph.report.content import Ranking, Row


@dataclass(frozen=True, slots=True)
class RankColumn:
    """A column between the name and the sources: its head, whether it holds numbers, the text of a row's cell."""

    head: str
    is_number: bool
    text: Callable[[Row], str]


_NONE: Final = "–"
_YES_NO: Final = {True: "yes", False: "no"}


def rank_columns(ranking: Ranking) -> tuple[RankColumn, ...]:
    """Return the columns that say something of a ranking, in their order; its notes say what is left out and why.

    Left out are columns without any value, and the comparison with chance where the numbers of ties fix the scores.
    """
    found = [
        RankColumn("Score", True, lambda row: short(row.score)),
        RankColumn("Interval, ties", True, lambda row: interval(row.low, row.high)),
        RankColumn(
            "Range, sources" if ranking.each_source_once else "Interval, sources",
            True,
            lambda row: interval(row.source_low, row.source_high),
        ),
        RankColumn("Before the next", True, lambda row: share(row.above_next)),
        RankColumn("Told apart", False, lambda row: _NONE if row.told_apart is None else _YES_NO[row.told_apart]),
    ]
    if not ranking.fixed_by_degrees:
        found += [
            RankColumn("By chance", True, lambda row: short(row.expected)),
            RankColumn("z", True, lambda row: short(row.z)),
            RankColumn("p", True, lambda row: chance(row.p)),
        ]
    found += [
        RankColumn("Rows or passages", True, lambda row: f"{row.passages:,}" if row.passages else _NONE),
        RankColumn("Claims", True, lambda row: f"{row.claims:,}"),
    ]
    return tuple(column for column in found if any(column.text(row) != _NONE for row in ranking.rows))
