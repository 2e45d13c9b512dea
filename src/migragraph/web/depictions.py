"""The networks of one version as they are shown: each is worked out once, ahead or on first use, and kept.

Entry point: :class:`Depictions`.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from migragraph.depiction.picture import Depicted, depict_in
from migragraph.errors import NotANetwork
from migragraph.formats import RESULT_FORMATS, by_name
from migragraph.limits.messages import Failure
from migragraph.networks.definitions import NetworkDefinition, stored_networks, unknown_network
from migragraph.networks.wanted import Wanted
from migragraph.query import QueryRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migragraph.limits.pool import QueryPool
    from migragraph.limits.remote import RemotePool
    from migragraph.limits.scratch import Unlimited
    from migragraph.networks.ties import Network
    from migragraph.store.engine import Engine
    from migragraph.store.versions import Version


class Depictions:
    """The networks of a version: definitions, ties, pictures. What is asked for at once by several is done once."""

    def __init__(self, version: Version, store: Engine, pool: QueryPool | RemotePool | Unlimited) -> None:
        self._version, self._store, self._pool = version, store, pool
        self.definitions: dict[str, NetworkDefinition] = {found.slug: found for found in stored_networks(store)}
        self._networks: dict[str, Network | NotANetwork] = {}
        self._depicted: dict[str, Depicted] = {}
        self._locks = {slug: threading.Lock() for slug in self.definitions}

    def definition(self, slug: str) -> NetworkDefinition:
        """Return the definition of a network; ``UnknownThing`` with the nearest names where there is none."""
        if slug not in self.definitions:
            raise unknown_network(slug, self.definitions)
        return self.definitions[slug]

    def network(self, slug: str) -> Network:
        """Return a network; its query runs under the limits of all queries, which raise what they raise.

        Raises ``UnknownThing`` for an unknown name and ``NotANetwork`` for a network that is empty.
        """
        definition = self.definition(slug)
        with self._locks[slug]:
            return self._network(definition)

    def depicted(self, slug: str) -> Depicted:
        """Return a network as it is shown; raises what :meth:`network` raises, and ``NetworkTooLarge``."""
        definition = self.definition(slug)
        with self._locks[slug]:
            if slug not in self._depicted:
                self._depicted[slug] = depict_in(self._store, self._network(definition))
            return self._depicted[slug]

    def take(self, made: Mapping[str, Depicted | Network | Failure]) -> None:
        """Keep what a :class:`~migragraph.depiction.task.DepictTask` on the same version has made."""
        for slug, found in made.items():
            with self._locks[slug]:
                if isinstance(found, Depicted):
                    self._depicted.setdefault(slug, found)
                    self._networks.setdefault(slug, found.network)
                elif isinstance(found, Failure):
                    self._networks.setdefault(slug, NotANetwork(found.message, remedy=found.remedy))
                else:
                    self._networks.setdefault(slug, found)

    def _network(self, definition: NetworkDefinition) -> Network:
        found = self._networks.get(definition.slug)
        if found is None:
            rows = self._pool.answer(QueryRequest(definition.sparql), by_name("json", RESULT_FORMATS)).read()
            try:
                found = Wanted(definition, self._version.id, self._version.built, rows).read(self._store)
            except NotANetwork as error:
                found = error
            self._networks[definition.slug] = found
        if isinstance(found, NotANetwork):
            raise found
        return found
