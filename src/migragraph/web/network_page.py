"""The page of one network, and the data of its picture.

The page is written here as a whole, table, choice and order included, so that it works without scripts; with scripts
(``static/networks/``) the same form steers an interactive picture, whose data are at ``picture.json``. Rows that are
not chosen are sent too, hidden, for the scripts to show; of a large network only those that are chosen.

Entry points: :func:`write_page`, :func:`write_picture`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Response, json, render_template, request

from migragraph.depiction.choice import read_choice
from migragraph.exports import EXPORTS
from migragraph.web.addresses import local_path
from migragraph.web.network_choice import node_of, offers_of
from migragraph.web.network_table import columns_of, link_to_sort, order_of, rows_of

if TYPE_CHECKING:
    from migragraph.depiction.picture import Depicted
    from migragraph.web.network_addresses import NetworkAddresses
    from migragraph.web.queried import QueryForm

#: What the page of a network needs beside what every page may do: its own scripts, and answers of this service. The
#: picture sets sizes through the object model, which needs no permission for inline styles.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_MOST_ROWS: Final = 1000


def write_page(
    depicted: Depicted, at: NetworkAddresses, *, form: QueryForm | None = None, is_repeatable: bool = True
) -> Response:
    """Write the page of a network as the request chooses and sorts its nodes; raises what cannot be chosen.

    ``form`` is what the query came in, for a network of a user's own. Where it is not repeatable, the data of the
    picture are in the page: at their own address they would be those of another answer.
    """
    asked = {name: value.strip() for name, value in request.args.items() if value.strip() and name not in at.sent}
    choice = read_choice(depicted, asked)
    columns = columns_of(depicted)
    sort, descending = order_of(asked, columns)
    chosen = choice.nodes(depicted)
    is_whole = len(depicted.table.ids) <= _MOST_ROWS
    rows = rows_of(depicted, depicted.table.ids if is_whole else chosen, columns, sort, descending=descending)
    kept = {**at.sent, **asked}
    body = render_template(
        "network.html",
        at=at,
        definition=depicted.network.definition,
        size=depicted.network.size,
        remarks=depicted.graph.graph.get("remarks", ()),
        depicted=depicted,
        columns=columns,
        rows=rows[:_MOST_ROWS],
        chosen=set(chosen),
        n_rows=len(chosen),
        sort=sort,
        descending=descending,
        asked=asked,
        links={column.name: link_to_sort(kept, column, sort, descending) for column in columns},
        offers=offers_of(depicted, asked | {"network": choice.group}),
        node=node_of(depicted, asked),
        exports=EXPORTS,
        measures=depicted.measures,
        form=form,
        picture=None if is_repeatable else _data_of(depicted),
    )
    answer = Response(body, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = _POLICY
    return answer


def write_picture(depicted: Depicted) -> Response:
    """Write what the interactive picture is drawn from."""
    return Response(_data_of(depicted) + "\n", mimetype="application/json")


def _data_of(depicted: Depicted) -> str:
    return json.dumps(depicted.to_json(local_path), ensure_ascii=False, separators=(",", ":"), sort_keys=False)
