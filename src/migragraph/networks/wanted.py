"""A network that is still to be read: which, of which version, and the answer to its query where that is there already.

Entry point: :class:`Wanted`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import QueryResultsFormat, QuerySolutions, parse_query_results

from migragraph.errors import NotANetwork
from migragraph.networks.extraction import extract_network, network_of_answer

if TYPE_CHECKING:
    from migragraph.networks.definitions import NetworkDefinition
    from migragraph.networks.ties import Network
    from migragraph.store.engine import Engine


@dataclass(frozen=True, slots=True)
class Wanted:
    """The definition of a network, id and date of the version, and the answer to the query in SPARQL JSON.

    The answer is that of a query process, which has limits; without it the query is asked where the network is read. It
    passes from process to process.
    """

    definition: NetworkDefinition
    version: str
    version_date: str | None
    answer: bytes | None = None

    def read(self, store: Engine) -> Network:
        """Return the network; raises what :func:`~migragraph.networks.extraction.extract_network` raises."""
        if self.answer is None:
            return extract_network(store, self.definition, self.version, self.version_date)
        answer = parse_query_results(self.answer, QueryResultsFormat.JSON)
        if not isinstance(answer, QuerySolutions):
            raise NotANetwork("the answer is yes or no.", remedy="Select ?source and ?target.")
        return network_of_answer(self.definition, answer, store, self.version, self.version_date)
