"""A network of a query that a user sends: read from the address, answered under the limits of all queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request
from werkzeug.exceptions import RequestURITooLarge

from migragraph.errors import BadParameter, NotANetwork
from migragraph.formats import RESULT_FORMATS, by_name
from migragraph.networks.definitions import NetworkDefinition
from migragraph.networks.wanted import Wanted
from migragraph.query import QueryKind, QueryRequest
from migragraph.web.serving import served, serving

if TYPE_CHECKING:
    from migragraph.web.serving import Served


@dataclass(frozen=True, slots=True)
class QueryForm:
    """What the form of a query holds, right or wrong, so that nobody has to write it twice."""

    text: str
    mode: str = "one"
    is_directed: bool = False
    version: str = ""

    @classmethod
    def sent(cls) -> QueryForm:
        """Return what the address says."""
        sent = request.args
        return cls(_text(), sent.get("mode", "one"), sent.get("directed") == "yes", sent.get("version", ""))


@dataclass(frozen=True, slots=True)
class Queried:
    """The query of a network as it was sent; ``is_repeatable`` tells whether the same answer would come again."""

    definition: NetworkDefinition
    is_repeatable: bool

    def answered(self, now: Served) -> Wanted:
        """Return the network that is to be read, with the answer of a query process; raises what that raises."""
        answer = now.pool.answer(QueryRequest(self.definition.sparql), by_name("json", RESULT_FORMATS)).read()
        return wanted(now, self.definition, answer)


def read_query() -> Queried:
    """Read ``query``, ``mode`` and ``directed`` of the address.

    Raises ``BadParameter`` for what they cannot be, ``NotANetwork`` for a query that is no SELECT, what parsing it
    raises, and 414 for one that is longer than the settings allow.
    """
    text = _text()
    if not text.strip():
        raise BadParameter(
            "there is no query.", remedy="Send a SELECT of ?source and ?target as query=; docs/networks.md tells more."
        )
    if len(text.encode()) > serving().settings.max_query_bytes:
        raise RequestURITooLarge
    directed = request.args.get("directed", "no")
    if directed not in ("yes", "no"):
        raise BadParameter(f"directed is {directed!r}.", remedy="Use yes or no.")
    definition = NetworkDefinition.of_query(text, mode=request.args.get("mode", "one"), directed=directed == "yes")
    asked = QueryRequest(definition.sparql)
    if asked.kind is not QueryKind.SELECT:
        raise NotANetwork(f"the query is {asked.kind.value}, not SELECT.", remedy="Select ?source and ?target.")
    return Queried(definition, asked.is_repeatable)


def _text() -> str:
    """Return the query; a form ends lines with CRLF, and it is the same query as in a link."""
    return request.args.get("query", "").replace("\r\n", "\n")


def wanted(now: Served, definition: NetworkDefinition, answer: bytes | None = None) -> Wanted:
    """Return a network of a version that is to be read."""
    return Wanted(definition, now.version.id, now.version.built, answer)


def asked_version() -> Served:
    """Return the version that the address names, else the current one."""
    version = request.args.get("version")
    return served() if version is None else serving().of(version)
