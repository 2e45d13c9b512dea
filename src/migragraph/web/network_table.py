"""The table on the page of a network: its columns, its rows in the order that is asked for, and how values are shown.

Entry points: :func:`columns_of`, :func:`order_of`, :func:`rows_of`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from migragraph.depiction.measured import COMMUNITY
from migragraph.errors import BadParameter
from migragraph.networks.ties import GROUP, thing_of
from migragraph.web.addresses import local_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from migragraph.depiction.picture import Depicted


Value = str | int | float | list[str] | None

#: Smaller numbers are not told apart by readers of a table; files and scripts have them exactly.
_LEAST: Final = 0.001


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: its name in addresses, its heading, whether it holds numbers, what a high value means."""

    name: str
    title: str
    is_number: bool = False
    high: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A node in the table: its id, the address of its page, its values by column, None where there is none."""

    id: str
    page: str
    values: dict[str, Value]
    texts: dict[str, str]

    def key(self, column: str) -> str | float:
        """Return what rows are ordered by in a column: the number, else the text as it is shown."""
        value = self.values[column]
        return value if isinstance(value, int | float) else self.texts[column].casefold()


def columns_of(depicted: Depicted) -> list[Column]:
    """Return the columns of what is known of the nodes."""
    nodes = depicted.graph.nodes
    return [
        Column("label", "Name"),
        Column("kind", "Kind"),
        *([Column("bipartite", "Side")] if depicted.is_two_mode else []),
        *([Column("country", "Country")] if any(nodes[node]["country"] for node in nodes) else []),
        *(Column(shown.attribute, shown.title, is_number=True, high=shown.high) for shown in depicted.measures),
        *([Column(COMMUNITY, "Community", is_number=True)] if any(COMMUNITY in nodes[n] for n in nodes) else []),
        *([Column("themes", "Themes")] if any(nodes[node].get("themes") for node in nodes) else []),
    ]


def order_of(asked: Mapping[str, str], columns: list[Column]) -> tuple[str, bool]:
    """Return the column that the table is sorted by, and whether downwards; ``BadParameter`` for what is none."""
    names = [column.name for column in columns]
    sort = asked.get("sort", "degree")
    if sort not in names:
        raise BadParameter(f"there is no column {sort!r} to sort by.", remedy=f"There are: {', '.join(names)}.")
    order = asked.get("order", "desc" if sort in {column.name for column in columns if column.is_number} else "asc")
    if order not in ("asc", "desc"):
        raise BadParameter(f"order is {order!r}.", remedy="Use asc or desc.")
    return sort, order == "desc"


def link_to_sort(asked: Mapping[str, str], column: Column, sort: str, descending: bool) -> str:
    """Return the address of the page sorted by a column; by the column it is sorted by, the other way round."""
    is_down = not descending if column.name == sort else column.is_number
    kept = {name: value for name, value in asked.items() if name not in ("sort", "order")}
    return "?" + urlencode({**kept, "sort": column.name, "order": "desc" if is_down else "asc"})


def rows_of(
    depicted: Depicted, chosen: Iterable[str], columns: list[Column], sort: str, *, descending: bool
) -> list[Row]:
    """Return the rows of nodes by a column, those of one value by name, those without a value last."""
    found = [_row(depicted, id_, columns) for id_ in chosen]
    found.sort(key=lambda row: (row.key("label"), row.id))
    known = [row for row in found if row.values[sort] is not None]
    known.sort(key=lambda row: row.key(sort), reverse=descending)
    return known + [row for row in found if row.values[sort] is None]


def _row(depicted: Depicted, id_: str, columns: list[Column]) -> Row:
    data = depicted.graph.nodes[id_]
    values: dict[str, Value] = {column.name: data.get(column.name) for column in columns}
    texts = {name: _text(name, value, depicted.network.names) for name, value in values.items()}
    return Row(id_, local_path(thing_of(id_)), values, texts)


def _text(name: str, value: Value, names: Mapping[str, str]) -> str:
    if value is None:
        return ""
    if name == "country":
        return names.get(str(value), str(value))
    if isinstance(value, list):
        return ", ".join(sorted((names.get(one, one) for one in value), key=str.casefold))
    if name == "kind":
        return words_of(str(value))
    if name == "bipartite":
        return "group" if value == GROUP else "actor"
    if name == COMMUNITY:
        return str(int(value) + 1)
    if isinstance(value, float):
        return f"below {_LEAST:g}" if 0 < value < _LEAST else f"{value:,.4g}"
    return f"{value:,}" if isinstance(value, int) else value


def words_of(kind: str) -> str:
    """Return the name of a class in words.

    >>> words_of("mg:FundingScheme")
    'funding scheme'
    """
    name = kind.rpartition(":")[2]
    return "".join(f" {c.lower()}" if c.isupper() and n else c.lower() for n, c in enumerate(name))
