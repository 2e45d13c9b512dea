"""Work on networks that is done in a process of its own (:mod:`migragraph.limits.work`).

Entry points: :class:`ExportTask`, a file to write; :class:`PictureTask`, one network to be shown; :class:`DepictTask`,
all networks of a version to be shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from migragraph.errors import NetworkTooLarge, NotANetwork
from migragraph.limits.messages import Failure
from migragraph.networks.definitions import stored_networks
from migragraph.networks.wanted import Wanted

if TYPE_CHECKING:
    from migragraph.depiction.picture import Depicted
    from migragraph.networks.ties import Network
    from migragraph.store.engine import Engine


@dataclass(frozen=True, slots=True)
class ExportTask:
    """A file to write: the folder of the version's store, the network, the name of the format."""

    store: str
    wanted: Wanted
    form: str

    @property
    def what(self) -> str:
        """Return what is made."""
        return "file"

    @property
    def less(self) -> str:
        """Return what to do where it is too much."""
        return "Let the query find fewer ties; `migragraph export --query` has no deadline."

    def carry_out(self, store: Engine) -> bytes:
        """Write the file; raises what reading the network raises, ``NetworkTooLarge`` above the bounds of a page."""
        from migragraph.depiction.picture import check_size, export_network

        network = self.wanted.read(store)
        check_size(network)
        return export_network(store, network, self.form)


@dataclass(frozen=True, slots=True)
class PictureTask:
    """A network to be shown: the folder of the version's store, the network."""

    store: str
    wanted: Wanted

    @property
    def what(self) -> str:
        """Return what is made."""
        return "picture"

    @property
    def less(self) -> str:
        """Return what to do where it is too much."""
        return "Let the query find fewer ties; `migragraph export --query` has no deadline."

    def carry_out(self, store: Engine) -> Depicted:
        """Work out what is shown; raises what reading the network raises, ``NetworkTooLarge`` above the bounds."""
        from migragraph.depiction.picture import depict_in

        return depict_in(store, self.wanted.read(store))


@dataclass(frozen=True, slots=True)
class DepictTask:
    """All networks of a version to be shown: the folder of the version's store, id and date of the version."""

    store: str
    version: str
    version_date: str | None

    @property
    def what(self) -> str:
        """Return what is made."""
        return "picture of all networks"

    @property
    def less(self) -> str:
        """Return what to do where it is too much."""
        return "Each network is worked out when it is first asked for."

    def carry_out(self, store: Engine) -> dict[str, Depicted | Network | Failure]:
        """Return the networks by name: as they are shown, too large for that, or what is wrong with an empty one.

        About 5 s for eight networks of up to 640 nodes.
        """
        from migragraph.depiction.picture import depict_in

        found: dict[str, Depicted | Network | Failure] = {}
        for definition in stored_networks(store):
            try:
                network = Wanted(definition, self.version, self.version_date).read(store)
            except NotANetwork as error:
                found[definition.slug] = Failure.of(error)
                continue
            try:
                found[definition.slug] = depict_in(store, network)
            except NetworkTooLarge:
                found[definition.slug] = network
        return found
