"""Where the page of a network is, and what belongs to it: picture, report, files, query.

Entry point: :class:`NetworkAddresses`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import url_for

from migragraph.exports import EXPORTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migragraph.networks.definitions import NetworkDefinition


@dataclass(frozen=True, slots=True)
class NetworkAddresses:
    """The addresses of one network, whichever kind it is, so that no template asks which.

    ``page`` is the page without a choice; a form that adds one is sent to ``path`` with the parameters ``sent``, which
    say which network is meant. ``exports`` are the files by the names of their formats; ``editor`` asks the query.
    """

    path: str
    page: str
    picture: str
    report: str
    exports: Mapping[str, str]
    editor: str
    sent: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_stored(cls, definition: NetworkDefinition) -> NetworkAddresses:
        """Return the addresses of a network that the version holds."""
        name = definition.slug
        page = url_for("networks.show_network", name=name)
        return cls(
            path=page,
            page=page,
            picture=url_for("networks.show_picture", name=name),
            report=url_for("network_reports.show_report", name=name),
            exports={export.name: url_for("networks.export", name=name, form=export.name) for export in EXPORTS},
            editor=url_for("sparql.endpoint", query=definition.sparql),
        )
