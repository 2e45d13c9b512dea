"""Where the page of a network is, and what belongs to it: picture, report, files, query.

Entry point: :class:`NetworkAddresses`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import url_for

from migragraph.exports import EXPORTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migragraph.networks.definitions import NetworkDefinition


@dataclass(frozen=True, slots=True)
class NetworkAddresses:
    """The addresses of one network, whichever kind it is, so that no template asks which.

    ``page`` is the page without a choice; a form that adds one is sent to ``path`` with the parameters ``sent``, which
    say which network is meant. ``exports`` are the files by the names of their formats, ``editor`` asks the query, and
    ``change`` leads to the form in which it can be changed.
    """

    path: str
    page: str
    picture: str
    report: str
    exports: Mapping[str, str]
    editor: str
    change: str
    sent: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_stored(cls, definition: NetworkDefinition, version: str | None = None) -> NetworkAddresses:
        """Return the addresses of a network that a version holds; by default the current one."""
        name = definition.slug
        sent: dict[str, Any] = {} if version is None else {"version": version}
        return cls(
            path=url_for("networks.show_network", name=name),
            page=url_for("networks.show_network", name=name, **sent),
            picture=url_for("networks.show_picture", name=name, **sent),
            report=url_for("network_reports.show_report", name=name, **sent),
            exports={e.name: url_for("networks.export", name=name, form=e.name, **sent) for e in EXPORTS},
            editor=url_for("sparql.endpoint", query=definition.sparql, **sent),
            change=address_of_query(definition, version) + "#query",
            sent=sent,
        )

    @classmethod
    def of_query(cls, definition: NetworkDefinition, version: str | None = None) -> NetworkAddresses:
        """Return the addresses of the network that a query finds in a version; by default the current one."""
        sent = parameters_of(definition) | ({} if version is None else {"version": version})
        return cls(
            path=url_for("network_queries.show_network"),
            page=url_for("network_queries.show_network", **sent),
            picture=url_for("network_queries.show_picture", **sent),
            report=url_for("network_reports.show_report_of_query", **sent),
            exports={export.name: url_for("network_queries.export", form=export.name, **sent) for export in EXPORTS},
            editor=url_for("sparql.endpoint", query=definition.sparql, version=version),
            change="#query",
            sent=sent,
        )


def parameters_of(definition: NetworkDefinition) -> dict[str, Any]:
    """Return what an address says of a network that is asked for by its query."""
    return {
        "query": definition.sparql,
        "mode": definition.mode,
        "directed": "yes" if definition.directed else "no",
    }


def address_of_query(definition: NetworkDefinition, version: str | None = None) -> str:
    """Return the page of a network by its query: also where the network has a page of its own, to go on from there."""
    return url_for("network_queries.show_network", **parameters_of(definition), version=version)
